-- The live calls of one user.
-- ARGV     the user
-- Answer: calls (hashes)
local ids = redis.call('SMEMBERS', 'call:waiting:' .. ARGV[1])
ids[#ids + 1] = redis.call('GET', 'call:user:' .. ARGV[1]) or nil
local calls = {}
for _, id in ipairs(ids) do
  local call = redis.call('HGETALL', 'call:' .. id)
  if live(field_of(call, 'state')) then calls[#calls + 1] = call end
end
return calls
