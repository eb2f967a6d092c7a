-- Functions by which scripts add steps to the timeline of a call; put before them. An entry of timeline:<call> is
-- n <node>, and then its steps in order, each s <step> and letters with texts: u user, d device, p provider,
-- i provider's id, w why, k token, f platform, c callee, a how many ms ago. The entry's id is the time, by Redis's clock.

-- So many entries a call may have; its end is added even so.
local MOST_ENTRIES = 256
-- So many fields an entry may have: a user with ever so many sockets must not fail the script.
local MOST_FIELDS = 2000

-- Steps of one entry, which add_step adds to.
local function new_steps(node) return { 'n', node } end

local function add_step(steps, name, user, device, ...)
  local n = #steps
  if n > MOST_FIELDS then return end
  steps[n + 1], steps[n + 2], steps[n + 3], steps[n + 4], steps[n + 5], steps[n + 6] = 's', name, 'u', user, 'd', device
  for i = 1, select('#', ...) do steps[n + 6 + i] = (select(i, ...)) end
end

-- Makes these the first entry: who may look at a timeline must be known for as long as there is something to look at.
local function begin_with(steps, callee)
  steps[#steps + 1], steps[#steps + 2] = 'c', callee
  steps.begins = true
end

-- Writes them in one entry. A timeline that can't be written holds up nothing, and steps that come late do not bring
-- back one that was deleted.
local function write_steps(call, ttl, steps, is_end)
  if #steps <= 2 or ttl == '0' then return end
  local key = 'timeline:' .. call
  local length = redis.pcall('XLEN', key)
  if type(length) ~= 'number' or (length == 0 and not steps.begins) then return end
  if length >= MOST_ENTRIES and not is_end then return end
  if type(redis.pcall('XADD', key, '*', unpack(steps))) == 'string' then redis.pcall('PEXPIRE', key, ttl) end
end

-- The provider that delivers to a type of device, whichever app it belongs to.
local function provider_of(type)
  local plain = type:match('^[^@]*')
  return plain == 'apns_voip' and 'apns' or plain
end

local function fields_of(entry)
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  return fields
end

-- Who is called; nil if there is no such timeline.
local function callee_of(call)
  local first = redis.pcall('XRANGE', 'timeline:' .. call, '-', '+', 'COUNT', 1)
  return not first.err and first[1] and fields_of(first[1]).c
end

-- Adds that a device has got a push, and that it shows it: each once.
local function write_seen(call, user, device, node, ttl, shown)
  local known = {}
  for _, entry in ipairs(redis.pcall('XRANGE', 'timeline:' .. call, '-', '+')) do
    local fields = fields_of(entry)
    if fields.u == user and fields.d == device then known[fields.s] = true end
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

