-- Begins or changes the time in which a user is not to be disturbed.
-- KEYS[1]  user:dnd-ends
-- ARGV     the user, until when (ms since the epoch)
-- Answer: 1
redis.call('SET', 'user:dnd:' .. ARGV[1], ARGV[2], 'PXAT', ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
