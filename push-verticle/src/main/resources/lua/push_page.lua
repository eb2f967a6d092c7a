-- One turn of a broadcast: puts the next pages on the stream, and the cursor behind them, in place
-- of the entry that the cursor was in. Does nothing if that entry is no longer pending.
-- KEYS[1] stream
-- ARGV[1] group; ARGV[2] entry; ARGV[3] JSON list of jobs, each [name, text, …]
-- Answer: 1 done, 0 not ours (any more)
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
for _, fields in ipairs(cjson.decode(ARGV[3])) do
  redis.call('XADD', KEYS[1], '*', unpack(fields))
end
return 1
