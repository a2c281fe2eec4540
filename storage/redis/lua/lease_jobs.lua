-- Leases due jobs of one partition, the most overdue first, after ending
-- leases that ran out. Called again with the same token it returns the same
-- jobs, in case the answer was lost.
--
-- KEYS: due leased none. It derives, in their slot: job:<t>:<key>
-- ARGV: root, now, end of the lease, token, how many
-- returns a list of {<t>:<key>, kind, due, body or false, attempts before}
-- complexity O(k log n), k jobs leased or ended of n

local root, now, till, token, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local out = {}

for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], till, till)) do
  local j = redis.call('HMGET', root .. 'job:' .. m, 'k', 'd', 'b', 'a', 't')
  if j[5] == token then
    out[#out + 1] = {m, j[1], j[2], j[3], j[4] - 1}
  end
end

-- The token of a lease that ran out stays until somebody else takes the job,
-- so that a late owner who was not overtaken can still finish.
for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)) do
  local due = redis.call('HGET', root .. 'job:' .. m, 'd')
  redis.call('ZREM', KEYS[2], m)
  if due then
    redis.call('ZADD', KEYS[1], due, m)
  end
end

for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, math.max(0, limit - #out))) do
  local hash = root .. 'job:' .. m
  local j = redis.call('HMGET', hash, 'k', 'd', 'b', 'a')
  redis.call('ZREM', KEYS[1], m)
  if j[1] then
    redis.call('ZADD', KEYS[2], till, m)
    redis.call('HSET', hash, 't', token, 'a', j[4] + 1)
    out[#out + 1] = {m, j[1], j[2], j[3], tonumber(j[4])}
  end
end
return out
