-- Keeps the claims on entries that are still in hand: they begin to be idle anew. What another
-- consumer has taken over stays theirs.
-- KEYS[1] stream
-- ARGV[1] group; ARGV[2] consumer; ARGV[3..] entry ids
-- Answer: how many were kept
local kept = 0
if redis.call('EXISTS', KEYS[1]) == 0 then
  return kept
end
for i = 3, #ARGV do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)[1]
  if pending and pending[2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
    kept = kept + 1
  end
end
return kept
