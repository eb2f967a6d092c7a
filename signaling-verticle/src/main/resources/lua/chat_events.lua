-- What a chat session keeps for members that come back.
-- KEYS  chat:session:<id>, chat:events:<id>
-- Answer: the number of the last event, then those there are, oldest first
local answer = redis.call('LRANGE', KEYS[2], 0, -1)
table.insert(answer, 1, redis.call('HGET', KEYS[1], 'events') or '0')
return answer
