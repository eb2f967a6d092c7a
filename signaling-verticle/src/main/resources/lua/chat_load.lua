-- A session as far as a join must know it, or what is kept of one that its last member has left.
-- KEYS[1]  chat:session:<id>
-- ARGV[1]  JSON {id, now, ttl (ms), lease (ms), steady (boolean: leases that are over belong to
--          dead edges)}
-- Answer: JSON {nonce, state, mode, key, doubt (true where steady may tell
--         otherwise)}, {left: true, mode, key}, or {}
local it = cjson.decode(ARGV[1])
local doubt = end_if_abandoned(it.id, it)
local session = hash_of(KEYS[1])
if session.nonce then
  return cjson.encode({ nonce = session.nonce, state = session.state, mode = session.mode,
    key = session.key, doubt = doubt })
end
local left = hash_of(key('left', it.id))
if not left.mode then return '{}' end
return cjson.encode({ left = true, mode = left.mode, key = left.key })
