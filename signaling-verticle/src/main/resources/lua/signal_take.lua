-- What was sent to the caller of a call before one of the caller's devices took it.
-- ARGV     the caller, the call's id
-- Answer: frames, in order; they are not kept any longer
return take_frames(ARGV[1], '?' .. ARGV[2])
