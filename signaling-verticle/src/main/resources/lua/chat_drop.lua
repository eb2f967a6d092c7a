-- Takes a member's socket out, if it is still that socket's. The last member that leaves takes the
-- session along.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user, socketId, edge, leave (boolean), now, seat (ms), ttl (ms)}
-- Answer: JSON {status: left|deleted|stale, name, rev, members}
local it = cjson.decode(ARGV[1])
local id, user = it.id, it.user
redis.call('SREM', 'edge:chat:' .. it.edge, edge_entry(id, user, it.socketId))
if standing(id, user, it.socketId) ~= 'ok' then return cjson.encode({ status = 'stale' }) end
local mine = member_of(id, user)
if it.leave then
  take('members', id, user)
  take('pubkeys', id, user)
  local left = false
  for _, text in pairs(hash_of(key('members', id))) do
    left = left or has_seat(cjson.decode(text), it.now)
  end
  if not left then
    delete_session(id)
    return cjson.encode({ status = 'deleted' })
  end
else
  mine.socketId, mine.edge, mine.seat = '', '', it.now + it.seat
  put('members', id, user, cjson.encode(mine))
end
local rev = redis.call('HINCRBY', KEYS[1], 'rev', 1)
touch(id, it.ttl)
return cjson.encode({ status = 'left', name = mine.name, rev = rev,
  members = present_members(id, true) })
