-- Decides whether a notice that reached a device's socket so late that its sender may have kept it is for the socket: if
-- so, it is not kept for the device any more, nor will be.
-- ARGV     userId, deviceId, the socket, the frame, the notice's id, for how long it would be kept (ms)
-- Answer: 1 if it is for the socket; 0 if the device hears of it where it is by now, or when it registers
local user, device = ARGV[1], ARGV[2]
local session = field_of(sessions_of(user), device)
if session and cjson.decode(session).socketId ~= ARGV[3] then return 0 end
if not session then
  -- the socket was taken for gone, and is about to be sent to register again
  local kept = redis.call('LPOS', buffer_key(user, device), ARGV[4])
  if kept then return 0 end
elseif take_frame(user, device, ARGV[4]) then
  return 1
end
redis.call('SET', heard_key(user, device, ARGV[5]), '1', 'PX', ARGV[6])
return 1
