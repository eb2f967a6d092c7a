-- Moves retries that are due back to their streams.
-- KEYS[1] retries by time; KEYS[2] their jobs
-- ARGV[1] now; ARGV[2] how many at most
-- Answer: how many were moved
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(due) do
  local text = redis.call('HGET', KEYS[2], member)
  if text then
    local job = cjson.decode(text)
    redis.call('XADD', job.stream, '*', unpack(job.fields))
    redis.call('HDEL', KEYS[2], member)
  end
  redis.call('ZREM', KEYS[1], member)
end
return #due
