-- Takes a device's receipt for a push, once, and adds it to the timeline.
-- KEYS[1] the notification
-- ARGV[1] the device's reach field; ARGV[2] who writes; ARGV[3] the timeline's ttl (ms); ARGV[4] '1' if it is shown
-- Answer: 1 taken, 0 used already
if redis.call('HSETNX', KEYS[1], 'r|' .. ARGV[1], '1') == 0 then return 0 end
local pushed = redis.call('HMGET', KEYS[1], 'timeline', 'user')
local device = string.match(ARGV[1], '^[^|]+|(.*)$')
if pushed[1] then write_seen(pushed[1], pushed[2], device, ARGV[2], ARGV[3], ARGV[4] == '1') end
return 1
