-- One transition of a call: guards, then writes, all or nothing.
-- KEYS[1]  call:<callId>
-- ARGV[1]  the plan as JSON:
--   callId, now, expect (version; 0 creates), fields {name: text}, ttl (ms), live, caller, callee,
--   deadlines {member: time}, clear [member], tells [{user, device, frame}], bufferTtl (ms),
--   pushes [{id, cause, user, mode, device?, data, deadline}], record {name: text}?,
--   on creation also: limit {key, max, window}?, busyPush (as a push)
-- Answer: JSON {status, ...}
--   saved     sessions {userId: {deviceId: session}}, pushed (how many devices were rung by push)
--   conflict  call {fields} (empty if there is none): somebody else was faster
--   claimed   user, call {fields}: that user is in another call
--   limited   retryAfter (ms)
--   unreachable
local plan = cjson.decode(ARGV[1])
local key = KEYS[1]
local now = plan.now

local current = redis.call('HGET', key, 'version')
if (current or '0') ~= tostring(plan.expect) then
  return cjson.encode({ status = 'conflict', call = hash_of(key) })
end

if plan.expect == 0 then
  for _, user in ipairs({ plan.caller, plan.callee }) do
    local claim = redis.call('GET', 'call:user:' .. user)
    if claim then
      local other = hash_of('call:' .. claim)
      if live(other.state) then
        if user == plan.callee and plan.busyPush then
          append_push(plan.busyPush, reachable(user, function() return true end), now)
        end
        return cjson.encode({ status = 'claimed', user = user, call = other })
      end
    end
  end
  if plan.limit then
    local used = redis.call('INCR', plan.limit.key)
    if used == 1 then redis.call('PEXPIRE', plan.limit.key, plan.limit.window) end
    if used > plan.limit.max then
      return cjson.encode({ status = 'limited', retryAfter = redis.call('PTTL', plan.limit.key) })
    end
  end
end

local sessions = {}
for _, user in ipairs({ plan.caller, plan.callee }) do
  sessions[user] = hash_of('session:user:' .. user)
end

if plan.expect == 0 and next(sessions[plan.callee]) == nil
    and #reachable(plan.callee, function() return true end) == 0 then
  return cjson.encode({ status = 'unreachable' })
end

local flat = {}
for name, value in pairs(plan.fields) do
  flat[#flat + 1] = name
  flat[#flat + 1] = value
end
redis.call('HSET', key, unpack(flat))

local pushed = 0
local rung
for _, job in ipairs(plan.pushes) do
  local there = sessions[job.user] or {}
  local wanted
  if job.mode == 'absent' then
    wanted = function(_, device) return not there[device] end
  elseif job.mode == 'device' then
    wanted = function(_, device) return device == job.device and not there[device] end
  elseif job.mode == 'rung' then
    if not rung then
      rung = {}
      local text = redis.call('HGET', key, 'rung')
      if text and text ~= '' then
        for _, field in ipairs(cjson.decode(text)) do rung[field] = true end
      end
    end
    wanted = function(field, device) return rung[field] and device ~= job.device end
  else
    wanted = function() return true end
  end
  local fields = reachable(job.user, wanted)
  append_push(job, fields, now)
  if job.mode == 'absent' then
    remember_rung(key, fields)
    pushed = pushed + #fields
  end
end

for _, user in ipairs({ plan.caller, plan.callee }) do
  local claim = 'call:user:' .. user
  if plan.live then
    redis.call('SET', claim, plan.callId, 'PX', plan.ttl)
  elseif redis.call('GET', claim) == plan.callId then
    redis.call('DEL', claim)
  end
end
redis.call('PEXPIRE', key, plan.ttl)

for member, time in pairs(plan.deadlines) do redis.call('ZADD', 'call:deadlines', time, member) end
if #plan.clear > 0 then redis.call('ZREM', 'call:deadlines', unpack(plan.clear)) end

for _, tell in ipairs(plan.tells) do
  if not sessions[tell.user][tell.device] then
    keep_frame(tell.user, tell.device, tell.frame, plan.bufferTtl)
  end
end

if plan.record then
  local entry = {}
  for name, value in pairs(plan.record) do
    entry[#entry + 1] = name
    entry[#entry + 1] = value
  end
  redis.call('XADD', 'calls:records', '*', unpack(entry))
end

return cjson.encode({ status = 'saved', sessions = sessions, pushed = pushed })
