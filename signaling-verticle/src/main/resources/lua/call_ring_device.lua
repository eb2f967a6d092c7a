-- Pushes a ring to one device of the callee whose socket turned out to be dead or suspended.
-- KEYS[1]  call:<callId>
-- ARGV     callee, device, now, job: id, cause, data, deadline; who writes the timeline, its ttl (ms), why it is pushed
-- Answer: how many tokens of the device are rung, now or already (who repaired its session may have been faster); 0 if
--   the call no longer rings
if redis.call('HGET', KEYS[1], 'state') ~= 'ringing' then return 0 end
local already = {}
local rung = redis.call('HGET', KEYS[1], 'rung')
if rung and rung ~= '' then
  for _, field in ipairs(cjson.decode(rung)) do already[field] = true end
end
-- a browser that named no device was passed over if the dead socket was of the user's only page
local other_page = false
local sessions = sessions_of(ARGV[1])
for i = 1, #sessions, 2 do
  other_page = other_page or (sessions[i] ~= ARGV[2] and is_page(sessions[i + 1]))
end
local fields, beyond, why = reachable(ARGV[1], function(field, device)
  return device == ARGV[2] or (is_some_browser(field) and not other_page)
end)
local fresh = {}
for _, field in ipairs(fields) do
  if not already[field] then fresh[#fresh + 1] = field end
end
local steps = new_steps(ARGV[8])
add_step(steps, 'probe_unanswered', ARGV[1], ARGV[2], 'w', ARGV[10])
add_pushes(steps, ARGV[1], fresh, beyond, why)
write_steps(string.sub(KEYS[1], 6), ARGV[9], steps)
append_push({ id = ARGV[4], cause = ARGV[5], user = ARGV[1], data = ARGV[6], deadline = ARGV[7] },
  fresh, ARGV[3])
remember_rung(KEYS[1], fresh)
return #fields
