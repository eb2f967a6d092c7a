-- One page of the calls that ring or go on, in the order of when they end at the latest. Each has one deadline of these kinds.
-- KEYS[1]  call:deadlines
-- ARGV     where the page begins: behind this time and member ('' and '' for the first); how many calls; how many
--          members are looked at, at most
-- Answer: {calls (hashes), time, member}, where the next page begins ('' and '' if this is the last)
local most, looks = tonumber(ARGV[3]), tonumber(ARGV[4])

-- Members of one time are in the order of their bytes, whatever the locale is.
local function is_behind(text, other)
  for i = 1, math.min(#text, #other) do
    local one, two = string.byte(text, i), string.byte(other, i)
    if one ~= two then return one > two end
  end
  return #text > #other
end

local at = ARGV[1] == '' and 0 or redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[1])
local calls, looked, last = {}, 0, nil
while true do
  local page = redis.call('ZRANGE', KEYS[1], at, at + 255, 'WITHSCORES')
  if #page == 0 then return { calls, '', '' } end
  for i = 1, #page, 2 do
    local member, time = page[i], page[i + 1]
    if ARGV[1] == '' or tonumber(time) > tonumber(ARGV[1]) or is_behind(member, ARGV[2]) then
      if #calls == most or looked == looks then return { calls, last[1], last[2] } end
      looked = looked + 1
      last = { time, member }
      local kind, id = string.match(member, '^(%u+)|(.+)$')
      if kind == 'RING' or kind == 'MAX' then
        local call = redis.call('HGETALL', 'call:' .. id)
        for j = 1, #call, 2 do
          if call[j] == 'state' and (call[j + 1] == 'ringing' or call[j + 1] == 'accepted') then
            calls[#calls + 1] = call
          end
        end
      end
    end
  end
  at = at + #page / 2
end
