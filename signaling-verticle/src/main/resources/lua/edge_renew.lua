-- Renews an edge's lease, and tells whether others have taken the edge for dead.
-- KEYS[1]  edge:leases (member edge, score the end of its lease)
-- ARGV     edge, new end of the lease (ms), '1' if it was held before
-- Answer: {when it was last swept (ms), 0 for never; 1 if a lease that was held is gone (Redis lost its data)}
local added = redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
local swept = redis.call('GET', 'edge:swept:' .. ARGV[1])
return { tonumber(swept or '0'), (ARGV[3] == '1' and added == 1) and 1 or 0 }
