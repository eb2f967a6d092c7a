-- Deletes what is kept of a user besides sessions and calls, which end by themselves.
-- KEYS[1]  user:dnd-ends
-- ARGV     the user, then the devices that are known of it
-- Answer: 1
local user = ARGV[1]
for i = 2, #ARGV do
  redis.call('DEL', buffer_key(user, ARGV[i]), buffer_key(user, ARGV[i]) .. '|size')
end
for _, device in ipairs(redis.call('LRANGE', nameless_key(user), 0, -1)) do
  redis.call('DEL', buffer_key(user, device), buffer_key(user, device) .. '|size')
end
redis.call('DEL', nameless_key(user), 'rate:calls:' .. user, 'user:dnd:' .. user, 'user:missed:' .. user,
  'user:blocks:' .. user)
redis.call('ZREM', KEYS[1], user)
return 1
