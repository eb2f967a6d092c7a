-- Files a dead letter again, behind what waits of its subject; with webhook_prelude.
-- KEYS[1] webhook:dead
-- ARGV[1] the dead letter; ARGV[2] its subject; ARGV[3] its entry, filed now; ARGV[4] now, ms
-- Answer: 1 filed, 0 no longer there
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
file_webhook(ARGV[2], ARGV[3], ARGV[4])
return 1
