-- Takes what waits for a device whose place in a call another one has taken, or what was sent to the caller of a call
-- before one of the caller's devices took it.
-- ARGV     the user, the device ('?' and the call's id for the second)
-- Answer: frames, in order; they are not kept any longer

-- That a device is out of the call is for itself, should it come back.
local function is_for_itself(frame)
  return string.sub(frame, 1, 14) == '42["call_end",' and string.find(frame, '"reason":"answered_elsewhere"', 1, true)
end

local user, device = ARGV[1], ARGV[2]
local taken = {}
for _, frame in ipairs(redis.call('LRANGE', buffer_key(user, device), 0, -1)) do
  if not is_for_itself(frame) then
    take_frame(user, device, frame)
    taken[#taken + 1] = frame
  end
end
return taken
