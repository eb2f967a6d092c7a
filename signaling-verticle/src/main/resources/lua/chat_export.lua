-- What a session holds of a user.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, user}
-- Answer: list of JSON {sessionId, userId, displayName?, joinedAt?, publicKey? (JSON text),
--         messages?: [{id, to, bytes}]}, one for each name that the user goes by
local it = cjson.decode(ARGV[1])
local id = it.id
local names = names_of(id, it.user)
local found = {}
for name in pairs(names) do
  local member = member_of(id, name)
  found[name] = { sessionId = id, userId = name, displayName = member and member.name,
    joinedAt = member and member.joinedAt, publicKey = redis.call('HGET', key('pubkeys', id), name) or nil,
    member = member and true }
end
for _, text in ipairs(redis.call('LRANGE', key('history', id), 0, -1)) do
  local message = mentions(text, names) and cjson.decode(text)
  local own = message and found[message.f]
  if own then
    own.messages = own.messages or {}
    own.messages[#own.messages + 1] = { id = message.i, to = message.t, bytes = message.b }
  end
end
local list = {}
for _, one in pairs(found) do
  if one.member or one.messages then
    one.member = nil
    list[#list + 1] = cjson.encode(one)
  end
end
return list
