-- Looks whether a message whose answer never came was kept.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user, message, to, ref}
-- Answer: JSON {status: sent|open (it may still come)|gone (the session is no more, or the message
--         was kept when it was sent again), first (of this id), members,
--         number (of its event), order (of the message)}
local it = cjson.decode(ARGV[1])
local id = it.id
if redis.call('EXISTS', KEYS[1]) == 0 then return cjson.encode({ status = 'gone' }) end
local kept = redis.call('HGET', key('ids', id), copy_field(it.user, it.message, it.to))
if not kept then return cjson.encode({ status = 'open' }) end
if kept ~= it.ref then return cjson.encode({ status = 'gone' }) end
local copies = redis.call('HGET', key('ids', id), first_field(it.user, it.message))
return cjson.encode({ status = 'sent', first = copies == '1', members = present_members(id, false),
  number = number_of(id, it.ref), order = order_of(id, it.ref) })
