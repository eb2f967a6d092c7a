-- Looks whether an edge has fetched a message, and takes it back if that is to be.
-- KEYS[1]  edge:mail:<edge>
-- ARGV     edge, now (ms), what becomes of it if it is there: 'wait' (it lies there while the lease runs), 'take' (it is
--          taken back); message
-- Answer: 0 if it is taken back, 1 if it is not there, 2 if it lies there yet
if ARGV[3] == 'wait' and not is_over(ARGV[1], ARGV[2]) then return redis.call('LPOS', KEYS[1], ARGV[4]) and 2 or 1 end
local taken = redis.call('LREM', KEYS[1], 1, ARGV[4]) == 1
if ARGV[3] == 'wait' and taken then tell_of_loss(ARGV[1], ARGV[2]) end
return taken and 0 or 1
