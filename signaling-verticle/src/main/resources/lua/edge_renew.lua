-- Renews an edge's lease, tells whether others have taken the edge for dead, and shows what they left for it.
-- KEYS[1]  edge:leases (member edge, score the end of its lease)
-- KEYS[2]  edge:mail:<edge>
-- ARGV     edge, new end of the lease (ms), '1' if it was held before; steps that have no
--          script of their own, as write_pending has them
-- Answer: {when it was last swept (ms), 0 for never; 1 if a lease that was held is gone (Redis lost its data);
--   {message, ...} in the order in which they were left; they lie there until the edge removes them}
local added = redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
local swept = redis.call('GET', 'edge:swept:' .. ARGV[1])
if swept then redis.call('DEL', 'edge:ended:' .. ARGV[1]) end
write_pending(4)
return { tonumber(swept or '0'), (ARGV[3] == '1' and added == 1) and 1 or 0, redis.call('LRANGE', KEYS[2], 0, -1) }
