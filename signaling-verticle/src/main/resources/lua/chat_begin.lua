-- Makes room for a message that comes in pieces.
-- KEYS[1]  chat:uploads:<id>
-- ARGV[1]  JSON {id, user, socketId, ref, message, to, n, c (pieces), b (bytes), now, patience (ms),
--          ttl (ms), max (bytes)}
-- Answer: ok, gone, forbidden, repeated or storage
local it = cjson.decode(ARGV[1])
local id = it.id
local status = standing(id, it.user, it.socketId)
if status ~= 'ok' then return status end
local kept = redis.call('HGET', key('ids', id), copy_field(it.user, it.message, it.to))
-- its answer was lost, and it is sent again
if kept == it.ref then return 'ok' end
if kept then return 'repeated' end
for ref, text in pairs(hash_of(KEYS[1])) do
  if cjson.decode(text).at + it.patience < it.now then drop_upload(id, ref) end
end
if not has_room(it.b, it.max) then return 'storage' end
local upload = cjson.encode({ b = it.b, n = it.n, c = it.c, at = it.now })
if redis.call('HSET', KEYS[1], it.ref, upload) == 1 then account(id, it.b) end
touch(id, it.ttl)
return 'ok'
