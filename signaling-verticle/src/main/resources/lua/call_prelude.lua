-- Functions that the scripts of calls and sessions share; put before each of them, behind timeline_prelude.

local function map_of(flat)
  local map = {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end

local function hash_of(key)
  return map_of(redis.call('HGETALL', key))
end

-- The sessions of a user as HGETALL answers them. A server that was here before may have left a text under this name,
-- which would fail every call of the user.
local function sessions_of(user)
  local key = 'session:user:' .. user
  local flat = redis.pcall('HGETALL', key)
  if not flat.err then return flat end
  if string.find(flat.err, 'WRONGTYPE', 1, true) then redis.call('DEL', key) end
  return redis.call('HGETALL', key)
end

-- A field of a hash as HGETALL answers it.
local function field_of(flat, name)
  for i = 1, #flat, 2 do
    if flat[i] == name then return flat[i + 1] end
  end
  return nil
end

local function live(state)
  return state == 'ringing' or state == 'accepted'
end

-- The record of a call that is over, for the history, with what its sides have reported. Behind another record of the call,
-- late is the side that reports for the first time, or 'again'; else ''.
local function leave_record(key, record, hidden, late)
  local fields = { 'call', record, 'hidden', hidden and '1' or '0' }
  local quality = redis.call('HMGET', key, 'callerQuality', 'calleeQuality', 'reports')
  if quality[3] then
    for i, name in ipairs({ 'caller', 'callee', 'reports' }) do
      fields[#fields + 1], fields[#fields + 2] = name, quality[i] or ''
    end
    fields[#fields + 1], fields[#fields + 2] = 'late', late
  end
  redis.call('XADD', 'calls:records', '*', unpack(fields))
end

-- The ids of the calls that ring at a user who is in another one.
local function waiting_key(user)
  return 'call:waiting:' .. user
end

-- Those of them that still ring, as a list of hashes.
local function waiting_calls(user)
  local calls = {}
  for _, id in ipairs(redis.call('SMEMBERS', waiting_key(user))) do
    local call = hash_of('call:' .. id)
    if call.state == 'ringing' then
      calls[#calls + 1] = call
    else
      redis.call('SREM', waiting_key(user), id)
    end
  end
  return calls
end

-- The reach fields of a user that some running provider can deliver to and that `wanted` takes; then those that
-- `wanted` takes and none can, and why.
local function reachable(user, wanted)
  local fields, beyond = {}, {}
  local reach = redis.call('HKEYS', 'push:reach:' .. user)
  if #reach == 0 then return fields, beyond end
  local providers = {}
  for _, type in ipairs(redis.call('SMEMBERS', 'push:providers')) do providers[type] = true end
  for _, field in ipairs(reach) do
    local type, device = string.match(field, '^([^|]+)|(.*)$')
    if type and wanted(field, device) then
      local list = providers[type] and fields or beyond
      list[#list + 1] = field
    end
  end
  local off = #beyond > 0 and redis.call('EXISTS', 'push:disabled') == 1
  return fields, beyond, off and 'disabled' or 'no_provider'
end

-- True for a browser that named no device: it is a device of its own, passed over while a page of
-- the user has a socket. Of another app than the default one its type is webpush@<app>.
local function is_some_browser(field)
  return string.match(field, '^webpush|#') or string.match(field, '^webpush@[^|]*|#')
end

-- True for the session of a page. Inside a JSON text the quotes of others' words are escaped.
local function is_page(session)
  return string.find(session, '"platform":"web"', 1, true) ~= nil
end

-- Appends one push job: {id, cause, user, data, deadline} to these reach fields.
local function append_push(job, fields, now)
  if #fields == 0 then return end
  local is_ring = job.cause == 'incoming_call' or job.cause == 'test_ring'
  local lane = is_ring and 'push:rings' or 'push:jobs'
  redis.call('XADD', lane, '*', 'id', job.id, 'cause', job.cause, 'userId', job.user,
    'devices', cjson.encode(fields), 'data', job.data, 'createdAt', now, 'deadline', job.deadline)
end

-- Adds to a timeline what becomes of a ring's push: of the fields it goes to, and of those that it can't go to.
-- Of a device with a VoIP token only that is pushed.
local function add_pushes(steps, user, fields, beyond, why)
  local voip = {}
  for _, field in ipairs(fields) do
    if string.sub(field, 1, 10) == 'apns_voip|' then voip[string.sub(field, 11)] = true end
  end
  for _, field in ipairs(fields) do
    local type, device = string.match(field, '^([^|]+)|(.*)$')
    if type ~= 'apns' or not voip[device] then
      add_step(steps, 'push_queued', user, device, 'p', provider_of(type))
    end
  end
  for _, field in ipairs(beyond) do
    local type, device = string.match(field, '^([^|]+)|(.*)$')
    add_step(steps, 'push_dropped', user, device, 'p', provider_of(type), 'w', why)
  end
end

-- Adds that a ring goes to the socket of a session (its text).
local function add_offer(steps, user, device, session)
  add_step(steps, 'offered', user, device, 'f', string.match(session, '"platform":"(%a*)"') or '')
end

-- Remembers in the call which reach fields were rung, so that just they can be told of its end.
local function remember_rung(call_key, fields)
  if #fields == 0 then return end
  local rung = redis.call('HGET', call_key, 'rung')
  local all = (rung and rung ~= '') and cjson.decode(rung) or {}
  for _, field in ipairs(fields) do all[#all + 1] = field end
  redis.call('HSET', call_key, 'rung', cjson.encode(all))
end

-- Why a call would ring in silence: '' if it would not. Nobody may be told that he is blocked, so of him nobody is told.
local function silence_of(caller, callee)
  if redis.call('SISMEMBER', 'user:blocks:' .. callee, caller) == 1 then return 'blocked' end
  return redis.call('EXISTS', 'user:dnd:' .. callee) == 1 and 'dnd' or ''
end

-- Tells a user's devices of a call that they missed, or notes it for when they may be disturbed again.
local function tell_missed(job, now)
  if redis.call('EXISTS', 'user:dnd:' .. job.user) == 0 then
    append_push(job, reachable(job.user, function() return true end), now)
    return
  end
  redis.call('HSET', 'user:missed:' .. job.user, 'id', job.id, 'cause', job.cause, 'data', job.data)
  redis.call('HINCRBY', 'user:missed:' .. job.user, 'calls', 1)
end

-- Where frames wait for a device. Ids are free text: the length keeps two users' keys apart.
local function buffer_key(user, device)
  return 'signal:buffer:' .. #user .. ':' .. user .. ':' .. device
end

-- The entry of a socket in edge:sessions:<edge>.
local function edge_entry(socket, device, user)
  return cjson.encode({ socket, device, user })
end

-- Keeps a frame for a device that may come back; at most 512 frames and 1 MiB, oldest kept.
local function keep_frame(user, device, frame, ttl)
  local key = buffer_key(user, device)
  local bytes = tonumber(redis.call('HGET', key .. '|size', 'bytes') or '0') + #frame
  if redis.call('LLEN', key) >= 512 or bytes > 1048576 then return false end
  redis.call('RPUSH', key, frame)
  redis.call('HSET', key .. '|size', 'bytes', bytes)
  redis.call('PEXPIRE', key, ttl)
  redis.call('PEXPIRE', key .. '|size', ttl)
  return true
end

-- False for the answer to a call that is over, and whose end is not among the frames: the device knows of the end, for
-- it has ended the call or heard of it, and would take it for going on.
local function is_of_use(frame, frames)
  if string.sub(frame, 1, 17) ~= '42["call_accept",' then return true end
  local call = cjson.decode(string.sub(frame, 3))[2].callId
  if live(redis.call('HGET', 'call:' .. call, 'state')) then return true end
  for _, other in ipairs(frames) do
    if string.sub(other, 1, 14) == '42["call_end",' and string.find(other, call, 1, true) then return true end
  end
  return false
end

-- What is kept for a device, as far as it is of use.
local function take_frames(user, device)
  local key = buffer_key(user, device)
  local frames, useful = redis.call('LRANGE', key, 0, -1), {}
  if #frames > 0 then redis.call('DEL', key, key .. '|size') end
  for _, frame in ipairs(frames) do
    if is_of_use(frame, frames) then useful[#useful + 1] = frame end
  end
  return useful
end

-- Takes one frame back that is kept for a device; true if it was.
local function take_frame(user, device, frame)
  local key = buffer_key(user, device)
  if redis.call('LREM', key, 1, frame) == 0 then return false end
  redis.call('HINCRBY', key .. '|size', 'bytes', -#frame)
  return true
end

-- There while a notice (its id) that a device's socket got late need not be kept for the device any more.
local function heard_key(user, device, id)
  return 'signal:heard:' .. #user .. ':' .. user .. ':' .. device .. ':' .. id
end

-- The device of a user that is in a call; nil or '' for a callee who has not accepted.
local function device_in(call, user)
  return user == call.callerId and call.callerDevice or call.calleeDevice
end

-- So many devices of a user that are gone are remembered: who comes and goes under ever new names gains nothing by it.
local MOST_GONE = 16

-- The devices of a user that named none and dropped out of a call. Such a client has another id when it comes back:
-- what waits for the old one is for whoever registers next without a name.
local function nameless_key(user)
  return 'signal:nameless:' .. user
end

local function remember_nameless(user, device, socket, ttl)
  if device ~= socket then return end
  redis.call('RPUSH', nameless_key(user), device)
  redis.call('LTRIM', nameless_key(user), -MOST_GONE, -1)
  redis.call('PEXPIRE', nameless_key(user), ttl)
end

-- What waits for those of them that are not there, given the user's sessions.
local function take_nameless(user, sessions)
  local frames = {}
  local devices = redis.call('LRANGE', nameless_key(user), 0, -1)
  if #devices > 0 then redis.call('DEL', nameless_key(user)) end
  for _, device in ipairs(devices) do
    if not field_of(sessions, device) then
      for _, frame in ipairs(take_frames(user, device)) do frames[#frames + 1] = frame end
    end
  end
  return frames
end

-- The session by which a client is likely back whose device, which it did not name, is gone: the only other one without
-- a name, if it has registered after `since`. nil if there is none, or several.
local function successor(sessions, device, since)
  local found
  for i = 1, #sessions, 2 do
    local session = cjson.decode(sessions[i + 1])
    if sessions[i] ~= device and session.deviceId == session.socketId and session.registeredAt > since then
      if found then return nil end
      found = sessions[i + 1]
    end
  end
  return found
end

-- Remembers in a call (a hash) that rings at a user that a device is gone whose session this was: it may show the ring
-- until it is told of the end.
local function remember_left(call, user, device, session)
  if call.state ~= 'ringing' or call.calleeId ~= user then return end
  local left = call.left and cjson.decode(call.left) or {}
  local count = 0
  for _ in pairs(left) do count = count + 1 end
  if count >= MOST_GONE and not left[device] then return end
  left[device] = session
  redis.call('HSET', 'call:' .. call.callId, 'left', cjson.encode(left))
end
