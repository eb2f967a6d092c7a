-- Takes from what all nodes together may send to a provider: a bucket that fills evenly.
-- KEYS[1] bucket
-- ARGV[1] a minute's worth; ARGV[2] how many are wanted; ARGV[3] what must be left in the bucket
-- Answer: how many are granted
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local minute = tonumber(ARGV[1])
-- one second's worth may be sent at once; never so little that what is left for rings is all there is
local most = math.max(2, minute / 60)
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = tonumber(bucket[1]) or most
local at = tonumber(bucket[2]) or now
left = math.min(most, left + math.max(0, now - at) * minute / 60000)
local granted = math.max(0, math.min(tonumber(ARGV[2]), math.floor(left - most * tonumber(ARGV[3]))))
redis.call('HSET', KEYS[1], 'left', tostring(left - granted), 'at', now)
redis.call('PEXPIRE', KEYS[1], 60000)
return granted
