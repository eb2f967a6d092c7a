-- Ends the time in which a user is not to be disturbed, if it is over, with one push for all calls that were missed.
-- KEYS[1]  user:dnd-ends
-- ARGV     the user, now, the deadline of the push (ms)
-- Answer: 1 if it is over, 0 if it goes on
local user, missed = ARGV[1], 'user:missed:' .. ARGV[1]
local until_when = redis.call('GET', 'user:dnd:' .. user)
if until_when and tonumber(until_when) > tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], until_when, user)
  return 0
end
redis.call('DEL', 'user:dnd:' .. user)
local last = hash_of(missed)
if last.id then
  local data = cjson.decode(last.data)
  data.missedCalls = last.calls
  append_push({ id = last.id, cause = last.cause, user = user, data = cjson.encode(data), deadline = ARGV[3] },
    reachable(user, function() return true end), ARGV[2])
end
redis.call('DEL', missed)
redis.call('ZREM', KEYS[1], user)
return 1
