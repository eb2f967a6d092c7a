-- Claims what edges whose lease is over left behind, so that one node sees to each.
-- KEYS[1]  edge:leases (member edge, score the end of its lease)
-- ARGV     now, claim (ms), kind, kind, ...
-- edge:ended:<edge> keeps the end of the lease, which the claim overwrites in the set.
-- Answer: list of edge, kind, {entry of edge:<kind>:<edge>, ...}; an edge without any is forgotten
local answer = {}
for _, edge in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 8)) do
  local left = 0
  redis.call('SET', 'edge:ended:' .. edge, redis.call('ZSCORE', KEYS[1], edge), 'NX', 'PX', 86400000)
  -- An edge that was only paused must learn of it: its sockets have to register again.
  redis.call('SET', 'edge:swept:' .. edge, ARGV[1], 'PX', 86400000)
  for i = 3, #ARGV do
    local entries = redis.call('SRANDMEMBER', 'edge:' .. ARGV[i] .. ':' .. edge, 500)
    if #entries > 0 then
      left = left + #entries
      answer[#answer + 1] = edge
      answer[#answer + 1] = ARGV[i]
      answer[#answer + 1] = entries
    end
  end
  if left == 0 then
    redis.call('ZREM', KEYS[1], edge)
  else
    redis.call('ZADD', KEYS[1], tonumber(ARGV[1]) + tonumber(ARGV[2]), edge)
  end
end
return answer
