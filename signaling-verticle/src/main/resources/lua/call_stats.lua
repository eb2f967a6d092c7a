-- How a call was at one side; of each side the latest report counts. While the call lives it waits for the record, and a
-- report that comes after the end leaves the record once more.
-- KEYS[1]  call:<callId>
-- ARGV     user, the report (JSON)
-- Answer: taken, unknown (there is no such call, or no longer) or foreign
local call = hash_of(KEYS[1])
if not call.state then return 'unknown' end
local side = call.callerId == ARGV[1] and 'caller' or call.calleeId == ARGV[1] and 'callee'
if not side then return 'foreign' end
local field = side .. 'Quality'
redis.call('HSET', KEYS[1], field, ARGV[2])
redis.call('HINCRBY', KEYS[1], 'reports', 1)
if not live(call.state) then
  leave_record(KEYS[1], cjson.encode(call), call.silent == 'blocked', call[field] and 'again' or side)
end
return 'taken'
