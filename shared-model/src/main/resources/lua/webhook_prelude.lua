-- Files an event for the team's back end; put before each script that does.

-- Subjects that wait while the receiver is away. More are dropped and counted: a receiver that is dead must not fill
-- the Redis that calls need.
local MOST_WAITING = 500000

-- Appends an entry (see WebhookEntry) to those of its subject; due at once unless earlier ones wait.
local function file_webhook(subject, entry, now)
  if redis.call('ZADD', 'webhook:due', 'NX', now, subject) == 1
    and redis.call('ZCARD', 'webhook:due') > MOST_WAITING then
    redis.call('ZREM', 'webhook:due', subject)
    redis.call('INCR', 'webhook:dropped')
    return
  end
  redis.call('RPUSH', 'webhook:queue:' .. subject, entry)
end
