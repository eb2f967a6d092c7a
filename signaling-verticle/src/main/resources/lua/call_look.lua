-- A call and the sessions of its parties; the callee of one that rings in silence has none.
-- KEYS[1]  call:<callId>
-- Answer: the call (a hash; empty if there is none), sessions of the caller, of the callee (hashes of deviceId -> session),
--   those of the callee's devices that dropped while it rang, as JSON ('' for none)
local call = redis.call('HGETALL', KEYS[1])
if #call == 0 then return { call, {}, {}, '' } end
local silent = field_of(call, 'silent')
return { call, sessions_of(field_of(call, 'callerId')), silent and {} or sessions_of(field_of(call, 'calleeId')),
  field_of(call, 'left') or '' }
