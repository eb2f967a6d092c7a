-- Leaves a message for an edge that the event bus does not reach although its lease runs: a network in two parts.
-- KEYS[1]  edge:mail:<edge>
-- ARGV     edge, now (ms), how long it may lie there (ms), how many may, message
-- Answer: 1 if it is left there, 0 if the lease is over, -1 if too many lie there already
local function not_left(why)
  tell_of_loss(ARGV[1], ARGV[2])
  return why
end
if is_over(ARGV[1], ARGV[2]) then return not_left(0) end
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[4]) then return not_left(-1) end
redis.call('RPUSH', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
