-- Removes a device's session if it is still that socket's. One that is gone already counts as removed: asked again
-- because no answer came, the first time may have done it.
-- KEYS[1]  session:user:<userId>
-- ARGV     userId, deviceId, socketId, edge, '1' if the device logs out (its push tokens go too), now
-- Answer: JSON {dropped: boolean, call {fields}?, waiting [{fields}]}; call is the live call of the user, waiting are
--   those that ring beside it
local user, device, socket, edge = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('SREM', 'edge:sessions:' .. edge, edge_entry(socket, device, user))
local text = field_of(sessions_of(user), device)
local dropped = not text or cjson.decode(text).socketId == socket
if dropped then redis.call('HDEL', KEYS[1], device) end
redis.call('DEL', 'user:socket:' .. socket)
if redis.call('GET', 'socket:user:' .. user) == socket then
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
local claim = redis.call('GET', 'call:user:' .. user)
if claim then
  local call = hash_of('call:' .. claim)
  if live(call.state) then answer.call = call end
end
return cjson.encode(answer)
