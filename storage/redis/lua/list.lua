-- Reads documents by index.
--
-- KEYS: docs:<t>:<kind>. It derives, in its slot: doc:<t>:<kind>:<id>
-- ARGV: the beginning of the documents' keys, least and greatest member as
--   ZRANGEBYLEX wants them, how many
-- returns a list of {id, version, index, body or false}
-- complexity O(log n + k), k documents read of n

local out = {}
for i, m in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
  local id = m:sub(m:find('\0\0', 1, true) + 2)
  local d = redis.call('HMGET', ARGV[1] .. id, 'v', 'i', 'b')
  out[i] = {id, d[1], d[2], d[3]}
end
return out
