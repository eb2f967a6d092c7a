-- How much is in the queue, in one request.
-- KEYS[1..n] the lanes; KEYS[n+1] retries; KEYS[n+2] dead letters
-- ARGV[1] the consumer group of the lanes
-- Answer: for each lane {entries, of these in hand, id of the oldest or ''}; then {retries, when the first is due or ''};
--   then {dead letters}
local answer = {}
for i = 1, #KEYS - 2 do
  local pending = redis.pcall('XPENDING', KEYS[i], ARGV[1])
  local oldest = redis.call('XRANGE', KEYS[i], '-', '+', 'COUNT', '1')
  answer[i] = {
    redis.call('XLEN', KEYS[i]), pending.err and 0 or pending[1], oldest[1] and oldest[1][1] or '',
  }
end
local first = redis.call('ZRANGE', KEYS[#KEYS - 1], '0', '0', 'WITHSCORES')
answer[#answer + 1] = { redis.call('ZCARD', KEYS[#KEYS - 1]), first[2] or '' }
answer[#answer + 1] = { redis.call('XLEN', KEYS[#KEYS]) }
return answer
