-- Deletes what is kept of calls and pushes with a user beside the records: one page of all keys.
-- ARGV     the user, where the page begins ('0' is the first)
-- Answer: where the next begins; '0' if this was the last
local user = ARGV[1]
local function begins(key, with) return string.sub(key, 1, #with) == with end
local function ends(key, with) return string.sub(key, -#with) == with end

-- The beginning of a timeline names both parties.
local function is_of_user(timeline)
  local first = redis.pcall('LRANGE', timeline, 0, 15)
  for i = 1, #first, 2 do
    if (first[i] == 'u' or first[i] == 'c') and first[i + 1] == user then return true end
  end
  return false
end

local page = redis.call('SCAN', ARGV[2], 'COUNT', 1000)
for _, key in ipairs(page[2]) do
  if begins(key, 'timeline:') then
    if is_of_user(key) then redis.call('DEL', key) end
  elseif begins(key, 'push:notification:') then
    if redis.pcall('HGET', key, 'user') == user then redis.call('DEL', key) end
  elseif begins(key, 'limit:') and (ends(key, ':' .. user) or ends(key, ' ' .. user)) then
    redis.call('DEL', key)
  end
end
return page[1]
