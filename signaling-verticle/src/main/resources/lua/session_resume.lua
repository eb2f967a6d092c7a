-- Gives a client that named no device the user's call, whose device was found to be gone after this one had registered.
-- KEYS[1]  session:user:<userId>
-- ARGV     userId, deviceId
-- Answer: JSON {call {fields}?, takesOver: device?, missed [text]}, as of session_register
local user, device = ARGV[1], ARGV[2]
local answer = { missed = {} }
local sessions = sessions_of(user)
local claim = redis.call('GET', 'call:user:' .. user)
local call = claim and hash_of('call:' .. claim) or {}
local gone = device_in(call, user)
if field_of(sessions, device) and live(call.state) and gone and gone ~= '' and not field_of(sessions, gone) then
  answer.call, answer.takesOver, answer.missed = call, gone, take_nameless(user, sessions)
end
return cjson.encode(answer)
