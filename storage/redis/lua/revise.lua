-- Writes values if they still are as they were read, all or none; else, and
-- when asked to read, returns them.
--
-- KEYS: scrap:<key> of each value
-- ARGV: "read"; or "write" and for each key: the value as it was read ("" for
--   none), the new one, milliseconds for which it is kept (0 deletes it)
-- returns an empty list if they were written, else the time in microseconds
--   and each value
-- complexity O(n) in the number of keys

local now = redis.call('TIME')
local values = redis.call('MGET', unpack(KEYS))
local same = ARGV[1] == 'write'
for i = 1, #KEYS do
  same = same and (values[i] or '') == ARGV[3 * i - 1]
end
if not same then
  return {string.format('%d%06d', now[1], now[2]), unpack(values)}
end
for i = 1, #KEYS do
  if tonumber(ARGV[3 * i + 1]) > 0 then
    redis.call('SET', KEYS[i], ARGV[3 * i], 'PX', ARGV[3 * i + 1])
  else
    redis.call('DEL', KEYS[i])
  end
end
return {}
