-- Applies one Change, whole or not at all: everything is looked at before
-- anything is written. reader.lua and lanes.lua stand before it.
--
-- KEYS, in this order
--   done:<commit> none lease:<partition's> tenants once:<t> kinds:<t> sets:<t>
--   setid place jobs:<t> due leased lanes:<t> priorities held log:<t> names:<t>
--   set:<t>:<set>                     for each set that is named
--   doc:…                             for each check
--   doc:… docs:<t>:<kind>             for each document
--   hour:… hours:…                    for each hour of a counter
--   job:…                             for each job done
--   effect:…                          for each effect done, then each retried
--   job:…                             for each job cancelled, then each put
--   effect:…                          for each effect dropped
--   effect:… lane:…                   for each effect put
--   It derives, in the same slot: keys:, body: and tally: of a set's id, and
--   the names that lanes.lua derives.
-- ARGV: root, tenant, the tenant as in names, now, token of the fence or "",
--   once 0 or 1 (key, until), then each list after its length:
--   sets (name), checks (version), documents (kind, id, index, version,
--   delete 0 or 1, body), entries (number of the set, key, time, body, delete
--   0 or 1, expectation), tallies (number of the set, name, delta), hours
--   (name, hour, length of a list of key and delta), jobs done (key, token),
--   effects done (key, token), retries (key, token, due), cancelled (key),
--   jobs (key, kind, due, body), dropped (key), effects (key, lane, priority,
--   due, body), log lines (time, actor, action, target, body)
--   An empty body is none. Indexes and keys of entries are sortable.
-- returns {"ok", the Seqs with commas between} or {"fenced"} or {"repeated"}
--   or {"conflict", "check" "doc" "entry" "job" "effect" or "retry", its
--   place in its list from 0, what was found} or {"range", name}
-- complexity O(n log m), n the parts of the Change, m what the tenant and the
--   partition hold

local k_done, _, k_lease, k_tenants, k_once, k_kinds, k_sets, k_setid, _, k_jobs, k_due, k_leased, _, _, _, k_log, k_names =
  key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key(), key()
local _, tenant, t, now = arg(), arg(), arg(), arg()

local before = redis.call('GET', k_done)
if before then
  return {'ok', before}
end

-- Looking.

local fence = arg()
if fence ~= '' and redis.call('HGET', k_lease, 'n') ~= fence then
  return {'fenced'}
end

local once, once_until
if count() == 1 then
  once, once_until = arg(), arg()
  local till = redis.call('ZSCORE', k_once, once)
  if till and tonumber(till) > tonumber(now) then
    return {'repeated'}
  end
end

local sets = {}
for i = 1, count() do
  local k = key()
  local meta = redis.call('HMGET', k, 'id', 'last')
  sets[i] = {key = k, name = arg(), id = meta[1], last = tonumber(meta[2] or 0), found = {}, here = {}}
end

-- find returns the member that stands for an entry, or false.
local function find(set, k)
  local m = set.found[k]
  if m == nil then
    m = set.id and redis.call('ZRANGEBYLEX', root .. 'keys:' .. set.id, '[' .. k .. '\0\0', '(' .. k .. '\0\1', 'LIMIT', 0, 1)[1] or false
    set.found[k] = m
  end
  return m
end

for i = 1, count() do
  local found = redis.call('HGET', key(), 'v') or 0
  if tonumber(found) ~= count() then
    return {'conflict', 'check', i - 1, found}
  end
end

local docs, state = {}, {}
for i = 1, count() do
  local d = {key = key(), all = key(), kind = arg(), id = arg(), index = arg(), version = count(), gone = arg() == '1', body = arg()}
  local s = state[d.key]
  if not s then
    local is = redis.call('HMGET', d.key, 'v', 'i')
    s = {version = tonumber(is[1] or 0), index = is[2]}
    s.will = s.version
    state[d.key] = s
  end
  if s.will ~= d.version then
    return {'conflict', 'doc', i - 1, s.will}
  end
  s.will = d.gone and 0 or s.will + 1
  docs[i] = d
