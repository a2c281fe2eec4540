-- Writes records as they are, all of them or none. reader.lua and lanes.lua
-- stand before it.
--
-- KEYS, in this order
--   done:<call> none tenants kinds:<t> sets:<t> setid place jobs:<t> due
--   lanes:<t> priorities log:<t> names:<t> once:<t>
--   set:<t>:<set>                     for each set that is named
--   doc:… docs:<t>:<kind>             for each document
--   job:…                             for each job
--   effect:… lane:…                   for each effect
--   hour:… hours:…                    for each counter
--   It derives, in the same slot: keys:, body: and tally: of a set's id, and
--   the names that lanes.lua derives.
-- ARGV: root, tenant, the tenant as in names, then each list after its
--   length: sets (name, whether it is imported 0 or 1, last Seq, length of a
--   list of name and number), documents (kind, id, index, version, body),
--   entries (number of the set, key, Seq, time, body), jobs (key, kind, due,
--   body, attempts), effects (key, lane, priority, due, body, attempts, first
--   tried or ""), log lines (number, time, actor, action, target, body),
--   counters (name, key, hour, value), first-time keys (key, until)
-- returns {"ok"} or {"conflict", what is there already or does not fit}
-- complexity O(n log m), n the records, m what the tenant and the partition
--   hold

local k_done, _, k_tenants, k_kinds, k_sets, k_setid, _, k_jobs, k_due, _, _, k_log, k_names, k_once =
  key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key()
local _, tenant, t = arg(), arg(), arg()

if redis.call('EXISTS', k_done) == 1 then
  return {'ok'}
end

-- Looking. Everything is read into a list of its own, and seen remembers what
-- the same call brings twice.

local seen = {}
local function taken(name, there)
  if there or seen[name] then
    return {'conflict', name}
  end
  seen[name] = true
end

local sets = {}
for i = 1, count() do
  local s = {key = key(), name = arg(), new = arg() == '1', last = arg(), numbers = {}}
  for n = 1, 2 * count(), 2 do
    s.numbers[n], s.numbers[n + 1] = arg(), arg()
  end
  local meta = redis.call('HMGET', s.key, 'id', 'last')
  s.id = meta[1]
  if not s.new then
    s.last = meta[2]
  end
  if s.new == (s.id ~= false) then
    return {'conflict', 'set ' .. s.name}
  end
  sets[i] = s
end

local docs = {}
for i = 1, count() do
  local d = {key = key(), all = key(), kind = arg(), id = arg(), index = arg(), version = arg(), body = arg()}
  local clash = taken('document ' .. d.kind .. ' ' .. d.id, redis.call('EXISTS', d.key) == 1)
  if clash then
    return clash
  end
  docs[i] = d
end

local entries = {}
for i = 1, count() do
  local e = {set = sets[count()], key = arg(), seq = arg(), at = arg(), body = arg()}
  local there = e.set.id and #redis.call('ZRANGEBYLEX', root .. 'keys:' .. e.set.id,
    '[' .. e.key .. '\0\0', '(' .. e.key .. '\0\1', 'LIMIT', 0, 1) > 0
  local clash = taken('entry ' .. e.set.name .. ' ' .. e.key, there or tonumber(e.seq) > tonumber(e.set.last))
  if clash then
    return clash
  end
  entries[i] = e
end

local jobs = {}
for i = 1, count() do
  local j = {hash = key(), key = arg(), kind = arg(), due = arg(), body = arg(), attempts = arg()}
  local clash = taken('job ' .. j.key, redis.call('EXISTS', j.hash) == 1)
  if clash then
    return clash
  end
  jobs[i] = j
end

local effects = {}
for i = 1, count() do
  local hash = key()
  key()
  local e = {hash = hash, key = arg(), lane = arg(), priority = arg(), due = arg(), body = arg(), attempts = arg(), tried = arg()}
  local clash = taken('effect ' .. e.key, redis.call('EXISTS', hash) == 1)
  if clash then
    return clash
  end
  effects[i] = e
end

local lines = {}
local last = redis.call('XREVRANGE', k_log, '+', '-', 'COUNT', 1)[1]
last = last and tonumber(last[1]:match('^%d+')) or 0
for i = 1, count() do
  local l = {arg(), 'at', arg(), 'actor', arg(), 'action', arg(), 'target', arg(), 'body', arg()}
  if tonumber(l[1]) <= last then
    return {'conflict', 'log line ' .. l[1]}
  end
  last = tonumber(l[1])
  lines[i] = l
end

local counters = {}
for i = 1, count() do
  local c = {key = key(), all = key(), name = arg(), field = arg(), hour = arg(), value = arg()}
  local clash = taken('counter ' .. c.name .. ' ' .. c.hour .. ' ' .. c.field, redis.call('HEXISTS', c.key, c.field) == 1)
  if clash then
    return clash
  end
  counters[i] = c
end

local once = {}
for i = 1, count() do
  once[i] = {arg(), arg()}
  local clash = taken('first-time key ' .. once[i][1], redis.call('ZSCORE', k_once, once[i][1]))
  if clash then
    return clash
  end
end

-- Writing.

redis.call('ZADD', k_tenants, 0, tenant)

for _, s in ipairs(sets) do
  if s.new then
    s.id = tostring(redis.call('INCR', k_setid))
    redis.call('HSET', s.key, 'id', s.id, 'last', s.last)
    redis.call('ZADD', k_sets, 0, s.name)
    for n = 1, #s.numbers, 2 do
      redis.call('HSET', root .. 'tally:' .. s.id, s.numbers[n], s.numbers[n + 1])
    end
  end
end

for _, d in ipairs(docs) do
  write(d.key, d.body, 'v', d.version, 'i', d.index)
  redis.call('ZADD', d.all, 0, d.index .. '\0\0' .. d.id)
  redis.call('ZADD', k_kinds, 0, d.kind)
end

for _, e in ipairs(entries) do
  redis.call('ZADD', root .. 'keys:' .. e.set.id, 0, e.key .. '\0\0' .. e.seq .. ' ' .. e.at)
  if e.body ~= '' then
    redis.call('HSET', root .. 'body:' .. e.set.id .. ':' .. math.floor(e.seq / 100), e.seq, e.body)
  end
end

for _, j in ipairs(jobs) do
  write(j.hash, j.body, 'k', j.kind, 'd', j.due, 'a', j.attempts)
  redis.call('ZADD', k_due, j.due, t .. ':' .. j.key)
  redis.call('ZADD', k_jobs, 0, j.key)
end

for _, e in ipairs(effects) do
  write(e.hash, e.body, 'l', e.lane, 'p', e.priority, 'd', e.due, 'a', e.attempts)
  if e.tried ~= '' then
    redis.call('HSET', e.hash, 'r', e.tried)
  end
  append(t, e.key, e.lane, redis.call('INCR', root .. 'place'))
end

for _, l in ipairs(lines) do
  redis.call('XADD', k_log, l[1] .. '-0', unpack(l, 2))
end

for _, c in ipairs(counters) do
  redis.call('HSET', c.key, c.field, c.value)
  redis.call('ZADD', c.all, c.hour, c.hour)
  redis.call('ZADD', k_names, 0, c.name)
end

for _, o in ipairs(once) do
  redis.call('ZADD', k_once, o[2], o[1])
end

redis.call('SET', k_done, '', 'PX', 120000)
return {'ok'}
