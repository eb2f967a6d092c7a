-- Tries each command that the program uses, in scripts or by itself, since users of Redis may lack some.
-- KEYS[1] string; KEYS[2] hash; KEYS[3] list; KEYS[4] set; KEYS[5] sorted set; KEYS[6] stream: nothing else uses them
-- Answer: 1, or the error NOPERM with the first command that the user may not run
local text, hash, list, set, sorted, stream = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local tries = {
  {'SET', text, '1', 'PX', '10000'}, {'GET', text}, {'MGET', text}, {'EXISTS', text}, {'INCR', text}, {'INCRBY', text, '1'},
  {'DECRBY', text, '1'}, {'EXPIRE', text, '10'}, {'PEXPIRE', text, '10000'}, {'PTTL', text}, {'TIME'}, {'SCAN', '0', 'COUNT', '1'},
  {'HSET', hash, 'f', '1'}, {'HSETNX', hash, 'f', '1'}, {'HGET', hash, 'f'}, {'HMGET', hash, 'f'}, {'HGETALL', hash},
  {'HKEYS', hash}, {'HVALS', hash}, {'HLEN', hash}, {'HEXISTS', hash, 'f'}, {'HSTRLEN', hash, 'f'}, {'HINCRBY', hash, 'f', '1'}, {'HDEL', hash, 'f'},
  {'RPUSH', list, '1'}, {'RPUSHX', list, '2'}, {'LLEN', list}, {'LINDEX', list, '0'}, {'LRANGE', list, '0', '-1'}, {'LREM', list, '0', '2'}, {'LPOS', list, '2'}, {'LTRIM', list, '0', '-1'}, {'LPOP', list},
  {'SADD', set, '1'}, {'SCARD', set}, {'SMEMBERS', set}, {'SISMEMBER', set, '1'}, {'SRANDMEMBER', set}, {'SREM', set, '1'},
  {'ZADD', sorted, '1', 'm'}, {'ZCARD', sorted}, {'ZCOUNT', sorted, '0', '1'}, {'ZSCORE', sorted, 'm'}, {'ZRANGE', sorted, '0', '-1'},
  {'ZRANGEBYSCORE', sorted, '0', '1'}, {'ZREM', sorted, 'x'}, {'ZPOPMIN', sorted},
  {'XGROUP', 'CREATE', stream, 'g', '0', 'MKSTREAM'}, {'XADD', stream, '*', 'f', '1'}, {'XLEN', stream},
  {'XRANGE', stream, '-', '+'}, {'XREVRANGE', stream, '+', '-'}, {'XINFO', 'STREAM', stream},
  {'XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '1', 'STREAMS', stream, '>'}, {'XAUTOCLAIM', stream, 'g', 'c', '0', '0'},
  {'XPENDING', stream, 'g'}, {'XCLAIM', stream, 'g', 'c', '0', '0-1'},
  {'XACK', stream, 'g', '0-1'}, {'XDEL', stream, '0-1'}, {'DEL', text, hash, list, set, sorted, stream},
}
for _, try in ipairs(tries) do
  local answer = redis.pcall(unpack(try))
  if type(answer) == 'table' and answer.err then
    local words = answer.err
    if words:find('NOPERM') or words:find("can't run") or words:find("can't access") or words:find('ACL failure') then
      redis.pcall('DEL', text, hash, list, set, sorted, stream)
      return redis.error_reply('NOPERM ' .. try[1])
    end
  end
end
return 1
