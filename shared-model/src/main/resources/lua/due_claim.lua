-- Claims members of a sorted set that are due. A claim is a lease: what is not removed by its end
-- is due again. If the answer is lost, so is the lease, and nothing else.
-- KEYS[1]  sorted set: member by when it is due, ms
-- ARGV     now (ms), lease (ms), how many at most
-- Answer: list of members, the earliest first
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], tonumber(ARGV[1]) + tonumber(ARGV[2]), member)
end
return due
