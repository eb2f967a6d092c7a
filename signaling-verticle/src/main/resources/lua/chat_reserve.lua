-- Reserves a session for its creator.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, nonce, mode, key, base (bytes counted for a session), now, ttl (ms),
--          lease (ms), steady (as in chat_load), max (bytes)}
-- Answer: reserved, exists or full
local it = cjson.decode(ARGV[1])
end_if_abandoned(it.id, it)
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
if not has_room(it.base, it.max) then return 'full' end
delete_session(it.id)
redis.call('DEL', key('left', it.id))
redis.call('HSET', KEYS[1], 'nonce', it.nonce, 'state', 'reserved', 'mode', it.mode, 'key', it.key,
  'creator', '', 'rev', 0, 'count', 0, 'bytes', 0)
account(it.id, it.base)
touch(it.id, it.ttl)
return 'reserved'
