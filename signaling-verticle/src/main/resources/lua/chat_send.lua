-- Keeps a message, whose pieces are here or have come in before, and drops the oldest beyond the
-- bounds of the history.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user, socketId, ref, message, to, n, c (pieces), b (bytes), uploaded (boolean),
--          ttl (ms), mostMessages, mostBytes, max (bytes), events}
-- ARGV[2]  unless uploaded: the message; ARGV[3] where c is 1: its original content
-- Answer: JSON {status: sent|gone|forbidden|repeated|storage, first (of this id), members,
--         number (of its event), order (of the message)}
local it = cjson.decode(ARGV[1])
local id, ref = it.id, it.ref
local function refuse(status)
  if it.uploaded then drop_upload(id, ref) end
  return cjson.encode({ status = status })
end
local status = standing(id, it.user, it.socketId)
if status ~= 'ok' then return refuse(status) end
local copy = copy_field(it.user, it.message, it.to)
local kept = redis.call('HGET', key('ids', id), copy)
if kept == ref then
  -- its answer was lost, and it is sent again
  local copies = redis.call('HGET', key('ids', id), first_field(it.user, it.message))
  return cjson.encode({ status = 'sent', first = copies == '1', members = present_members(id, false),
    number = number_of(id, ref), order = order_of(id, ref) })
end
if kept then return refuse('repeated') end
if it.uploaded then
  if redis.call('HDEL', key('uploads', id), ref) == 0 then return refuse('gone') end
else
  if not has_room(it.b, it.max) then return refuse('storage') end
  account(id, it.b)
  redis.call('HSET', key('bodies', id), ref .. ':0', ARGV[2])
  if it.c == 1 then redis.call('HSET', key('bodies', id), ref .. ':c0', ARGV[3]) end
end

local first = first_field(it.user, it.message)
redis.call('HSET', key('ids', id), copy, ref)
local copies = redis.call('HINCRBY', key('ids', id), first, 1)
local order = redis.call('HINCRBY', KEYS[1], 'messages', 1)
redis.call('RPUSH', key('history', id), cjson.encode({ r = ref, i = it.message, f = it.user,
  t = it.to, n = it.n, c = it.c, b = it.b, m = order }))
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
local bytes = redis.call('HINCRBY', KEYS[1], 'bytes', it.b)
while count > 1 and (count > it.mostMessages or bytes > it.mostBytes) do
  local old = cjson.decode(redis.call('LPOP', key('history', id)))
  forget_message(id, old)
  count, bytes = count - 1, bytes - old.b
end
redis.call('HSET', KEYS[1], 'count', count, 'bytes', bytes)
local number = file(id, it, { r = ref, f = it.user, t = it.to, n = it.n, c = it.c, b = it.b,
  m = order, o = copies == 1 })
touch(id, it.ttl)
return cjson.encode({ status = 'sent', first = copies == 1, members = present_members(id, false),
  number = number, order = order })
