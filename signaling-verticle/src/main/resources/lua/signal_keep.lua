-- Keeps a frame for a device whose socket turned out to be gone, unless it has come back elsewhere by then.
-- ARGV     userId, deviceId, frame, ttl (ms), the socket that is gone
-- Answer: the session of the device if it has another socket now, which the frame must go to; '' if the frame is kept,
--   or too much waits already
local session = field_of(sessions_of(ARGV[1]), ARGV[2])
if session and cjson.decode(session).socketId ~= ARGV[5] then return session end
keep_frame(ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]))
return ''
