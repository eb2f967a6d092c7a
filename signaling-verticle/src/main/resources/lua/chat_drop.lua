-- Takes a member's socket out, if it is still that socket's. The last member that leaves takes the
-- session along, but for its mode and key: its creator may only be loading its page anew.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user, socketId, edge, leaving? (the name of who leaves for good), again (boolean:
--          this may have been done before, and then nobody was told), orphan (boolean: its edge has died,
--          perhaps long ago), now, seat (ms), ttl (ms), lease (ms), events}
-- Answer: JSON {status: left|deleted|stale, name, rev, members, number (of its event)}
local it = cjson.decode(ARGV[1])
local id, user = it.id, it.user
local function left(name)
  local rev = redis.call('HINCRBY', KEYS[1], 'rev', 1)
  local died = it.orphan and not is_occupied(id) and died_at(it.edge, it)
  local idle = it.ttl - (died and it.now - died or 0)
  if idle <= 0 then
    delete_session(id)
    return cjson.encode({ status = 'deleted' })
  end
  local number = file(id, it, { p = 'user-left', u = user, d = name, at = it.now })
  touch(id, idle)
  return cjson.encode({ status = 'left', name = name, rev = rev, number = number,
    members = present_members(id, true) })
end

redis.call('SREM', 'edge:chat:' .. it.edge, edge_entry(id, user, it.socketId))
local mine = member_of(id, user)
local moved = mine and mine.socketId == it.socketId and mine.edge ~= it.edge
if moved then return cjson.encode({ status = 'stale' }) end
if standing(id, user, it.socketId) ~= 'ok' then
  local done = it.again and redis.call('EXISTS', KEYS[1]) == 1 and not (mine and is_present(mine))
  return done and left(mine and mine.name or it.leaving) or cjson.encode({ status = 'stale' })
end
if it.leaving then
  take('members', id, user)
  take('pubkeys', id, user)
  local others = false
  for _, text in pairs(hash_of(key('members', id))) do
    others = others or has_seat(cjson.decode(text), it.now)
  end
  if not others then
    local mode, auth = unpack(redis.call('HMGET', KEYS[1], 'mode', 'key'))
    delete_session(id)
    redis.call('HSET', key('left', id), 'mode', mode, 'key', auth)
    redis.call('PEXPIRE', key('left', id), it.ttl)
    return cjson.encode({ status = 'deleted' })
  end
else
  mine.socketId, mine.edge, mine.seat = '', '', it.now + it.seat
  put('members', id, user, cjson.encode(mine))
end
return left(mine.name)
