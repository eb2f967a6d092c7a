-- Accepts a notification: its record and its job, once for an idempotency key.
-- KEYS[1] stream; KEYS[2] the notification; KEYS[3] the idempotency key's answer, or ''
-- ARGV[1] seconds to keep the record; ARGV[2] seconds to keep the answer; ARGV[3] answer
-- ARGV[4] JSON: record [name, text, …], job [name, text, …] or empty for nothing to do
-- Answer: the answer of the first request with this key
if KEYS[3] ~= '' then
  local before = redis.call('GET', KEYS[3])
  if before then return before end
  redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[2])
end
local plan = cjson.decode(ARGV[4])
for i = 1, #plan.record, 2 do
  redis.call('HSET', KEYS[2], plan.record[i], plan.record[i + 1])
end
redis.call('EXPIRE', KEYS[2], ARGV[1])
if #plan.job > 0 then redis.call('XADD', KEYS[1], '*', unpack(plan.job)) end
return ARGV[3]
