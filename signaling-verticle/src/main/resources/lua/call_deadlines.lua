-- Claims deadlines that are due. A claim is a lease: what is not settled by then comes up again.
-- KEYS[1]  call:deadlines
-- ARGV     now, lease (ms), at most
-- Answer: list of members
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], tonumber(ARGV[1]) + tonumber(ARGV[2]), member)
end
return due
