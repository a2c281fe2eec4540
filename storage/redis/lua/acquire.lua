-- Takes or renews a lease. An owner keeps its token until it releases the
-- lease or another takes it, even past its time.
--
-- KEYS: lease:<lease> fence none
-- ARGV: owner, now, end of the lease, milliseconds after which Redis may
--   forget it
-- returns the token, or 0 while another owner holds the lease
-- complexity O(1)

local l = redis.call('HMGET', KEYS[1], 'o', 'n', 'u')
local token = l[2]
if l[1] ~= ARGV[1] then
  if l[1] and l[1] ~= '' and tonumber(l[3]) > tonumber(ARGV[2]) then
    return '0'
  end
  token = string.format('%d', redis.call('INCR', KEYS[2]))
end
redis.call('HSET', KEYS[1], 'o', ARGV[1], 'n', token, 'u', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return token
