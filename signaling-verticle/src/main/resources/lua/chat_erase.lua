-- Forgets a user in a session: its seat and keys, what it has written, and what was written to it alone.
-- A member whose socket is there is left to its end.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user}
-- Answer: how many messages are forgotten
local it = cjson.decode(ARGV[1])
local id = it.id
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local names = names_of(id, it.user)
local NOBODY = cjson.encode({ w = '', t = '' })

-- A list without what a user has to do with; `instead` stands in its place, or nothing. Answers what is gone.
local function rewrite(kind, concerns, instead)
  local kept, gone = {}, {}
  for _, text in ipairs(redis.call('LRANGE', key(kind, id), 0, -1)) do
    local entry = mentions(text, names) and cjson.decode(text)
    local theirs = entry and concerns(entry)
    if theirs then gone[#gone + 1] = entry end
    if not theirs or instead then kept[#kept + 1] = theirs and instead or text end
  end
  if #gone > 0 and #kept == 0 then
    redis.call('DEL', key(kind, id))
  elseif #gone > 0 then
    -- behind the old ones, so that the list keeps the end of its life
    for _, text in ipairs(kept) do redis.call('RPUSH', key(kind, id), text) end
    redis.call('LTRIM', key(kind, id), -#kept, -1)
  end
  return gone
end

local function is_to(entry) return entry.t ~= 'all' and names[entry.t] end
local forgotten = rewrite('history', function(entry) return names[entry.f] or is_to(entry) end)
for _, message in ipairs(forgotten) do
  forget_message(id, message)
  redis.call('HINCRBY', KEYS[1], 'count', -1)
  redis.call('HINCRBY', KEYS[1], 'bytes', -message.b)
end
-- numbers of events count from the last: none may be missing
rewrite('events', function(entry) return names[entry.u] or names[entry.f] or is_to(entry) end, NOBODY)

local gone = false
for name in pairs(names) do
  local member = member_of(id, name)
  if member and not is_present(member) then
    take('members', id, name)
    gone = true
  end
  if not (member and is_present(member)) then
    take('pubkeys', id, name)
    take('keys', id, name)
    if redis.call('HGET', KEYS[1], 'creator') == name then redis.call('HSET', KEYS[1], 'creator', '') end
  end
end
if gone and redis.call('HLEN', key('members', id)) == 0 then delete_session(id) end
return #forgotten
