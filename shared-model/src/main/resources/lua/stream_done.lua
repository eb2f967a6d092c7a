-- Takes handled entries off a stream: acknowledged and deleted in one step, so that the stream's
-- length is what is still to be done, and no pending entry ever lacks its content.
-- KEYS[1] stream
-- ARGV[1] group; ARGV[2..] entry ids
-- Answer: how many entries went
local ids = {unpack(ARGV, 2)}
redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
return redis.call('XDEL', KEYS[1], unpack(ids))
