-- Files for each role that a user is to be forgotten, along with the devices that are known of the user now.
-- KEYS     user:erasures:<role> of each role
-- ARGV     the user, then when each pass begins (ms since the epoch)
-- Answer: 1
local user = ARGV[1]
local entry, known = { 0, user }, {}
local function add(device)
  if not known[device] then
    known[device] = true
    entry[#entry + 1] = device
  end
end
for _, device in ipairs(redis.call('HKEYS', 'session:user:' .. user)) do add(device) end
for _, field in ipairs(redis.call('HKEYS', 'push:reach:' .. user)) do
  local device = string.match(field, '^[^|]+|([^#].*)$')
  if device then add(device) end
end
for pass = 1, #ARGV - 1 do
  entry[1] = pass
  local member = cjson.encode(entry)
  for _, key in ipairs(KEYS) do redis.call('ZADD', key, ARGV[pass + 1], member) end
end
return 1
