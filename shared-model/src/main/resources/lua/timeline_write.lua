-- Writes steps of timelines that waited for each other.
-- ARGV     as write_pending has them
-- Answer: 1
write_pending(1)
return 1
