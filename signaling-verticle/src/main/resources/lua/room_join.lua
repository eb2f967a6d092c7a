-- Takes a place in a room, unless two others have one, and gives up the place in another room. A
-- member on another socket that has one of the ids is the same person, and loses its place to this.
-- KEYS[1]  room:members:<room>
-- ARGV[1]  JSON {client, edge, room, ids [text], now (ms), oldRoom?, renew?}; with renew the client
--          had this place already, and takes it from nobody
-- ARGV[2]  what to put into room:presence if this client joins alone
-- ARGV[3]  what to put there if it joins another, once an hour: that the room is in use
-- Answer: JSON {full: true}, {replaced: true} (with renew: the same person has come on another
--         socket) or {seat, members {client: {edge, seat}}, former {client: {edge, seat}},
--         formerSeat?, inPlaceOf?}; former are those left in the other room, inPlaceOf {client,
--         edge, seat} is who has lost the place to this one
local it = cjson.decode(ARGV[1])
local text = redis.call('HGET', KEYS[1], it.client)
local seat
local before
if text then
  local place = cjson.decode(text)
  seat = place.seat
  before = place.inPlaceOf
else
  before = namesake(it.room, it.ids)
  if before and it.renew then return '{"replaced":true}' end
  if before then
    take_out(it.room, before.client, '', before.edge)
  elseif redis.call('HLEN', KEYS[1]) >= 2 then
    return '{"full":true}'
  end
  seat = next_seat()
  -- kept, so that a second attempt tells what the lost answer of the first would have told
  local place = { edge = it.edge, seat = seat, ids = it.ids, inPlaceOf = before }
  redis.call('HSET', KEYS[1], it.client, cjson.encode(place))
  redis.call('SADD', 'edge:rooms:' .. it.edge, room_entry(it.client, it.room))
  redis.call('ZADD', 'room:occupied', seat, it.room)
  count_in(it.room, it.ids, 1)
  if not it.renew and redis.call('HLEN', KEYS[1]) == 1 then
    ask(ARGV[2], it.now)
  elseif not it.renew and redis.call('SET', 'room:used:' .. it.room, '1', 'EX', 3600, 'NX') then
    ask(ARGV[3], it.now)
  end
end
local answer = { seat = seat, members = members_of(it.room), former = {}, inPlaceOf = before }
if it.oldRoom and it.oldRoom ~= it.room then
  answer.formerSeat = take_out(it.oldRoom, it.client, '', it.edge)
  if answer.formerSeat then answer.former = members_of(it.oldRoom) end
end
return cjson.encode(answer)
