-- What has to be known before a job is sent, in one request.
-- KEYS[1] the hash with its devices' results; KEYS[2] the stream of registrations; KEYS[3] the notification
-- ARGV[1] key of the call that must be ringing, or ''; ARGV[2] JSON list of [key, field] of which
--   none may be there, or ''; ARGV[3] its timeline and ARGV[4] its user, '' for none; ARGV[5] a secret for receipts,
--   or ''; ARGV[6] for how long these are kept, in seconds
-- Answer: {why it is not sent or '', registrations that wait, results as a flat list, the secret that the first
--   turn was given}
local over = ''
if ARGV[1] ~= '' and redis.call('HGET', ARGV[1], 'state') ~= 'ringing' then
  over = 'call_over'
end
if ARGV[2] ~= '' then
  for _, pair in ipairs(cjson.decode(ARGV[2])) do
    local there
    if pair[2] == '' then
      there = redis.call('EXISTS', pair[1]) == 1
    else
      there = redis.call('HEXISTS', pair[1], pair[2]) == 1
    end
    if there then over = 'cause_over' end
  end
end
local secret = ARGV[5]
if secret ~= '' and over == '' and redis.call('HSETNX', KEYS[3], 'receipts', secret) == 1 then
  redis.call('HSET', KEYS[3], 'timeline', ARGV[3], 'user', ARGV[4])
  redis.call('EXPIRE', KEYS[3], ARGV[6])
elseif secret ~= '' and over == '' then
  secret = redis.call('HGET', KEYS[3], 'receipts')
end
return { over, redis.call('XLEN', KEYS[2]), redis.call('HGETALL', KEYS[1]), secret }
