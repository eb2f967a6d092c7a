-- Takes a place in a room, unless two others have one, and gives up the place in another room.
-- KEYS[1]  room:members:<room>
-- ARGV[1]  JSON {client, edge, room, ids [text], now (ms), oldRoom?}
-- ARGV[2]  what to put into room:presence if this client is alone; '' for nothing
-- Answer: JSON {full: true} or {seat, members {client: {edge, seat}},
--         former {client: {edge, seat}}, formerSeat?}; former are those left in the other room
local it = cjson.decode(ARGV[1])
local text = redis.call('HGET', KEYS[1], it.client)
local seat
if text then
  seat = cjson.decode(text).seat
elseif redis.call('HLEN', KEYS[1]) >= 2 then
  return '{"full":true}'
else
  seat = redis.call('INCR', 'room:seats')
  local place = cjson.encode({ edge = it.edge, seat = seat, ids = it.ids })
  redis.call('HSET', KEYS[1], it.client, place)
  redis.call('SADD', 'edge:rooms:' .. it.edge, room_entry(it.client, it.room))
  redis.call('ZADD', 'room:occupied', seat, it.room)
  count_in(it.room, it.ids, 1)
  if ARGV[2] ~= '' and redis.call('HLEN', KEYS[1]) == 1 then ask(ARGV[2], it.now) end
end
local answer = { seat = seat, members = members_of(it.room), former = {} }
if it.oldRoom and it.oldRoom ~= it.room then
  answer.formerSeat = take_out(it.oldRoom, it.client, '', it.edge)
  if answer.formerSeat then answer.former = members_of(it.oldRoom) end
end
return cjson.encode(answer)
