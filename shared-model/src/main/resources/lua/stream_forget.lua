-- Forgets consumers that are gone and hold nothing: every start of a process brings a new one.
-- XGROUP DELCONSUMER drops what is pending, hence the look and the deletion in one step.
-- KEYS[1] stream
-- ARGV[1] group; ARGV[2] silent for how long, in milliseconds; ARGV[3] one to forget at once, or ''
-- Answer: how many were forgotten
local forgotten = 0
if redis.call('EXISTS', KEYS[1]) == 0 then
  return forgotten
end
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #flat, 2 do
    consumer[flat[i]] = flat[i + 1]
  end
  local gone = consumer.name == ARGV[3] or consumer.idle > tonumber(ARGV[2])
  if gone and consumer.pending == 0 then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    forgotten = forgotten + 1
  end
end
return forgotten
