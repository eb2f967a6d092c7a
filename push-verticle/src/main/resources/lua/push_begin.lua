-- What has to be known before jobs are sent, in one request.
-- KEYS[1] the stream of registrations; then for each job the hash with its devices' results, and the notification
-- ARGV[1] for how long what is noted of a notification is kept, in seconds; then for each job:
--   1 key of the call that must be ringing, or ''; 2 JSON list of [key, field] of which none may be there, or '';
--   3 its timeline and 4 its user, '' for none; 5 a secret for receipts, or ''
-- Answer: registrations that wait; then for each job {why it is not sent or '', results as a flat list, the secret that
--   the first turn was given}
local function why_not(ringing, unless)
  local over = ''
  if ringing ~= '' and redis.call('HGET', ringing, 'state') ~= 'ringing' then
    over = 'call_over'
  end
  if unless ~= '' then
    for _, pair in ipairs(cjson.decode(unless)) do
      local there
      if pair[2] == '' then
        there = redis.call('EXISTS', pair[1]) == 1
      else
        there = redis.call('HEXISTS', pair[1], pair[2]) == 1
      end
      if there then over = 'cause_over' end
    end
  end
  return over
end
local function begin(results, notification, ringing, unless, timeline, user, secret)
  local over = why_not(ringing, unless)
  if secret ~= '' and over == '' and redis.call('HSETNX', notification, 'receipts', secret) == 1 then
    redis.call('HSET', notification, 'timeline', timeline, 'user', user)
    redis.call('EXPIRE', notification, ARGV[1])
  elseif secret ~= '' and over == '' then
    secret = redis.call('HGET', notification, 'receipts')
  end
  return { over, redis.call('HGETALL', results), secret }
end
local answer = { redis.call('XLEN', KEYS[1]) }
for i = 1, (#KEYS - 1) / 2 do
  local at = (i - 1) * 5 + 1
  answer[i + 1] = begin(KEYS[i * 2], KEYS[i * 2 + 1], unpack(ARGV, at + 1, at + 5))
end
return answer
