-- Lets a member in, if the session is still as it was when that was decided.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, seenNonce, seenState ('' for no session), step (create|activate|enter), nonce,
--          mode, key, user, name, publicKey (JSON text or null), socketId, edge, token (user or null),
--          now, base, ttl (ms), max (bytes), most (members of a group), events (how many are kept)}
-- Answer: list of JSON {status, ...} and, when joined, the history, oldest first
--   conflict · forbidden · full (no seat) · storage (no room)
--   joined {mode, rev, changed (the key), there (a former socket was), former {s, e}?, members,
--          sessionKey?, nonce, number (of the last event), order (of the last message), as_joined,
--          as_changed (numbers of events)}
local it = cjson.decode(ARGV[1])
local id, user = it.id, it.user
local function refuse(status) return { cjson.encode({ status = status }) } end

local session = hash_of(KEYS[1])
if (session.nonce or '') ~= it.seenNonce or (session.state or '') ~= it.seenState then
  return refuse('conflict')
end
if it.step == 'create' then
  if not has_room(it.base, it.max) then return refuse('storage') end
  delete_session(id)
  redis.call('DEL', key('left', id))
end

local mine = member_of(id, user)
if mine and mine.token and mine.token ~= it.token and has_seat(mine, it.now) then
  return refuse('forbidden')
end
local mode = it.step == 'create' and it.mode or session.mode
local taken, away = 0, {}
for other, text in pairs(hash_of(key('members', id))) do
  if other ~= user then
    if has_seat(cjson.decode(text), it.now) then taken = taken + 1 else away[#away + 1] = other end
  end
end
if taken >= (mode == 'group' and it.most or 2) then return refuse('full') end

if it.step == 'create' then
  redis.call('HSET', KEYS[1], 'nonce', it.nonce, 'state', 'active', 'mode', mode, 'key', it.key,
    'creator', user, 'rev', 0, 'count', 0, 'bytes', 0)
  account(id, it.base)
elseif it.step == 'activate' then
  redis.call('HSET', KEYS[1], 'state', 'active', 'key', it.key, 'creator', user)
end
if taken + #away >= it.most then
  for _, other in ipairs(away) do
    take('members', id, other)
    take('pubkeys', id, other)
  end
end

local there = mine and is_present(mine) or false
local former
if there and (mine.socketId ~= it.socketId or mine.edge ~= it.edge) then
  -- the same socket on another edge has been recovered there
  former = mine.socketId ~= it.socketId and { s = mine.socketId, e = mine.edge } or nil
  redis.call('SREM', 'edge:chat:' .. mine.edge, edge_entry(id, user, mine.socketId))
end
local changed = false
if it.publicKey ~= cjson.null then
  local known = redis.call('HGET', key('pubkeys', id), user)
  changed = mine and known and known ~= it.publicKey or false
  put('pubkeys', id, user, it.publicKey)
end
put('members', id, user, cjson.encode({ socketId = it.socketId, edge = it.edge, name = it.name,
  joinedAt = there and mine.joinedAt or it.now, seat = 0,
  token = it.token ~= cjson.null and it.token or nil }))
redis.call('SADD', 'edge:chat:' .. it.edge, edge_entry(id, user, it.socketId))
local rev = redis.call('HINCRBY', KEYS[1], 'rev', 1)
local as_joined = not there
  and file(id, it, { p = 'user-joined', u = user, d = it.name, at = it.now }) or 0
local as_changed = changed and file(id, it, { p = 'key-changed', u = user, at = it.now }) or 0
touch(id, it.ttl)

local answer = redis.call('LRANGE', key('history', id), 0, -1)
table.insert(answer, 1, cjson.encode({ status = 'joined', mode = mode, rev = rev, changed = changed,
  there = there, former = former, members = present_members(id, true),
  sessionKey = redis.call('HGET', key('keys', id), user) or nil,
  as_joined = as_joined, as_changed = as_changed, nonce = redis.call('HGET', KEYS[1], 'nonce'),
  number = tonumber(redis.call('HGET', KEYS[1], 'events') or '0'),
  order = tonumber(redis.call('HGET', KEYS[1], 'messages') or '0') }))
return answer
