-- One transition of a call: guards, then writes, all or nothing. Flat arguments and answers: JSON here was most of the
-- cost of a call in Redis.
-- KEYS[1]  call:<callId>
-- ARGV     callId, now, expected version ('0' creates), ttl (ms) of the call, ttl (ms) of the claims on its users,
--          '1' while it lives, caller, callee, ttl (ms) of kept frames, most calls ('0' for no limit), their window (ms),
--          the record of a call that is over, as JSON ('' for none);
--          then lists, each behind the number of its entries:
--          fields that change (name, text), deadlines to set (time, member), deadlines to clear (member),
--          frames to keep (user, device, frame), pushes (id, cause, user, mode, device, data, deadline),
--          on creation the push for a busy callee (as a push)
-- Answer: a list whose first entry says what happened
--   saved, how many tokens were rung by push, sessions of the caller, of the callee (hashes of deviceId -> session)
--   conflict, call (a hash; empty if there is none): somebody else was faster
--   claimed, user, call (a hash): that user is in another call
--   limited, retry after (ms)
--   unreachable
local key, now, expected = KEYS[1], ARGV[2], ARGV[3]
local caller, callee = ARGV[7], ARGV[8]
local creates = expected == '0'

local at = 12
local function take(width)
  local first = at + 2
  at = at + 1 + ARGV[at + 1] * width
  return first, at
end
local function push_at(i)
  return { id = ARGV[i], cause = ARGV[i + 1], user = ARGV[i + 2], mode = ARGV[i + 3],
    device = ARGV[i + 4], data = ARGV[i + 5], deadline = ARGV[i + 6] }
end
local function anything() return true end

local present = redis.call('HMGET', key, 'version', 'rung')
if (present[1] or '0') ~= expected then
  return { 'conflict', redis.call('HGETALL', key) }
end

local fields, fields_end = take(2)
local deadlines, deadlines_end = take(2)
local clear, clear_end = take(1)
local frames, frames_end = take(3)
local pushes, pushes_end = take(7)

local claims = { 'call:user:' .. caller, 'call:user:' .. callee }
if creates then
  local claimed = redis.call('MGET', claims[1], claims[2])
  for i, user in ipairs({ caller, callee }) do
    local other = claimed[i] and redis.call('HGETALL', 'call:' .. claimed[i]) or {}
    if live(field_of(other, 'state')) then
      if i == 2 then
        append_push(push_at(take(7)), reachable(user, anything), now)
      end
      return { 'claimed', user, other }
    end
  end
  if ARGV[10] ~= '0' then
    local limit = 'rate:calls:' .. caller
    local used = redis.call('INCR', limit)
    if used == 1 then redis.call('PEXPIRE', limit, ARGV[11]) end
    if used > tonumber(ARGV[10]) then
      return { 'limited', redis.call('PTTL', limit) }
    end
  end
end

local sessions = {
  [caller] = redis.call('HGETALL', 'session:user:' .. caller),
  [callee] = redis.call('HGETALL', 'session:user:' .. callee),
}
if creates and #sessions[callee] == 0 and #reachable(callee, anything) == 0 then
  return { 'unreachable' }
end

redis.call('HSET', key, unpack(ARGV, fields, fields_end))

local there = {}
local has_page = {}
local function has_socket(user, device)
  if not there[user] then
    there[user] = {}
    local flat = sessions[user] or {}
    for i = 1, #flat, 2 do
      there[user][flat[i]] = true
      has_page[user] = has_page[user] or is_page(flat[i + 1])
    end
  end
  return there[user][device]
end
local function is_absent(user, field, device)
  return not has_socket(user, device) and not (has_page[user] and is_some_browser(field))
end

local rung = present[2] or ''
local pushed = 0
for i = pushes, pushes_end, 7 do
  local push = push_at(i)
  local to = {}
  if push.mode == 'absent' then
    to = reachable(push.user, function(field, device)
      return is_absent(push.user, field, device)
    end)
    remember_rung(key, to)
    pushed = pushed + #to
  elseif push.mode == 'device' then
    if not has_socket(push.user, push.device) then
      to = reachable(push.user, function(_, device) return device == push.device end)
    end
  elseif push.mode == 'rung' then
    if rung ~= '' then
      local told = {}
      for _, field in ipairs(cjson.decode(rung)) do told[field] = true end
      to = reachable(push.user, function(field, device)
        return told[field] and device ~= push.device
      end)
    end
  else
    to = reachable(push.user, anything)
  end
  append_push(push, to, now)
end

if creates then
  redis.call('SET', claims[1], ARGV[1], 'PX', ARGV[5])
  redis.call('SET', claims[2], ARGV[1], 'PX', ARGV[5])
elseif ARGV[6] ~= '1' then
  local claimed = redis.call('MGET', claims[1], claims[2])
  for i = 1, 2 do
    if claimed[i] == ARGV[1] then redis.call('DEL', claims[i]) end
  end
end
redis.call('PEXPIRE', key, ARGV[4])

if deadlines <= deadlines_end then
  redis.call('ZADD', 'call:deadlines', unpack(ARGV, deadlines, deadlines_end))
end
if clear <= clear_end then
  redis.call('ZREM', 'call:deadlines', unpack(ARGV, clear, clear_end))
end

for i = frames, frames_end, 3 do
  if not has_socket(ARGV[i], ARGV[i + 1]) then
    keep_frame(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[9])
  end
end

if ARGV[12] ~= '' then redis.call('XADD', 'calls:records', '*', 'call', ARGV[12]) end

return { 'saved', pushed, sessions[caller], sessions[callee] }
