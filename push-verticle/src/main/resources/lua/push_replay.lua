-- Puts a dead letter back on its stream.
-- KEYS[1] stream of dead letters; KEYS[2] the hash with its result; KEYS[3] the notification, which
--   counts
-- ARGV[1] entry; ARGV[2] stream; ARGV[3] JSON job [name, text, …]; ARGV[4] the device's field;
-- ARGV[5] its result
-- Answer: 1 replayed, 0 no longer there
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', ARGV[2], '*', unpack(cjson.decode(ARGV[3])))
if redis.call('HEXISTS', KEYS[2], ARGV[4]) == 1 then
  redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
  if redis.call('HINCRBY', KEYS[3], 'n|dead', -1) <= 0 then redis.call('HDEL', KEYS[3], 'n|dead') end
end
return 1
