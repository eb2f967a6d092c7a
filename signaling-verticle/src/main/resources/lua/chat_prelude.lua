-- Functions that the chat scripts share; put before each of them. The keys of a session <id>, which
-- all live for the idle time after its last member has gone, and for four times that after the last
-- event while a member is there:
--   chat:session:<id>  hash: nonce, state (reserved|active), mode, key, creator, rev, count, bytes,
--                      events (the number of the last), messages (the order of the last)
--   chat:members:<id>  hash: userId -> JSON {socketId, edge ('' while away), name, joinedAt, token?, seat}
--   chat:pubkeys:<id>  hash: userId -> public key as JSON text
--   chat:keys:<id>     hash: userId -> encrypted session key as JSON text
--   chat:history:<id>  list of JSON {r: ref, i: id, f: from, t: to, n: pieces, c: pieces of the
--                      original content, b: bytes, m: its order, counted up over the messages of the
--                      session; older nodes write none}, oldest first
--   chat:bodies:<id>   hash: <ref>:<n> -> piece of a message, <ref>:c<n> -> piece of its original content
--   chat:ids:<id>      hash: [from, id, to] -> ref, [from, id] -> how many copies are kept
--   chat:events:<id>   list of JSON, the newest last, whose number is in the session: what members that
--                      come back have missed (file)
--   chat:uploads:<id>  hash: ref -> JSON {b: bytes, n, c, at} of messages that are still coming in
-- Of a session that its last member has left, for the idle time:
--   chat:left:<id>     hash: mode, key
-- What all sessions hold: chat:total (bytes), chat:usage (hash id -> bytes), chat:expiry (sorted set
-- id by when Redis lets it go); edge:chat:<edge>: a set of [id, userId, socketId] of its members.

local KINDS = { 'session', 'members', 'pubkeys', 'keys', 'history', 'bodies', 'ids', 'uploads', 'events' }

local function key(kind, id) return 'chat:' .. kind .. ':' .. id end

