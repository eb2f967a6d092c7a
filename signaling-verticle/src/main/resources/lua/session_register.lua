-- Registers a device's socket, in place of an older one of the same device.
-- KEYS[1]  session:user:<userId>
-- ARGV[1]  JSON {userId, deviceId, socketId, edge, session (text), named (device id was given),
--          now, ttl (ms), tokens [{type, reach (type as the
--   reach hash names it), token, platform, app?, environment?}]}
-- ARGV[2]  who writes timelines; ARGV[3] their ttl (ms)
-- Answer: JSON {displaced: session text?, call {fields}?, takesOver: device?, missed [text], frames [text],
--   waiting [{fields}]}
--   call is the live call of the user; takesOver names the device of it whose place this one takes; missed is what was
--   kept for that device or this one; waiting are those that ring beside it; frames go with what rings
local it = cjson.decode(ARGV[1])
local user = it.userId
local sessions = sessions_of(user)
local displaced = field_of(sessions, it.deviceId)
redis.call('HSET', KEYS[1], it.deviceId, it.session)
redis.call('PEXPIRE', KEYS[1], it.ttl)
redis.call('SET', 'socket:user:' .. user, it.socketId, 'PX', it.ttl)
redis.call('SET', 'user:socket:' .. it.socketId, user, 'PX', it.ttl)
redis.call('SADD', 'edge:sessions:' .. it.edge, edge_entry(it.socketId, it.deviceId, user))
if displaced then
  local old = cjson.decode(displaced)
  if old.socketId ~= it.socketId then
    redis.call('DEL', 'user:socket:' .. old.socketId)
    redis.call('SREM', 'edge:sessions:' .. old.edge, edge_entry(old.socketId, it.deviceId, user))
  end
end

for _, token in ipairs(it.tokens) do
  redis.call('HSET', 'push:reach:' .. user, token.reach .. '|' .. it.deviceId, '1')
  local entry = { 'op', 'store', 'userId', user, 'deviceId', it.deviceId, 'platform', token.platform,
    'type', token.type, 'token', token.token, 'at', it.now }
  for _, name in ipairs({ 'app', 'environment' }) do
    if token[name] then
      entry[#entry + 1] = name
      entry[#entry + 1] = token[name]
    end
  end
  redis.call('XADD', 'push:registrations', '*', unpack(entry))
end

local answer = { displaced = displaced or nil, missed = {}, frames = {} }
local function add(list, frames)
  for _, frame in ipairs(frames) do list[#list + 1] = frame end
end
local is_same = displaced and cjson.decode(displaced).socketId == it.socketId
local function offer(call)
  if is_same then return end
  local steps = new_steps(ARGV[2])
  add_offer(steps, user, it.deviceId, it.session)
  write_steps(call.callId, ARGV[3], steps)
end
local claim = redis.call('GET', 'call:user:' .. user)
local call = claim and hash_of('call:' .. claim) or {}
if live(call.state) then
  answer.call = call
  local device = device_in(call, user)
  if device == it.deviceId then
    answer.takesOver = device
  elseif device and device ~= '' and not it.named
      and redis.call('HEXISTS', KEYS[1], device) == 0 then
    answer.takesOver = device
    add(answer.missed, take_frames(user, device))
  end
  if user == call.calleeId and call.state == 'ringing' then
    offer(call)
    add(answer.frames, redis.call('LRANGE', buffer_key(user, '?' .. call.callId), 0, -1))
  end
end
answer.waiting = waiting_calls(user)
for _, ringing in ipairs(answer.waiting) do
  offer(ringing)
  add(answer.frames, redis.call('LRANGE', buffer_key(user, '?' .. ringing.callId), 0, -1))
end
-- Nothing can wait yet for a device that has its socket's id.
local is_new = not it.named and not displaced
add(answer.missed, is_new and take_nameless(user, sessions) or take_frames(user, it.deviceId))
return cjson.encode(answer)
