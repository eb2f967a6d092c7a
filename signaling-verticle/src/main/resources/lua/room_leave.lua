-- Gives up a place in a room.
-- KEYS[1]  room:members:<room>
-- ARGV     room, client, seat ('' for whichever it has), edge, by ('' or the client who says that
--          this one is gone: then only if that one has the place bySeat there), bySeat
-- Answer: JSON {seat?, members {client: {edge, seat}}}; without seat there was no such place
if ARGV[5] ~= '' then
  local text = redis.call('HGET', KEYS[1], ARGV[5])
  if not text or cjson.decode(text).seat ~= tonumber(ARGV[6]) then
    return cjson.encode({ members = {} })
  end
end
local seat = take_out(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
return cjson.encode({ seat = seat, members = members_of(ARGV[1]) })
