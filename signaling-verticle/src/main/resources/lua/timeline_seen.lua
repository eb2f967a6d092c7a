-- Adds to a timeline that a device has got the push of a ring, and shows it.
-- ARGV     call, or '' and the notification; user, device, who writes, ttl (ms), '1' if it is shown
-- Answer: taken, unknown (there is no such ring, or no longer) or foreign (it was for somebody else)
local call, user = ARGV[1], ARGV[3]
local callee
if call == '' then
  local pushed = redis.call('HMGET', 'push:notification:' .. ARGV[2], 'timeline', 'user')
  call, callee = pushed[1], pushed[2]
else
  callee = callee_of(call)
end
if not call or not callee then return 'unknown' end
if callee ~= user then return 'foreign' end
write_seen(call, user, ARGV[4], ARGV[5], ARGV[6], ARGV[7] == '1')
return 'taken'
