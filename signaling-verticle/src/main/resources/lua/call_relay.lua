-- Finds where a party's signaling goes, or keeps it for a party that may come back.
-- KEYS[1]  call:<callId>
-- ARGV     sender's user, its device, peer's user, frame, ttl of a kept frame (ms), a socket that the frame did not
--          reach ('' if none), '1' if an earlier look has kept the frame for whoever registers while it rings
-- Answer: JSON {status, call, sessions {deviceId: session}}; status is
--   none (no such call), over (or not this sender's), found (send it to these sessions), kept (it waits for the device),
--   full (too much waits already)
local call = hash_of(KEYS[1])
if not call.state then return cjson.encode({ status = 'none' }) end
local from, peer = ARGV[1], ARGV[3]
local own, other
if from == call.callerId then
  own, other = call.callerDevice, call.calleeId
elseif from == call.calleeId then
  own, other = call.calleeDevice, call.callerId
end
local untaken = from == call.callerId and own == ''
if not live(call.state) or peer ~= other or untaken or (own ~= '' and own ~= ARGV[2]) then
  return cjson.encode({ status = 'over', call = call })
end

-- Nobody is to hear of a call that rings in silence, and nobody that it does: it is as if all were kept.
if call.silent and peer == call.calleeId then return cjson.encode({ status = 'kept', call = call }) end
-- What goes to a caller of whom no device has taken the call yet waits for the one that does.
if peer == call.callerId and call.callerDevice == '' then
  local has_room = keep_frame(peer, '?' .. call.callId, ARGV[4], tonumber(ARGV[5]))
  return cjson.encode({ status = has_room and 'kept' or 'full', call = call })
end

local gone = ARGV[6]
local sessions = map_of(sessions_of(peer))
for device, text in pairs(sessions) do
  if cjson.decode(text).socketId == gone then sessions[device] = nil end
end

local device = device_in(call, peer)
local kept, had = true, ARGV[7] == '1'
if device and device ~= '' then
  local session = sessions[device]
  sessions = {}
  -- Who registered while it rang was given the frame then.
  had = had and session and cjson.decode(session).registeredAt <= tonumber(call.acceptedAt)
  if session then sessions[device] = session end
else
  device = ''
  -- While it rings it is kept for whoever registers later, too.
  if not had then kept = keep_frame(peer, '?' .. call.callId, ARGV[4], tonumber(ARGV[5])) end
end
if had then return cjson.encode({ status = 'kept', call = call }) end
if next(sessions) ~= nil then
  return cjson.encode({ status = 'found', call = call, sessions = sessions })
end
if device ~= '' then kept = keep_frame(peer, device, ARGV[4], tonumber(ARGV[5])) end
return cjson.encode({ status = kept and 'kept' or 'full', call = call })
