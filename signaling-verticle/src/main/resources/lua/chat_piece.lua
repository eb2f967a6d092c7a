-- Takes one piece of a message that is coming in.
-- KEYS     chat:uploads:<id>, chat:bodies:<id>
-- ARGV     ref, field, ttl (ms), the piece
-- Answer: 1, or 0 where nobody waits for it any more
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
