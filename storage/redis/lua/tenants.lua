-- Lists tenants of one partition that own anything.
--
-- KEYS: tenants. It derives, in its slot: kinds: sets: jobs: lanes: log: and
--   names: of each tenant
-- ARGV: root, least member as ZRANGEBYLEX wants it, how many to look at
-- returns {the last one looked at or "", a list of tenants}
-- complexity O(log n + k), k tenants looked at of n

local root, last, out = ARGV[1], '', {}
for _, tenant in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
  local t = tenant:gsub('%%', '%%25'):gsub(':', '%%3A')
  local owned = redis.call('EXISTS', root .. 'kinds:' .. t, root .. 'sets:' .. t, root .. 'jobs:' .. t,
    root .. 'lanes:' .. t, root .. 'log:' .. t, root .. 'names:' .. t)
  if owned > 0 then
    out[#out + 1] = tenant
  end
  last = tenant
end
return {last, out}
