-- Gives up a lease that is still one's own.
-- KEYS[1] lease
-- ARGV[1] owner
-- Answer: 1 given up, 0 not ours (any more)
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
