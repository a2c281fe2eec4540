-- Says which effects could be leased.
--
-- KEYS: priorities held, for each partition; one partition with Cluster. It
--   derives, in the slot of each: ready:<priority>
-- ARGV: now, how many to return of each partition
-- returns a list of three values each: number of the partition from 0,
--   priority, due; or number of the partition, "expired", 0 where leases ran
--   out
-- complexity O(p log n + found), p partitions of n effects

local now, limit = ARGV[1], tonumber(ARGV[2])
local out = {}
for i = 1, #KEYS, 2 do
  local part = (i - 1) / 2
  local root = KEYS[i]:sub(1, -1 - #'priorities')
  if #redis.call('ZRANGEBYSCORE', KEYS[i + 1], '-inf', now, 'LIMIT', 0, 1) > 0 then
    out[#out + 1] = {part, 'expired', '0'}
  end
  local left = limit
  for _, priority in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    if left == 0 then
      break
    end
    local due = redis.call('ZRANGEBYSCORE', root .. 'ready:' .. priority, '-inf', now, 'WITHSCORES', 'LIMIT', 0, left)
    left = left - #due / 2
    for k = 2, #due, 2 do
      out[#out + 1] = {part, priority, due[k]}
    end
  end
end
return out
