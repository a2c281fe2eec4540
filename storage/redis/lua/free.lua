-- Ends the leases of jobs and effects of one partition, up to 1000 of each,
-- and makes their tokens worthless. lanes.lua stands before it.
--
-- KEYS: due leased priorities held none. It derives, in their slot:
--   job:<t>:<key>, and what lanes.lua does
-- ARGV: root
-- returns 1 if there may be more, else 0
-- complexity O(k log n), k leases of n jobs and effects

local out = redis.call('ZRANGE', KEYS[2], 0, 999)
for _, m in ipairs(out) do
  local hash = root .. 'job:' .. m
  local due = redis.call('HGET', hash, 'd')
  redis.call('ZREM', KEYS[2], m)
  if due then
    redis.call('HDEL', hash, 't')
    redis.call('ZADD', KEYS[1], due, m)
  end
end
local effects = free('+inf', true)
return math.max(#out, effects) == 1000 and 1 or 0
