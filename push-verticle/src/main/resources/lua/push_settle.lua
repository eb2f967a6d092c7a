-- The end of a turn of a job: results, retries and dead letters, and the entry off its stream, all
-- or nothing. Does nothing if the entry is no longer pending: somebody else has settled it.
-- KEYS[1] stream; KEYS[2] the notification; KEYS[3] the hash with the results (may be the same);
-- KEYS[4] retries by time; KEYS[5] their jobs; KEYS[6] stream of dead letters
-- ARGV[1] group; ARGV[2] entry; ARGV[3] seconds to keep the record, ARGV[4] the results
-- ARGV[5] JSON: head {field: text}, results [{key, status, value, retryAt?, retry?, dead?, told?}], where
--   retry and dead are jobs as {stream, fields [name, text, …]}, told is an event (with webhook_prelude): subject,
--   entry, now; steps? of the timeline, as fields, here and in each result; failure? {key, field, reason} to be
--   remembered of a device
-- ARGV[6] its timeline, or ''; ARGV[7] who writes it; ARGV[8] its ttl (ms)
-- Answer: 1 settled, 0 not ours (any more)
-- A provider that is down for days must not fill Redis.
local MOST_DEAD = 100000
-- How long the last failure of a device is remembered, in ms: 30 days.
local FAILURE_LIFE = 2592000000
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
local plan = cjson.decode(ARGV[5])
local steps = new_steps(ARGV[7])
local function append(fields)
  for _, text in ipairs(fields or {}) do steps[#steps + 1] = text end
end
append(plan.steps)
for name, text in pairs(plan.head) do redis.call('HSETNX', KEYS[2], name, text) end
for _, result in ipairs(plan.results) do
  local field = 'd|' .. result.key
  local before = redis.call('HGET', KEYS[3], field)
  if not (before and cjson.decode(before).status == 'sent') then
    redis.call('HSET', KEYS[3], field, result.value)
    append(result.steps)
    local failure = result.failure
    if failure then
      local time = redis.call('TIME')
      local at = time[1] * 1000 + math.floor(time[2] / 1000)
      redis.call('HSET', failure.key, failure.field, cjson.encode({ at = at, reason = failure.reason }))
      redis.call('PEXPIRE', failure.key, FAILURE_LIFE)
    end
    if result.status ~= 'queued' then
      redis.call('HINCRBY', KEYS[2], 'n|' .. result.status, 1)
    end
    if result.retry then
      local member = KEYS[3] .. '|' .. result.key
      redis.call('ZADD', KEYS[4], result.retryAt, member)
      redis.call('HSET', KEYS[5], member, cjson.encode(result.retry))
    end
    if result.dead then
      redis.call('XADD', KEYS[6], 'MAXLEN', '~', MOST_DEAD, '*', unpack(result.dead.fields))
    end
    if result.told then file_webhook(unpack(result.told)) end
  end
end
if ARGV[6] ~= '' then write_steps(ARGV[6], ARGV[8], steps) end
redis.call('EXPIRE', KEYS[2], ARGV[3])
if KEYS[3] ~= KEYS[2] and #plan.results > 0 then redis.call('EXPIRE', KEYS[3], ARGV[4]) end
return 1
