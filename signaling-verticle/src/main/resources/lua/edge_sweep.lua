-- Claims the sessions of edges whose lease is over, so that one node sees to each.
-- KEYS[1]  edge:leases (member edge, score the end of its lease)
-- ARGV     now, claim (ms)
-- Answer: list of edge, {[socketId, deviceId, userId] as JSON, ...}, edge, {...}
local answer = {}
for _, edge in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 8)) do
  local sessions = redis.call('SRANDMEMBER', 'edge:sessions:' .. edge, 500)
  if #sessions == 0 then
    redis.call('ZREM', KEYS[1], edge)
  else
    redis.call('ZADD', KEYS[1], tonumber(ARGV[1]) + tonumber(ARGV[2]), edge)
    answer[#answer + 1] = edge
    answer[#answer + 1] = sessions
  end
end
return answer
