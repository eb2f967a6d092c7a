-- What the scripts of mailboxes share.

-- True if an edge counts as dead. Whoever sweeps claims its entry for some seconds, which then looks like a
-- lease; the end of the real one is kept as long as the edge has not come back.
local function is_over(edge, now)
  local lease = redis.call('ZSCORE', 'edge:leases', edge)
  return not lease or tonumber(lease) < tonumber(now) or redis.call('EXISTS', 'edge:ended:' .. edge) == 1
end

-- Lets an edge know, should it live, that its clients missed something: they have to come back, as after a sweep.
local function tell_of_loss(edge, now)
  redis.call('SET', 'edge:swept:' .. edge, now, 'PX', 86400000)
end
