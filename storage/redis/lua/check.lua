-- Looks whether what belongs together is there together, at the beginning of
-- every list of a partition.
--
-- KEYS: tenants due leased held priorities. It derives, in their slot: job:
--   effect: lane: ready: sets: set: kinds: docs: and doc:
-- ARGV: root, how many to look at of each
-- returns "" or what is torn
-- complexity O(k), k looked at

local root, most = ARGV[1], tonumber(ARGV[2])

for i = 2, 3 do
  for _, m in ipairs(redis.call('ZRANGE', KEYS[i], 0, most - 1)) do
    if redis.call('HEXISTS', root .. 'job:' .. m, 'd') == 0 then
      return 'the job ' .. m .. ' is due but not there'
    end
  end
end

local function torn_effect(m)
  local lane = redis.call('HGET', root .. 'effect:' .. m, 'l')
  if not lane then
    return 'the effect ' .. m .. ' is due but not there'
  end
  local t, key = m:match('^([^:]*):(.*)$')
  if redis.call('ZRANGE', root .. 'lane:' .. t .. ':' .. lane, 0, 0)[1] ~= key then
    return 'the effect ' .. m .. ' is due but not the first of its lane'
  end
end

for _, m in ipairs(redis.call('ZRANGE', KEYS[4], 0, most - 1)) do
  local torn = torn_effect(m)
  if torn then
    return torn
  end
end
for _, priority in ipairs(redis.call('ZRANGE', KEYS[5], 0, most - 1)) do
  for _, m in ipairs(redis.call('ZRANGE', root .. 'ready:' .. priority, 0, most - 1)) do
    local torn = torn_effect(m)
    if torn then
      return torn
    end
  end
end

for _, tenant in ipairs(redis.call('ZRANGE', KEYS[1], 0, most - 1)) do
  local t = tenant:gsub('%%', '%%25'):gsub(':', '%%3A')
  for _, set in ipairs(redis.call('ZRANGE', root .. 'sets:' .. t, 0, most - 1)) do
    local meta = redis.call('HMGET', root .. 'set:' .. t .. ':' .. set, 'id', 'last')
    if not meta[1] then
      return 'the set ' .. set .. ' of ' .. tenant .. ' is listed but not there'
    end
    if redis.call('ZCARD', root .. 'keys:' .. meta[1]) > tonumber(meta[2]) then
      return 'the set ' .. set .. ' of ' .. tenant .. ' holds more entries than were given numbers'
    end
  end
  for _, kind in ipairs(redis.call('ZRANGE', root .. 'kinds:' .. t, 0, most - 1)) do
    for _, m in ipairs(redis.call('ZRANGE', root .. 'docs:' .. t .. ':' .. kind, 0, most - 1)) do
      local id = m:sub(m:find('\0\0', 1, true) + 2)
      local k = kind:gsub('%%', '%%25'):gsub(':', '%%3A')
      if redis.call('HEXISTS', root .. 'doc:' .. t .. ':' .. k .. ':' .. id, 'v') == 0 then
        return 'the document ' .. kind .. ' ' .. id .. ' of ' .. tenant .. ' is listed but not there'
      end
    end
  end
end
return ''
