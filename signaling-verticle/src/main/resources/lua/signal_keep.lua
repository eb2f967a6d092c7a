-- Keeps a frame for a device whose socket turned out to be gone.
-- ARGV     userId, deviceId, frame, ttl (ms)
-- Answer: 1 if it is kept, 0 if too much waits already
return keep_frame(ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])) and 1 or 0
