-- Keeps a frame for a device whose socket turned out to be gone, unless it has come back elsewhere by then.
-- ARGV     userId, deviceId, frame, ttl (ms), the socket that is gone, when a client that named no device must have
--          registered to be taken for the one that is gone ('' if that must be asked of nobody), the notice's id, the
--          call that must go on for the frame to be of use ('' if it is of use whatever has become of it),
--          the edge of the socket that is gone
-- Answer: the session of the device if it has another socket now, or that one on another edge, which the frame must go to; '' if the frame is kept,
--   was heard after all, is of no use any more, or too much waits already
local user, device, socket = ARGV[1], ARGV[2], ARGV[5]
if redis.call('DEL', heard_key(user, device, ARGV[7])) == 1 then return '' end
if ARGV[8] ~= '' and not live(redis.call('HGET', 'call:' .. ARGV[8], 'state')) then return '' end
local sessions = sessions_of(user)
local session = field_of(sessions, device)
if session then
  local now = cjson.decode(session)
  if now.socketId ~= socket or now.edge ~= ARGV[9] then return session end
end
if device == socket and ARGV[6] ~= '' then
  local back = successor(sessions, device, tonumber(ARGV[6]))
  if back then return back end
end
keep_frame(user, device, ARGV[3], tonumber(ARGV[4]))
remember_nameless(user, device, socket, ARGV[4])
return ''
