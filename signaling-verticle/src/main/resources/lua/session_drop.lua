-- Removes a device's session if it is still that socket's. One that is gone already counts as removed: asked again
-- because no answer came, the first time may have done it.
-- KEYS[1]  session:user:<userId>
-- ARGV     userId, deviceId, socketId, edge, '1' if the device logs out (its push tokens go too), now, how long what is
--          kept for it waits (ms), how long the end of a socket may go unnoticed (ms)
-- Answer: JSON {dropped: boolean, call {fields}?, successor: session text?, waiting [{fields}]}; call is the live call of
--   the user, waiting are those that ring beside it; successor is where a device of the call that named none is back
local user, device, socket, edge = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('SREM', 'edge:sessions:' .. edge, edge_entry(socket, device, user))
local sessions = sessions_of(user)
local text = field_of(sessions, device)
local known = text and cjson.decode(text)
-- the same socket on another edge has been recovered there
local moved = known and known.socketId == socket and known.edge ~= edge
local dropped = not known or known.socketId == socket and not moved
if dropped then redis.call('HDEL', KEYS[1], device) end
if not moved then redis.call('DEL', 'user:socket:' .. socket) end
if not moved and redis.call('GET', 'socket:user:' .. user) == socket then
  redis.call('DEL', 'socket:user:' .. user)
  for _, other in pairs(hash_of(KEYS[1])) do
    local session = cjson.decode(other)
    redis.call('SET', 'socket:user:' .. user, session.socketId, 'PX', 86400000)
    break
  end
end
if ARGV[5] == '1' then
  for _, field in ipairs(redis.call('HKEYS', 'push:reach:' .. user)) do
    local type, of = string.match(field, '^([^|]+)|(.*)$')
    if of == device then redis.call('HDEL', 'push:reach:' .. user, field) end
  end
  redis.call('XADD', 'push:registrations', '*', 'op', 'remove', 'userId', user, 'deviceId', device,
    'platform', '', 'type', '', 'token', '', 'at', ARGV[6])
end
local answer = { dropped = dropped, waiting = waiting_calls(user) }
local out = ARGV[5] == '1'
local function leave(call)
  if text and dropped and not out then remember_left(call, user, device, text) end
end
for _, ringing in ipairs(answer.waiting) do leave(ringing) end
local claim = redis.call('GET', 'call:user:' .. user)
local call = claim and hash_of('call:' .. claim) or {}
if live(call.state) then
  answer.call = call
  leave(call)
  if dropped and device == socket and not out and device_in(call, user) == device then
    remember_nameless(user, device, socket, ARGV[7])
    local since = math.max(tonumber(call.createdAt), tonumber(ARGV[6]) - tonumber(ARGV[8]))
    answer.successor = successor(sessions, device, since)
  end
end
return cjson.encode(answer)
