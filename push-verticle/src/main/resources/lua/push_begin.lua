-- What has to be known before a job is sent, in one request.
-- KEYS[1] the hash with its devices' results; KEYS[2] the stream of registrations
-- ARGV[1] key of the call that must be ringing, or ''; ARGV[2] JSON list of [key, field] of which
--   none may be there, or ''
-- Answer: {why it is not sent or '', registrations that wait, results as a flat list}
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
return { over, redis.call('XLEN', KEYS[2]), redis.call('HGETALL', KEYS[1]) }
