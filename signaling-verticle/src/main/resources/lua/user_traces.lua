-- Deletes what is kept of calls and pushes with a user beside the records: one page of all keys.
-- ARGV     the user, where the page begins ('0' is the first)
-- Answer: where the next begins; '0' if this was the last
local user = ARGV[1]
local function begins(key, with) return string.sub(key, 1, #with) == with end

-- Whether an entry names the user, and whether it is the first of a timeline, which names both parties.
local function look(entry)
  local named, is_first = false, false
  for i = 1, #entry[2], 2 do
    local letter = entry[2][i]
    is_first = is_first or letter == 'c'
    if (letter == 'u' or letter == 'c') and entry[2][i + 1] == user then named = true end
  end
  return named, is_first
end

-- Of a timeline that was deleted there may be steps that came late.
local function is_of_user(timeline)
  local first = redis.pcall('XRANGE', timeline, '-', '+', 'COUNT', 1)
  if first.err or not first[1] then return false end
  local named, is_first = look(first[1])
  if named or is_first then return named end
  for _, entry in ipairs(redis.call('XRANGE', timeline, '-', '+')) do
    if look(entry) then return true end
  end
  return false
end

local page = redis.call('SCAN', ARGV[2], 'COUNT', 1000)
for _, key in ipairs(page[2]) do
  if begins(key, 'timeline:') then
    if is_of_user(key) then redis.call('DEL', key) end
  elseif begins(key, 'push:notification:') then
    if redis.pcall('HGET', key, 'user') == user then redis.call('DEL', key) end
  end
end
return page[1]
