-- Says which jobs could be leased.
--
-- KEYS: due leased, for each partition; one partition with Cluster
-- ARGV: now, how many to return of each partition
-- returns a list of three values each: number of the partition from 0, 0, due;
--   or number of the partition, "expired", 0 where leases ran out
-- complexity O(p log n + found), p partitions of n jobs

local now, limit = ARGV[1], ARGV[2]
local out = {}
for i = 1, #KEYS, 2 do
  local part = (i - 1) / 2
  if #redis.call('ZRANGEBYSCORE', KEYS[i + 1], '-inf', now, 'LIMIT', 0, 1) > 0 then
    out[#out + 1] = {part, 'expired', '0'}
  end
  local due = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit)
  for k = 2, #due, 2 do
    out[#out + 1] = {part, '0', due[k]}
  end
end
return out
