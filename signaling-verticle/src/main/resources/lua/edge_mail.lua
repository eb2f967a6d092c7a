-- Leaves a message for an edge that the event bus does not reach although its lease runs: a network in two parts.
-- KEYS[1]  edge:leases (member edge, score the end of its lease)
-- KEYS[2]  edge:mail:<edge>
-- ARGV     edge, now (ms), how long it may lie there (ms), how many may, message
-- Answer: 1 if it is left there, 0 if the lease is over, -1 if too many lie there already
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) < tonumber(ARGV[2]) then return 0 end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[4]) then return -1 end
redis.call('RPUSH', KEYS[2], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
