-- Puts the pushes for one entry into the queue, each person of a room at most once in a while.
-- KEYS[1]  room:presence
-- KEYS[2]  push:jobs
-- ARGV[1]  the entry
-- ARGV[2]  for how long a person is not pushed again (ms)
-- ARGV[3]  JSON list of {told (the key of that), job {field: text}, unless [[key, field]]}
-- Answer: how many were put there; 0 also where the entry has been settled already
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end

local function is_there(pair)
  if pair[2] == '' then return redis.call('EXISTS', pair[1]) == 1 end
  return redis.call('HEXISTS', pair[1], pair[2]) == 1
end

local pushed = 0
for _, push in ipairs(cjson.decode(ARGV[3])) do
  local needless = false
  for _, pair in ipairs(push.unless) do needless = needless or is_there(pair) end
  if not needless and redis.call('SET', push.told, '1', 'PX', ARGV[2], 'NX') then
    local fields = {}
    for name, value in pairs(push.job) do
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
    redis.call('XADD', KEYS[2], '*', unpack(fields))
    pushed = pushed + 1
  end
end
return pushed
