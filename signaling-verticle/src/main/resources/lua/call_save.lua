-- One transition of a call, and the end of the call that it supersedes: guards, then writes, all or nothing. Flat
-- arguments and answers: JSON here was most of the cost of a call in Redis.
-- KEYS[1]  call:<callId>
-- KEYS[2]  call:<callId> of a superseded call, if there is one
-- ARGV     ttl (ms) of kept frames, most calls ('0' for no limit), their window (ms), '1' if busy callees are rung,
--          who writes the timeline, its ttl (ms, '0' for none); then for each key
--          callId, now, expected version ('0' creates), ttl (ms) of the call, ttl (ms) of the claims on its users, the
--          state it comes to, caller, callee, the record of a call that is over, as JSON ('' for none), what devices
--          have to hear of it ('' for nothing), when another node tells them if it is there still (ms);
--          then lists, each behind the number of its entries:
--          fields that change (name, text), deadlines to set (time, member), deadlines to clear (member),
--          frames to keep (user, device, frame), pushes (id, cause, user, mode, device, data, deadline),
--          events for the team's back end (an entry but for its number), steps of the timeline (step, user, device, why),
--          on creation the push for a busy callee (as a push), and the event of a refusal (but for number and reason)
-- Answer: a list of what happened and what became of the superseded call.
--   The first is a list whose first entry is one of
--   saved, how many tokens were rung by push, sessions of the caller, of the callee (hashes of deviceId -> session),
--     those of the callee's devices that dropped while it rang, as JSON ('' for none)
--   conflict, call (a hash; empty if there is none): somebody else was faster, perhaps with the superseded call
--   claimed, user, call (a hash): that user is in another call; a busy callee's attempt leaves a record
--   limited, retry after (ms)
--   unreachable: it leaves a record
--   The second: sessions of its caller, of its callee, those that dropped while it rang; empty if it was not ended. A new call that is refused ends it
--   all the same; an accept that is refused does not.
local frame_ttl, most_calls, window, waiting = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1'
local node, timeline_ttl = ARGV[5], ARGV[6]

local at = 6
local function take(width)
  local first = at + 2
  at = at + 1 + ARGV[at + 1] * width
  return first, at
end
local function read_plan(key)
  local plan = { key = key, id = ARGV[at + 1], now = ARGV[at + 2], expected = ARGV[at + 3], ttl = ARGV[at + 4],
    claim_ttl = ARGV[at + 5], state = ARGV[at + 6], caller = ARGV[at + 7], callee = ARGV[at + 8], record = ARGV[at + 9],
    untold = ARGV[at + 10], untold_due = ARGV[at + 11] }
  at = at + 11
  plan.fields, plan.fields_end = take(2)
  plan.deadlines, plan.deadlines_end = take(2)
  plan.clear, plan.clear_end = take(1)
  plan.frames, plan.frames_end = take(3)
  plan.pushes, plan.pushes_end = take(7)
  plan.events, plan.events_end = take(1)
  plan.steps = new_steps(node)
  local first, last = take(4)
  for i = first, last, 4 do
    if ARGV[i + 3] == '' then
      add_step(plan.steps, ARGV[i], ARGV[i + 1], ARGV[i + 2])
    else
      add_step(plan.steps, ARGV[i], ARGV[i + 1], ARGV[i + 2], 'w', ARGV[i + 3])
    end
  end
  if plan.expected == '0' then
    begin_with(plan.steps, plan.callee)
    plan.busy = take(7)
    plan.refusal, plan.refusal_end = take(1)
  end
  plan.claims = { 'call:user:' .. plan.caller, 'call:user:' .. plan.callee }
  return plan
end
local function push_at(i)
  return { id = ARGV[i], cause = ARGV[i + 1], user = ARGV[i + 2], mode = ARGV[i + 3],
    device = ARGV[i + 4], data = ARGV[i + 5], deadline = ARGV[i + 6] }
end
-- Those of a call that was refused: it has no events before and after.
local function file_refusal(plan, reason)
  for i = plan.refusal, plan.refusal_end do
    file_webhook('call/' .. plan.id, ARGV[i] .. '1,"reason":"' .. reason .. '"}}', plan.now)
  end
end
local function anything() return true end

local function write_timeline(plan)
  write_steps(plan.id, timeline_ttl, plan.steps, not live(plan.state))
end

