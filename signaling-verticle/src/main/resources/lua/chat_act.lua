-- What a member does besides sending messages; each renews the session.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user, socketId, ttl (ms), op, ...}
--   op touch {event? (kept for a member that is away)}; list (public keys); save-key {publicKey (JSON text), name?};
--   session-keys {keys: {userId: JSON text}, most}
-- Answer: JSON {status: ok|gone|forbidden, rev, members, number (of its event)}
local it = cjson.decode(ARGV[1])
local id, user = it.id, it.user
local status = standing(id, user, it.socketId)
if status ~= 'ok' then return cjson.encode({ status = status }) end
if it.op == 'session-keys' then
  local mode, creator = unpack(redis.call('HMGET', KEYS[1], 'mode', 'creator'))
  if mode ~= 'group' or creator ~= user then return cjson.encode({ status = 'forbidden' }) end
  for other, text in pairs(it.keys) do
    if redis.call('HLEN', key('keys', id)) < it.most
        or redis.call('HEXISTS', key('keys', id), other) == 1 then
      put('keys', id, other, text)
    end
  end
elseif it.op == 'save-key' then
  put('pubkeys', id, user, it.publicKey)
  if it.name then
    local mine = member_of(id, user)
    mine.name = it.name
    put('members', id, user, cjson.encode(mine))
  end
  redis.call('HINCRBY', KEYS[1], 'rev', 1)
end
local event = it.op == 'session-keys' and { k = true } or it.event
local number = event and file(id, it, event) or 0
touch(id, it.ttl)
local with_keys = it.op == 'list' or it.op == 'save-key'
return cjson.encode({ status = 'ok', rev = tonumber(redis.call('HGET', KEYS[1], 'rev')),
  number = number, members = present_members(id, with_keys) })
