-- Reads entries of a set in order of key.
--
-- KEYS: set:<t>:<set>. It derives, in its slot: keys:<id> body:<id>:<n>
-- ARGV: root, least and greatest member as ZRANGEBYLEX wants them, how many
-- returns a list of {member of keys, body or false}
-- complexity O(log n + k), k entries read of n

local root, id = ARGV[1], redis.call('HGET', KEYS[1], 'id')
if not id then
  return {}
end
local out = {}
for i, m in ipairs(redis.call('ZRANGEBYLEX', root .. 'keys:' .. id, ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
  local seq = m:match('%z%z(%d+)')
  out[i] = {m, redis.call('HGET', root .. 'body:' .. id .. ':' .. math.floor(seq / 100), seq)}
end
return out
