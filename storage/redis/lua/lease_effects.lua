-- Leases the first effect of each lane of one partition that is due, in order
-- of priority and then of due, after ending leases that ran out. Called again
-- with the same token it returns the same effects, in case the answer was
-- lost. lanes.lua stands before it.
--
-- KEYS: priorities held none. It derives, in their slot, what lanes.lua does
-- ARGV: root, now, end of the lease, token, how many
-- returns a list of {<t>:<key>, lane, priority, due, body or false, attempts
--   before, first tried before or false}
-- complexity O(k log n), k effects leased or ended of n

local now, till, token, limit = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local out = {}

for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], till, till)) do
  local e = redis.call('HMGET', root .. 'effect:' .. m, 'l', 'p', 'd', 'b', 'a', 'r', 't')
  if e[7] == token then
    out[#out + 1] = {m, e[1], e[2], e[3], e[4], e[5] - 1, e[6] ~= now and e[6]}
  end
end

free(now)

for _, priority in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local ready = root .. 'ready:' .. priority
  for _, m in ipairs(redis.call('ZRANGEBYSCORE', ready, '-inf', now, 'LIMIT', 0, math.max(0, limit - #out))) do
    local hash = root .. 'effect:' .. m
    local e = redis.call('HMGET', hash, 'l', 'p', 'd', 'b', 'a', 'r')
    unready(m, priority)
    if e[1] then
      redis.call('ZADD', KEYS[2], till, m)
      redis.call('HSET', hash, 't', token, 'a', e[5] + 1, 'r', e[6] or now)
      out[#out + 1] = {m, e[1], e[2], e[3], e[4], tonumber(e[5]), e[6]}
    end
  end
end
return out
