-- The end of an attempt at the first event of a subject. Does nothing if that is another one by now: somebody else has
-- settled it.
-- KEYS[1] webhook:queue:<subject>; KEYS[2] webhook:due; KEYS[3] webhook:attempts
-- ARGV[1] subject; ARGV[2] the entry; ARGV[3] delivered, failed or dead
-- ARGV[4] when the next attempt is due, ms: at this event if it failed, else the claim on the one after it
-- ARGV[5] why it failed
-- Answer: the next entry, which is claimed; '' if there is none, or if it is not the claimant's
-- A receiver that is dead for days must not fill Redis.
local MOST_DEAD = 100000
local subject, entry, verdict, due = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local head = redis.call('LINDEX', KEYS[1], 0)
if not head then
  redis.call('ZREM', KEYS[2], subject)
  redis.call('HDEL', KEYS[3], subject)
  return ''
end
if head ~= entry then return '' end
if verdict == 'failed' then
  redis.call('HINCRBY', KEYS[3], subject, 1)
  redis.call('ZADD', KEYS[2], due, subject)
  return ''
end
if verdict == 'dead' then
  local attempts = redis.call('HGET', KEYS[3], subject) or '0'
  redis.call('XADD', 'webhook:dead', 'MAXLEN', '~', MOST_DEAD, '*', 'subject', subject, 'entry', entry, 'reason', ARGV[5],
    'attempts', attempts)
end
redis.call('LPOP', KEYS[1])
redis.call('HDEL', KEYS[3], subject)
local following = redis.call('LINDEX', KEYS[1], 0)
if not following then
  redis.call('ZREM', KEYS[2], subject)
  return ''
end
redis.call('ZADD', KEYS[2], due, subject)
return following
