-- Functions by which scripts add steps to the timeline of a call; put before them. timeline:<call> is a list of letters
-- with texts: t when (ms, by Redis's clock) and n the node, and then its steps in order, each s <step> and u user,
-- d device, p provider, i provider's id, w why, k token, f platform, c callee, a how many ms ago. A stream would say when
-- by itself, but takes 4 KB for the first entry.

-- So many letters and texts a timeline may have; the call's end is added even so.
local MOST_TEXTS = 4096
-- So many may be written at once: a user with ever so many sockets must not fail the script.
local MOST_AT_ONCE = 2000

-- Steps to be written at once, which add_step adds to.
local function new_steps(node) return { 't', '', 'n', node } end

local function add_step(steps, name, user, device, ...)
  local n = #steps
  if n > MOST_AT_ONCE then return end
  steps[n + 1], steps[n + 2], steps[n + 3], steps[n + 4], steps[n + 5], steps[n + 6] = 's', name, 'u', user, 'd', device
  for i = 1, select('#', ...) do steps[n + 6 + i] = (select(i, ...)) end
end

-- Makes these the first: who may look at a timeline must be known for as long as there is something to look at.
local function begin_with(steps, callee)
  steps[#steps + 1], steps[#steps + 2] = 'c', callee
  steps.begins = true
end

-- Writes them. A timeline that can't be written holds up nothing, and steps that come late do not bring back one that
-- was deleted.
local function write_steps(call, ttl, steps, is_end)
  if #steps <= 4 or ttl == '0' then return end
  local key, now = 'timeline:' .. call, redis.call('TIME')
  steps[2] = now[1] * 1000 + math.floor(now[2] / 1000)
  local length = redis.pcall(steps.begins and 'RPUSH' or 'RPUSHX', key, unpack(steps))
  if type(length) ~= 'number' or length == 0 then return end
  if length > MOST_TEXTS and not is_end then
    redis.call('LTRIM', key, 0, -#steps - 1)
  else
    redis.call('PEXPIRE', key, ttl)
  end
end

-- The provider that delivers to a type of device, whichever app it belongs to.
local function provider_of(type)
  local plain = type:match('^[^@]*')
  return plain == 'apns_voip' and 'apns' or plain
end

-- Who is called; nil if there is no such timeline.
local function callee_of(call)
  local first = redis.pcall('LRANGE', 'timeline:' .. call, 0, 15)
  for i = 1, #first, 2 do
    if first[i] == 'c' then return first[i + 1] end
  end
  return nil
end

-- Adds that a device has got a push, and that it shows it: each once.
local function write_seen(call, user, device, node, ttl, shown)
  local known, step = {}, {}
  local texts = redis.pcall('LRANGE', 'timeline:' .. call, 0, -1)
  for i = 1, #texts, 2 do
    if texts[i] == 's' then step = {} end
    step[texts[i]] = texts[i + 1]
    if step.u == user and step.d == device then known[step.s] = true end
  end
  local steps = new_steps(node)
  if not (known.push_received or known.shown) then add_step(steps, 'push_received', user, device) end
  if shown and not known.shown then add_step(steps, 'shown', user, device) end
  write_steps(call, ttl, steps)
end

-- Writes steps that waited, from an argument on: who writes, ttl (ms), then each step as call, number of fields, fields.
local function write_pending(first)
  local at = first + 2
  while ARGV[at] do
    local steps, last = new_steps(ARGV[first]), at + 1 + ARGV[at + 1]
    for i = at + 2, last do steps[#steps + 1] = ARGV[i] end
    write_steps(ARGV[at], ARGV[first + 1], steps)
    at = last + 1
  end
end

