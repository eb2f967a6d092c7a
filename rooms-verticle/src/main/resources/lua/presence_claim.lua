-- Claims what is to be told to absent persons of rooms; what is not settled comes up again.
-- KEYS[1]  room:presence
-- ARGV     now (ms), how long it is claimed (ms), how many at most
-- Answer: list of entries
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, entry in ipairs(due) do
  redis.call('ZADD', KEYS[1], tonumber(ARGV[1]) + tonumber(ARGV[2]), entry)
end
return due
