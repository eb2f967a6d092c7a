-- Queues a test push for devices of a user, as a ring would be, and begins its timeline.
-- ARGV     the test's id, user, device ('' for all), data, now (ms), deadline (ms), who writes, the timeline's ttl (ms)
-- Answer: how many tokens it goes to
local id, user, device = ARGV[1], ARGV[2], ARGV[3]
local function wanted(_, of) return device == '' or of == device end
local function is_voip(field) return string.sub(field, 1, 10) == 'apns_voip|' end
local fields, beyond, why = reachable(user, wanted)
local steps = new_steps(ARGV[7])
add_step(steps, 'initiated', user, '')
begin_with(steps, user)
-- An app that gets a VoIP push and reports no call is killed: a test goes to the alert token, as all but rings do.
local tried, others = {}, {}
for _, field in ipairs(fields) do
  if not is_voip(field) then
    tried[#tried + 1] = field
    others[string.match(field, '|(.*)$')] = true
  end
end
local only_voip = {}
for _, field in ipairs(fields) do
  if is_voip(field) and not others[string.match(field, '|(.*)$')] then only_voip[#only_voip + 1] = field end
end
add_pushes(steps, user, tried, only_voip, 'voip_only')
add_pushes(steps, user, {}, beyond, why)
if #fields + #beyond == 0 then add_step(steps, 'refused', user, device, 'w', 'no_token') end
write_steps(id, ARGV[8], steps)
append_push({ id = id, cause = 'test_ring', user = user, data = ARGV[4], deadline = ARGV[6] }, tried, ARGV[5])
return #tried