end

local entries = {}
for i = 1, count() do
  local e = {set = sets[count()], key = arg(), at = arg(), body = arg(), gone = arg() == '1'}
  local expect, here = arg(), e.set.here[e.key]
  if here == nil then
    here = find(e.set, e.key) ~= false
  end
  if expect == '1' and here or expect == '2' and not here then
    return {'conflict', 'entry', i - 1, 0}
  end
  e.set.here[e.key] = not e.gone
  entries[i] = e
end

-- Numbers have 64 bits, and Redis refuses to add beyond them, which must not
-- happen half-way. Adding less than 2^32 cannot lead from 2^62 to there in
-- any lifetime.
local function fits(hash, field, delta)
  local d = tonumber(delta)
  return d < 4294967296 and d > -4294967296 or math.abs(tonumber(redis.call('HGET', hash, field) or 0) + d) < 4611686018427387904
end

local tallies = {}
for i = 1, count() do
  local a = {set = sets[count()], name = arg(), delta = arg()}
  if not fits(root .. 'tally:' .. (a.set.id or 0), a.name, a.delta) then
    return {'range', a.name}
  end
  tallies[i] = a
end

local hours = {}
for i = 1, count() do
  local h = {key = key(), all = key(), name = arg(), hour = arg(), adds = {}}
  for n = 1, 2 * count(), 2 do
    h.adds[n], h.adds[n + 1] = arg(), arg()
    if not fits(h.key, h.adds[n], h.adds[n + 1]) then
      return {'range', h.name}
    end
  end
  hours[i] = h
end

-- held says whether the lease with the token is still that of what the hash
-- describes; what is done once is held no more.
local finished = {}
local function held(hash, token)
  local is = token ~= '' and not finished[hash] and redis.call('HGET', hash, 't') == token
  finished[hash] = true
  return is
end

local jobs_done = {}
for i = 1, count() do
  local hash = key()
  jobs_done[i] = {hash = hash, key = arg()}
  if not held(hash, arg()) then
    return {'conflict', 'job', i - 1, 0}
  end
end

local effects_done = {}
for i = 1, count() do
  local hash = key()
  effects_done[i] = arg()
  if not held(hash, arg()) then
    return {'conflict', 'effect', i - 1, 0}
  end
end

local retries = {}
for i = 1, count() do
  local hash = key()
  local r = {key = arg()}
  if not held(hash, arg()) then
    return {'conflict', 'retry', i - 1, 0}
  end
  r.due = arg()
  retries[i] = r
end

-- Writing.

redis.call('ZADD', k_tenants, 0, tenant)

if once then
  redis.call('ZADD', k_once, once_until, once)
  local old = redis.call('ZRANGEBYSCORE', k_once, '-inf', now, 'LIMIT', 0, 2)
  if #old > 0 then
    redis.call('ZREM', k_once, unpack(old))
  end
end

for _, d in ipairs(docs) do
  local s = state[d.key]
  local m = d.index .. '\0\0' .. d.id
  if s.index and (d.gone or s.index ~= d.index) then
    redis.call('ZREM', d.all, s.index .. '\0\0' .. d.id)
  end
  if d.gone then
    redis.call('UNLINK', d.key)
    s.version, s.index = 0, false
    if redis.call('EXISTS', d.all) == 0 then
      redis.call('ZREM', k_kinds, d.kind)
    end
  else
    if not s.index then
      redis.call('ZADD', k_kinds, 0, d.kind)
    end
    if s.index ~= d.index then
      redis.call('ZADD', d.all, 0, m)
    end
    s.version, s.index = s.version + 1, d.index
    write(d.key, d.body, 'v', s.version, 'i', d.index)
  end
end

