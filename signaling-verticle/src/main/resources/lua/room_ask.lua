-- Wants absent persons of a room to be told.
-- KEYS[1]  room:presence
-- ARGV     entry, now (ms)
-- Answer: 1
ask(ARGV[1], ARGV[2])
return 1
