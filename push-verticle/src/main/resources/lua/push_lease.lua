-- Takes a lease or renews one's own.
-- KEYS[1] lease
-- ARGV[1] owner; ARGV[2] how long, in milliseconds
-- Answer: 2 newly taken, 1 renewed, 0 somebody else's
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return owner and 1 or 2
