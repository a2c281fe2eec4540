-- Gives up a lease that the owner holds.
--
-- KEYS: lease:<lease> none
-- ARGV: owner
-- returns 1 if it was held, else 0
-- complexity O(1)

if redis.call('HGET', KEYS[1], 'o') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'o', '')
return 1
