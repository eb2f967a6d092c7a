-- Says what a node can deliver, and sums up what all live nodes can.
-- KEYS[1] the set of types of all nodes; KEYS[2] hash: node -> until|types; KEYS[3] there while a node has push
--   switched off
-- ARGV[1] node; ARGV[2] types with commas, '' leaves; ARGV[3] for how long, in milliseconds; ARGV[4] '1' if push is
--   switched off there
-- Answer: how many types there are
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[4] == '1' then redis.call('SET', KEYS[3], '1', 'PX', ARGV[3]) end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], (now + ARGV[3]) .. '|' .. ARGV[2])
end
redis.call('DEL', KEYS[1])
local longest = 0
local flat = redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do
  local till, types = string.match(flat[i + 1], '^(%d+)|(.*)$')
  if tonumber(till) <= now then
    redis.call('HDEL', KEYS[2], flat[i])
  else
    longest = math.max(longest, till - now)
    for type in string.gmatch(types, '[^,]+') do redis.call('SADD', KEYS[1], type) end
  end
end
if longest > 0 then
  redis.call('PEXPIRE', KEYS[1], longest)
  redis.call('PEXPIRE', KEYS[2], longest)
end
return redis.call('SCARD', KEYS[1])
