-- The end of a turn of some jobs: results, retries and dead letters, and each entry off its stream, all or nothing. Does
-- nothing for an entry that is no longer pending: somebody else has settled it.
-- KEYS[1] retries by time; KEYS[2] their jobs; KEYS[3] stream of dead letters; then for each job the stream, the
--   notification, and the hash with the results (may be the same)
-- ARGV[1] group; ARGV[2] who writes timelines; ARGV[3] their ttl (ms); then for each job:
--   1 entry; 2 seconds to keep the record; 3 seconds to keep the results; 4 its timeline, or '';
--   5 JSON: head {field: text}, results [{key, status, value, retryAt?, retry?, dead?, told?}], where
--   retry and dead are jobs as {stream, fields [name, text, …]}, told is an event (with webhook_prelude): subject,
--   entry, now; steps? of the timeline, as fields, here and in each result; failure? {key, field, reason} to be
--   remembered of a device
-- Answer: for each job 1 settled, 0 not ours (any more)
-- A provider that is down for days must not fill Redis.
local MOST_DEAD = 100000
-- How long the last failure of a device is remembered, in ms: 30 days.
local FAILURE_LIFE = 2592000000
local function append(steps, fields)
  for _, text in ipairs(fields or {}) do steps[#steps + 1] = text end
end
local function write_result(notification, results, result, steps)
  local field = 'd|' .. result.key
  local before = redis.call('HGET', results, field)
  if before and cjson.decode(before).status == 'sent' then return end
  redis.call('HSET', results, field, result.value)
  append(steps, result.steps)
  local failure = result.failure
  if failure then
    local time = redis.call('TIME')
    local at = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('HSET', failure.key, failure.field, cjson.encode({ at = at, reason = failure.reason }))
    redis.call('PEXPIRE', failure.key, FAILURE_LIFE)
  end
  if result.status ~= 'queued' then
    redis.call('HINCRBY', notification, 'n|' .. result.status, 1)
  end
  if result.retry then
    local member = results .. '|' .. result.key
    redis.call('ZADD', KEYS[1], result.retryAt, member)
    redis.call('HSET', KEYS[2], member, cjson.encode(result.retry))
  end
  if result.dead then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', MOST_DEAD, '*', unpack(result.dead.fields))
  end
  if result.told then file_webhook(unpack(result.told)) end
end
local function settle(stream, notification, results, entry, kept, kept_results, timeline, text)
  if redis.call('XACK', stream, ARGV[1], entry) == 0 then return 0 end
  redis.call('XDEL', stream, entry)
  local plan = cjson.decode(text)
  local steps = new_steps(ARGV[2])
  append(steps, plan.steps)
  for name, value in pairs(plan.head) do redis.call('HSETNX', notification, name, value) end
  for _, result in ipairs(plan.results) do write_result(notification, results, result, steps) end
  if timeline ~= '' then write_steps(timeline, ARGV[3], steps) end
  redis.call('EXPIRE', notification, kept)
  if results ~= notification and #plan.results > 0 then redis.call('EXPIRE', results, kept_results) end
  return 1
end
local answer = {}
for i = 1, (#KEYS - 3) / 3 do
  local key, at = i * 3, (i - 1) * 5 + 3
  answer[i] = settle(KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], unpack(ARGV, at + 1, at + 5))
end
return answer
