-- Counts a provider's answers of the last minute, all nodes together.
-- KEYS[1] hash of counts by slice of 5 s
-- ARGV[1] now in milliseconds; ARGV[2] answers; ARGV[3] how many of them call the device gone
-- Answer: {answers, gone} of the last minute, these included
local slice = math.floor(tonumber(ARGV[1]) / 5000)
redis.call('HINCRBY', KEYS[1], slice .. '|a', ARGV[2])
redis.call('HINCRBY', KEYS[1], slice .. '|g', ARGV[3])
redis.call('PEXPIRE', KEYS[1], 65000)
local answers, gone = 0, 0
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  local at, what = string.match(flat[i], '^(%d+)|(%a)$')
  if tonumber(at) <= slice - 12 then
    redis.call('HDEL', KEYS[1], flat[i])
  elseif what == 'a' then
    answers = answers + flat[i + 1]
  else
    gone = gone + flat[i + 1]
  end
end
return { answers, gone }
