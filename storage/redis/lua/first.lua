-- Says whether a key is seen for the first time within its time. It forgets
-- up to two old keys whenever one is new, so that they never grow beyond what
-- is to be remembered.
--
-- KEYS: once:<t> done:<call> none
-- ARGV: key, until when it is remembered, now
-- returns 1 if it is the first time, else 0; the same if called again
-- complexity O(log n) in the number of the tenant's keys

if redis.call('EXISTS', KEYS[2]) == 1 then
  return 1
end
local till = redis.call('ZSCORE', KEYS[1], ARGV[1])
if till and tonumber(till) > tonumber(ARGV[3]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[3], 'LIMIT', 0, 2)
if #old > 0 then
  redis.call('ZREM', KEYS[1], unpack(old))
end
redis.call('SET', KEYS[2], '', 'PX', 120000)
return 1
