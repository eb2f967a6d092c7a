-- Finds out whether this Redis serves: runs scripts, takes writes, and has both keys, whose slots differ.
-- KEYS[1] and KEYS[2] two keys that nothing else uses
-- ARGV[1] for how long they stay, in milliseconds
-- Answer: 1
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[1])
return 1