-- An attempt that does not become a call.
local function refuse(plan, why, beyond, whyNot)
  add_step(plan.steps, 'refused', plan.callee, '', 'w', why)
  add_pushes(plan.steps, plan.callee, {}, beyond or {}, whyNot)
  write_timeline(plan)
end

local function sessions_of_both(plan)
  return { [plan.caller] = sessions_of(plan.caller), [plan.callee] = sessions_of(plan.callee) }
end

local function write(plan, rung, sessions, silent)
  local key, now = plan.key, plan.now
  redis.call('HSET', key, unpack(ARGV, plan.fields, plan.fields_end))
  if silent ~= '' then sessions[plan.callee] = {} end

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

  if plan.expected == '0' and silent ~= '' then
    add_step(plan.steps, 'silenced', plan.callee, '', 'w', silent)
  elseif plan.expected == '0' then
    local flat = sessions[plan.callee]
    for i = 1, #flat, 2 do add_offer(plan.steps, plan.callee, flat[i], flat[i + 1]) end
  end
  -- a call that rings in silence counts as rung
  local pushed = silent ~= '' and 1 or 0
  for i = plan.pushes, plan.pushes_end, 7 do
    local push = push_at(i)
    local to = {}
    if silent ~= '' and push.user == plan.callee then
      if silent == 'dnd' and push.cause == 'missed_call' then tell_missed(push, now) end
    elseif push.mode == 'untold' then
      to = {} -- devices that rang have been told
    elseif push.mode == 'absent' then
      local beyond, why
      to, beyond, why = reachable(push.user, function(field, device)
        return is_absent(push.user, field, device)
      end)
      add_pushes(plan.steps, push.user, to, beyond, why)
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
      tell_missed(push, now)
    end
    append_push(push, to, now)
  end
  for i = plan.events, plan.events_end do
    local number = redis.call('HINCRBY', key, 'told', 1)
    file_webhook('call/' .. plan.id, ARGV[i] .. number .. '}}', now)
  end
  redis.call('PEXPIRE', key, plan.ttl)

  if plan.deadlines <= plan.deadlines_end then
    redis.call('ZADD', 'call:deadlines', unpack(ARGV, plan.deadlines, plan.deadlines_end))
  end
  if plan.clear <= plan.clear_end then
    redis.call('ZREM', 'call:deadlines', unpack(ARGV, plan.clear, plan.clear_end))
  end

  for i = plan.frames, plan.frames_end, 3 do
    if not has_socket(ARGV[i], ARGV[i + 1]) and not (silent ~= '' and ARGV[i] == plan.callee) then
      keep_frame(ARGV[i], ARGV[i + 1], ARGV[i + 2], frame_ttl)
    end
  end

  if plan.untold ~= '' then redis.call('ZADD', 'call:untold', plan.untold_due, plan.untold) end

  if plan.record ~= '' then
    leave_record(key, plan.record, silent == 'blocked', '')
  end
  write_timeline(plan)
  return pushed
end

-- A call that ends frees its users.
local function release(plan)
  if live(plan.state) then return end
  local claimed = redis.call('MGET', plan.claims[1], plan.claims[2])
  for i = 1, 2 do
    if claimed[i] == plan.id then redis.call('DEL', plan.claims[i]) end
  end
  redis.call('SREM', waiting_key(plan.callee), plan.id)
end

-- The record of an attempt that never became a call.
local function record_refused(plan, reason)
  local call = {}
  for i = plan.fields, plan.fields_end, 2 do call[ARGV[i]] = ARGV[i + 1] end
  call.state, call.reason, call.endedBy, call.endedAt = 'rejected', reason, 'system', plan.now
  redis.call('XADD', 'calls:records', '*', 'call', cjson.encode(call))
  file_refusal(plan, reason)
end

local plan = read_plan(KEYS[1])
local old = KEYS[2] and read_plan(KEYS[2]) or nil
local creates = plan.expected == '0'

local present = redis.call('HMGET', plan.key, 'version', 'rung', 'left', 'silent')
if (present[1] or '0') ~= plan.expected then
  return { { 'conflict', redis.call('HGETALL', plan.key) }, {} }
end
local old_present
if old then
  old_present = redis.call('HMGET', old.key, 'version', 'rung', 'left', 'silent')
  if (old_present[1] or '0') ~= old.expected then
    return { { 'conflict', redis.call('HGETALL', old.key) }, {} }
  end
end

