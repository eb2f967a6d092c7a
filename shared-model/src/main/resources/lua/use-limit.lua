-- Counts one use of a shared limit in a fixed window that starts with its first use.
-- KEYS[1]  the counter
-- ARGV[1]  uses allowed in a window
-- ARGV[2]  length of the window, milliseconds
-- Answers 0 if the use is allowed, else the milliseconds until the window ends.
local used = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
if used <= tonumber(ARGV[1]) then
  return 0
end
return math.max(left, 1)
