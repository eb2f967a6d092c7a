-- The sessions there are, for operators.
-- KEYS[1]  chat:expiry
-- ARGV     at most
-- Answer: list of JSON {sessionId, members, messages, publicKeys}
local list = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], redis_now(), '+inf', 'LIMIT', 0, ARGV[1])) do
  local count = redis.call('HGET', key('session', id), 'count')
  if count then
    list[#list + 1] = cjson.encode({ sessionId = id, members = #present_members(id, false),
      messages = tonumber(count), publicKeys = redis.call('HLEN', key('pubkeys', id)) })
  end
end
return list