-- The other call that a user is in; nil if there is none, or if it is superseded.
local function claim_on(i)
  local id = redis.call('GET', plan.claims[i])
  if not id or id == plan.id or (old and id == old.id) then return nil end
  local call = redis.call('HGETALL', 'call:' .. id)
  if not live(field_of(call, 'state')) then return nil end
  return call
end
-- A user is in a call that rings there only as far as no other is accepted.
local function merely_rings(call, user)
  return field_of(call, 'state') == 'ringing' and field_of(call, 'calleeId') == user
end
-- The same call without its callee, who is to know nothing of it.
local function unnamed(call)
  for i = 1, #call, 2 do
    if call[i] == 'calleeId' then call[i + 1] = '' end
  end
  return call
end
local function wait_at(user, id)
  redis.call('SADD', waiting_key(user), id)
  redis.call('PEXPIRE', waiting_key(user), plan.claim_ttl)
end

local aside
local accepted = plan.state == 'accepted'
local silent = not accepted and present[4] or ''
local has_claim = accepted and redis.call('GET', plan.claims[2]) == plan.id
if accepted and not has_claim then
  local other = claim_on(2)
  if other then
    if not merely_rings(other, plan.callee) then
      return { { 'claimed', plan.callee, other }, {} }
    end
    aside = field_of(other, 'callId')
  end
end

local ended = {}
if old then
  local sessions = sessions_of_both(old)
  write(old, old_present[2] or '', sessions, old_present[4] or '')
  release(old)
  ended = { sessions[old.caller], sessions[old.callee], old_present[3] or '' }
end

local callee_waits = false
if creates then
  local other = claim_on(1)
  if other then
    if not (waiting and merely_rings(other, plan.caller) and field_of(other, 'callerId') ~= plan.callee) then
      return { { 'claimed', plan.caller, other }, ended }
    end
    aside = field_of(other, 'callId')
  end
  if most_calls ~= '0' then
    local limit = 'rate:calls:' .. plan.caller
    local used = redis.call('INCR', limit)
    if used == 1 then redis.call('PEXPIRE', limit, window) end
    if used > tonumber(most_calls) then
      -- once in a window: who calls too often must not fill the queue
      if used == tonumber(most_calls) + 1 then file_refusal(plan, 'limited') end
      -- whoever goes on and on must not fill Redis
      if used <= 2 * tonumber(most_calls) then refuse(plan, 'limited') end
      return { { 'limited', redis.call('PTTL', limit) }, ended }
    end
  end
  silent = silence_of(plan.caller, plan.callee)
  other = silent ~= 'blocked' and claim_on(2) or nil
  if other then
    local glare = field_of(other, 'state') == 'ringing' and field_of(other, 'calleeId') == plan.caller
    if glare and field_of(other, 'silent') == 'blocked' then
      glare, other = false, unnamed(other)
    end
    if glare or not waiting then
      if not glare then
        tell_missed(push_at(plan.busy), plan.now)
        record_refused(plan, 'busy')
        refuse(plan, 'busy')
      end
      return { { 'claimed', plan.callee, other }, ended }
    end
    callee_waits = true
  end
end

local sessions = sessions_of_both(plan)
if creates and silent ~= 'blocked' and #sessions[plan.callee] == 0 then
  local fields, beyond, why = reachable(plan.callee, anything)
  if #fields == 0 then
    record_refused(plan, 'unavailable')
    refuse(plan, 'unreachable', beyond, why)
    return { { 'unreachable' }, ended }
  end
end

local pushed = write(plan, present[2] or '', sessions, silent)
if creates then
  redis.call('SET', plan.claims[1], plan.id, 'PX', plan.claim_ttl)
  if silent ~= '' then
    -- whom nothing rings at is free for others
    redis.call('HSET', plan.key, 'silent', silent)
  elseif callee_waits then
    wait_at(plan.callee, plan.id)
  else
    redis.call('SET', plan.claims[2], plan.id, 'PX', plan.claim_ttl)
  end
  if aside then wait_at(plan.caller, aside) end
elseif accepted and not has_claim then
  if present[4] then redis.call('HDEL', plan.key, 'silent') end
  redis.call('SET', plan.claims[2], plan.id, 'PX', plan.claim_ttl)
  redis.call('SREM', waiting_key(plan.callee), plan.id)
  if aside then wait_at(plan.callee, aside) end
end
release(plan)

return { { 'saved', pushed, sessions[plan.caller], sessions[plan.callee], present[3] or '' }, ended }