local function hash_of(name)
  local flat = redis.call('HGETALL', name)
  local map = {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end

local function redis_now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function account(id, delta)
  if delta == 0 then return end
  redis.call('HINCRBY', 'chat:usage', id, delta)
  redis.call('INCRBY', 'chat:total', delta)
end

local function delete_session(id)
  for _, kind in ipairs(KINDS) do redis.call('DEL', key(kind, id)) end
  local held = tonumber(redis.call('HGET', 'chat:usage', id) or '0')
  if held ~= 0 then redis.call('DECRBY', 'chat:total', held) end
  redis.call('HDEL', 'chat:usage', id)
  redis.call('ZREM', 'chat:expiry', id)
end

-- When an edge died; nil while it may be alive. What has run out is a lease, so it died a lease before.
local function died_at(edge, it)
  local over = tonumber(redis.call('GET', 'edge:ended:' .. edge)
    or redis.call('ZSCORE', 'edge:leases', edge) or it.now)
  if over >= it.now then return nil end
  -- 0: it has given its lease up, and is only now seen to
  return over == 0 and it.now or over - it.lease
end

-- Ends a session whose members were all on edges that died longer ago than a session may be idle. Until
-- all that live have had time to renew their leases it answers true instead, where that is in doubt.
local function end_if_abandoned(id, it)
  local last
  for _, text in ipairs(redis.call('HVALS', key('members', id))) do
    local member = cjson.decode(text)
    if member.socketId ~= '' then
      local died = died_at(member.edge, it)
      if not died then return end
      last = math.max(last or died, died)
    end
  end
  local abandoned = last ~= nil and last + it.ttl <= it.now
  if abandoned and it.steady then delete_session(id) end
  return abandoned and not it.steady
end

local function is_occupied(id)
  for _, text in ipairs(redis.call('HVALS', key('members', id))) do
    if cjson.decode(text).socketId ~= '' then return true end
  end
  return false
end

-- How many idle times a session lives without an event while somebody is there.
local OCCUPIED = 4

-- Lets a session live on.
local function touch(id, idle)
  local ttl = is_occupied(id) and OCCUPIED * idle or idle
  for _, kind in ipairs(KINDS) do redis.call('PEXPIRE', key(kind, id), ttl) end
  redis.call('ZADD', 'chat:expiry', redis_now() + ttl, id)
end

-- Whether so many bytes may be added; first forgets the sessions that Redis has let go.
local function has_room(bytes, max)
  local now = redis_now()
  local over
  repeat
    over = redis.call('ZRANGEBYSCORE', 'chat:expiry', '-inf', now, 'LIMIT', 0, 100)
    for _, id in ipairs(over) do
      if redis.call('EXISTS', key('session', id)) == 0 then
        delete_session(id)
      else
        redis.call('ZADD', 'chat:expiry', now + 1000, id)
      end
    end
  until #over < 100
  return tonumber(redis.call('GET', 'chat:total') or '0') + bytes <= max
end

-- Sets a field of a hash of a session and counts what it holds.
local function put(kind, id, field, text)
  local before = redis.call('HSTRLEN', key(kind, id), field)
  redis.call('HSET', key(kind, id), field, text)
  account(id, #text - before)
end

local function take(kind, id, field)
  local before = redis.call('HSTRLEN', key(kind, id), field)
  if redis.call('HDEL', key(kind, id), field) == 1 then account(id, -before) end
end

local function member_of(id, user)
  local text = redis.call('HGET', key('members', id), user)
  return text and cjson.decode(text)
end

local function is_present(member) return member.socketId ~= '' end

local function has_seat(member, now) return is_present(member) or member.seat > now end

-- The entry of a member in edge:chat:<edge>.
local function edge_entry(id, user, socket) return cjson.encode({ id, user, socket }) end

-- The members that are there, with their public keys if asked for.
local function present_members(id, with_keys)
  local keys = with_keys and hash_of(key('pubkeys', id)) or {}
  local list = {}
  for user, text in pairs(hash_of(key('members', id))) do
    local member = cjson.decode(text)
    if is_present(member) then
      list[#list + 1] = { u = user, s = member.socketId, e = member.edge, d = member.name,
        j = member.joinedAt, k = keys[user] }
    end
  end
  return list
end

-- Keeps an event for members that come back; answers its number, or 0 where none are kept. It is one of
--   {p: event, u: user, d: name?, at}       about a member, for the others
--   {w: frame, t: user}                     as it stands, for one member
--   {r, f, t, n, c, b, m, o: first of its id}  a message, as in chat:history
--   {k: true}                               the session keys are others, for all
local function file(id, it, event)
  if it.events == 0 then return 0 end
  redis.call('RPUSH', key('events', id), cjson.encode(event))
  redis.call('LTRIM', key('events', id), -it.events, -1)
  return redis.call('HINCRBY', key('session', id), 'events', 1)
end

-- The number of the event of a message; 0 if it is not kept.
local function number_of(id, ref)
  local last = tonumber(redis.call('HGET', key('session', id), 'events') or '0')
  local events = last > 0 and redis.call('LRANGE', key('events', id), 0, -1) or {}
  for i = #events, 1, -1 do
    if cjson.decode(events[i]).r == ref then return last - #events + i end
  end
  return 0
end

-- The order of a message of the history; 0 if it is not there, or has none.
local function order_of(id, ref)
  local entries = redis.call('LRANGE', key('history', id), 0, -1)
  for i = #entries, 1, -1 do
    local entry = cjson.decode(entries[i])
    if entry.r == ref then return entry.m or 0 end
  end
  return 0
end

-- The status in which a member's own socket finds the session: ok, gone or forbidden.
local function standing(id, user, socket)
  if redis.call('EXISTS', key('session', id)) == 0 then return 'gone' end
  local member = member_of(id, user)
  return member and member.socketId == socket and 'ok' or 'forbidden'
end

local function copy_field(from, message, to) return cjson.encode({ from, message, to }) end
local function first_field(from, message) return cjson.encode({ from, message }) end

local function drop_pieces(id, ref, pieces, content)
  for n = 0, pieces - 1 do redis.call('HDEL', key('bodies', id), ref .. ':' .. n) end
  for n = 0, content - 1 do redis.call('HDEL', key('bodies', id), ref .. ':c' .. n) end
end

-- Forgets a message that was still coming in; what has come of it is not counted any more.
local function drop_upload(id, ref)
  local text = redis.call('HGET', key('uploads', id), ref)
  if not text then return end
  local upload = cjson.decode(text)
  drop_pieces(id, ref, upload.n, upload.c)
  redis.call('HDEL', key('uploads', id), ref)
  account(id, -upload.b)
end

-- Forgets a message that has been taken off the history.
local function forget_message(id, old)
  drop_pieces(id, old.r, old.n, old.c)
  redis.call('HDEL', key('ids', id), copy_field(old.f, old.i, old.t))
  if redis.call('HINCRBY', key('ids', id), first_field(old.f, old.i), -1) <= 0 then
    redis.call('HDEL', key('ids', id), first_field(old.f, old.i))
  end
  account(id, -old.b)
end

-- What a user goes by in a session: the names of members with its token, and its own name unless
-- that is a member's with the token of another.
local function names_of(id, user)
  local names = { [user] = true }
  for name, text in pairs(hash_of(key('members', id))) do
    local token = cjson.decode(text).token
    if token then names[name] = token == user or nil end
  end
  return names
end

-- Whether one of some names stands in a JSON text: most of what is kept need not be decoded.
local function mentions(text, names)
  for name in pairs(names) do
    if text:find(cjson.encode(name), 1, true) then return true end
  end
  return false
end
