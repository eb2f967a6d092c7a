-- How the queue of webhooks stands.
-- KEYS[1] webhook:due; KEYS[2] webhook:dead; KEYS[3] webhook:dropped
-- Answer: how many subjects wait, dead letters, events dropped so far, and the first entries of two subjects ('' for
--   none): of that which is due first, and of that which has been put off for longest. One of them is about the oldest.
local function head(at)
  local subject = redis.call('ZRANGE', KEYS[1], at, at)[1]
  return subject and redis.call('LINDEX', 'webhook:queue:' .. subject, 0) or ''
end
return { redis.call('ZCARD', KEYS[1]), redis.call('XLEN', KEYS[2]), tonumber(redis.call('GET', KEYS[3]) or '0'),
  head(0), head(-1) }
