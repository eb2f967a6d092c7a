-- Looks whether a step whose answer never came was taken.
-- KEYS[1]  call:<callId>
-- ARGV     the step ('' if it is enough that the call is there), the version it makes, caller, callee
-- Answer: a list whose first entry says what happened; the callee of a call that rings in silence has no sessions
--   taken, sessions of the caller, of the callee (hashes of deviceId -> session), those of the callee's devices that
--     dropped while it rang, as JSON ('' for none)
--   open: it may still come
--   missed: the call has gone another way, or is no more
local present = redis.call('HMGET', KEYS[1], 'version', 'step', 'left', 'silent')
if present[2] == ARGV[1] or (ARGV[1] == '' and present[1]) then
  return { 'taken', redis.call('HGETALL', 'session:user:' .. ARGV[3]),
    present[4] and {} or redis.call('HGETALL', 'session:user:' .. ARGV[4]), present[3] or '' }
end
return { tonumber(present[1] or '0') == tonumber(ARGV[2]) - 1 and 'open' or 'missed' }
