-- Functions that the scripts of rooms share; put before each of them. A place in a room is a field
-- of room:members:<room>, the client, with the value JSON {edge, seat, ids, inPlaceOf?}.

local function members_of(room)
  local flat = redis.call('HGETALL', 'room:members:' .. room)
  local members = {}
  for i = 1, #flat, 2 do
    local place = cjson.decode(flat[i + 1])
    members[flat[i]] = { edge = place.edge, seat = place.seat }
  end
  return members
end

-- The member that has one of the ids, the first of which counts most; nil if there is none.
local function namesake(room, ids)
  local flat = redis.call('HGETALL', 'room:members:' .. room)
  for _, id in ipairs(ids) do
    for i = 1, #flat, 2 do
      local place = cjson.decode(flat[i + 1])
      for _, other in ipairs(place.ids) do
        if other == id then return { client = flat[i], edge = place.edge, seat = place.seat } end
      end
    end
  end
  return nil
end

-- The entry of a client in edge:rooms:<edge>.
local function room_entry(client, room)
  return cjson.encode({ client, room })
end

-- room:present:<room> counts by what name who is there; room:full:<room> is there while two are.
local function count_in(room, ids, change)
  local key = 'room:present:' .. room
  for _, id in ipairs(ids) do
    if redis.call('HINCRBY', key, id, change) < 1 then redis.call('HDEL', key, id) end
  end
  local members = redis.call('HLEN', 'room:members:' .. room)
  if members == 2 then
    redis.call('SET', 'room:full:' .. room, '1')
  else
    redis.call('DEL', 'room:full:' .. room)
  end
  if members == 0 then redis.call('ZREM', 'room:occupied', room) end
end

-- Gives up a place, if a seat is named only that one; its number, or nil if there was none.
local function take_out(room, client, seat, edge)
  local text = redis.call('HGET', 'room:members:' .. room, client)
  if not text then
    redis.call('SREM', 'edge:rooms:' .. edge, room_entry(client, room))
    return nil
  end
  local place = cjson.decode(text)
  if seat ~= '' and place.seat ~= tonumber(seat) then return nil end
  redis.call('HDEL', 'room:members:' .. room, client)
  redis.call('SREM', 'edge:rooms:' .. place.edge, room_entry(client, room))
  count_in(room, place.ids, -1)
  return place.seat
end

-- Wants absent persons to be told; what nobody fetches is dropped, oldest first.
local function ask(entry, now)
  redis.call('ZADD', 'room:presence', now, entry)
  if redis.call('ZCARD', 'room:presence') > 100000 then redis.call('ZPOPMIN', 'room:presence') end
end

-- The number of a new seat: above all there were, also where Redis has lost what the last was, since none is
-- below the time (ms).
local function next_seat()
  local time = redis.call('TIME')
  local least = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local seat = redis.call('INCR', 'room:seats')
  if seat >= least then return seat end
  redis.call('SET', 'room:seats', string.format('%.0f', least))
  return least
end
