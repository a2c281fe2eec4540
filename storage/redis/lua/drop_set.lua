-- Takes a set away, unless another has come in its place meanwhile. What is
-- left are the bodies of its entries, which dropped remembers.
--
-- KEYS: set:<t>:<set> sets:<t> dropped keys:<id> tally:<id> none
-- ARGV: name of the set, id
-- returns the Seq given last, or -1 if it was gone
-- complexity O(log n) in the number of the tenant's sets; the memory of the
--   entries is freed in the background

local meta = redis.call('HMGET', KEYS[1], 'id', 'last')
if meta[1] ~= ARGV[2] then
  return -1
end
redis.call('UNLINK', KEYS[1], KEYS[4], KEYS[5])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], meta[2], ARGV[2])
return tonumber(meta[2])