local function make_set(set)
  if not set.id then
    set.id = tostring(redis.call('INCR', k_setid))
    redis.call('HSET', set.key, 'id', set.id, 'last', 0)
    redis.call('ZADD', k_sets, 0, set.name)
  end
end

local function body_of(set, seq)
  return root .. 'body:' .. set.id .. ':' .. math.floor(seq / 100)
end

local function seq_of(m)
  return m:match('%z%z(%d+)')
end

local seqs = {}
for i, e in ipairs(entries) do
  local set = e.set
  local m = find(set, e.key)
  seqs[i] = 0
  if e.gone then
    if m then
      redis.call('ZREM', root .. 'keys:' .. set.id, m)
      redis.call('HDEL', body_of(set, seq_of(m)), seq_of(m))
      set.found[e.key] = false
    end
  else
    local seq
    if m then
      seq = seq_of(m)
    else
      make_set(set)
      set.last, set.changed = set.last + 1, true
      seq = string.format('%d', set.last)
      m = e.key .. '\0\0' .. seq .. ' ' .. e.at
      redis.call('ZADD', root .. 'keys:' .. set.id, 0, m)
    end
    if e.body ~= '' then
      redis.call('HSET', body_of(set, seq), seq, e.body)
    elseif set.found[e.key] then
      redis.call('HDEL', body_of(set, seq), seq)
    end
    set.found[e.key] = m
    seqs[i] = seq
  end
end

for _, set in ipairs(sets) do
  if set.changed then
    redis.call('HSET', set.key, 'last', set.last)
  end
end

for _, a in ipairs(tallies) do
  make_set(a.set)
  redis.call('HINCRBY', root .. 'tally:' .. a.set.id, a.name, a.delta)
end

for _, h in ipairs(hours) do
  if redis.call('EXISTS', h.key) == 0 then
    redis.call('ZADD', h.all, h.hour, h.hour)
    redis.call('ZADD', k_names, 0, h.name)
  end
  for n = 1, #h.adds, 2 do
    redis.call('HINCRBY', h.key, h.adds[n], h.adds[n + 1])
  end
end

local function cancel(hash, key)
  if redis.call('UNLINK', hash) == 1 then
    local m = t .. ':' .. key
    redis.call('ZREM', k_due, m)
    redis.call('ZREM', k_leased, m)
    redis.call('ZREM', k_jobs, key)
  end
end

for _, j in ipairs(jobs_done) do
  cancel(j.hash, j.key)
end

for _, e in ipairs(effects_done) do
  finish(t, e)
end

for _, r in ipairs(retries) do
  give_back(t, r.key, r.due)
end

for _ = 1, count() do
  cancel(key(), arg())
end

for _ = 1, count() do
  local hash, k, kind, due, body = key(), arg(), arg(), arg(), arg()
  local m = t .. ':' .. k
  if redis.call('UNLINK', hash) == 1 then
    redis.call('ZREM', k_leased, m)
  else
    redis.call('ZADD', k_jobs, 0, k)
  end
  if body ~= '' then
    redis.call('HSET', hash, 'k', kind, 'd', due, 'a', 0, 'b', body)
  else
    redis.call('HSET', hash, 'k', kind, 'd', due, 'a', 0)
  end
  redis.call('ZADD', k_due, due, m)
end

for _ = 1, count() do
  key()
  drop(t, arg(), now)
end

for _ = 1, count() do
  key()
  key()
  put(t, arg(), arg(), arg(), arg(), arg())
end

local lines = count()
if lines > 0 then
  local last = redis.call('XREVRANGE', k_log, '+', '-', 'COUNT', 1)[1]
  local n = last and tonumber(last[1]:match('^%d+')) or 0
  for i = 1, lines do
    redis.call('XADD', k_log, string.format('%d-0', n + i),
      'at', arg(), 'actor', arg(), 'action', arg(), 'target', arg(), 'body', arg())
  end
end

local reply = table.concat(seqs, ',')
redis.call('SET', k_done, reply, 'PX', 120000)
return {'ok', reply}
