-- What commits, leases and imports do with effects. It stands before those
-- scripts, which define root, the beginning of the partition's keys.
--
-- KEYS            none of its own. It derives names from root, in the slot of
--                 the script's keys: effect:<m>, lane:<t>:<lane>, lanes:<t>,
--                 priorities, ready:<priority>, held. m is <t>:<key>.
-- ARGV            none of its own
-- returns         nothing: local functions for the script that follows
-- complexity      each O(log n) in the number of effects of the partition

-- make_ready says that the first effect of a lane waits for its due.
local function make_ready(m, priority, due)
  redis.call('ZADD', root .. 'ready:' .. priority, due, m)
  redis.call('ZADD', root .. 'priorities', priority, priority)
end

local function unready(m, priority)
  local ready = root .. 'ready:' .. priority
  if redis.call('ZREM', ready, m) == 1 and redis.call('EXISTS', ready) == 0 then
    redis.call('ZREM', root .. 'priorities', priority)
  end
end

local function is_held(m)
  return redis.call('ZSCORE', root .. 'held', m)
end

-- promote makes the first effect of a lane ready, unless it is being carried
-- out.
local function promote(t, lane)
  local first = redis.call('ZRANGE', root .. 'lane:' .. t .. ':' .. lane, 0, 0)[1]
  if not first then
    redis.call('ZREM', root .. 'lanes:' .. t, lane)
    return
  end
  local m = t .. ':' .. first
  if not is_held(m) then
    local e = redis.call('HMGET', root .. 'effect:' .. m, 'p', 'd')
    make_ready(m, e[1], e[2])
  end
end

-- remove takes an effect away.
local function remove(t, key)
  local m = t .. ':' .. key
  local e = redis.call('HMGET', root .. 'effect:' .. m, 'l', 'p')
  redis.call('ZREM', root .. 'lane:' .. t .. ':' .. e[1], key)
  redis.call('ZREM', root .. 'held', m)
  unready(m, e[2])
  redis.call('UNLINK', root .. 'effect:' .. m)
  promote(t, e[1])
end

-- append puts a new effect at the end of its lane.
local function append(t, key, lane, place)
  local at = root .. 'lane:' .. t .. ':' .. lane
  redis.call('ZADD', at, place, key)
  if redis.call('ZCARD', at) == 1 then
    redis.call('ZADD', root .. 'lanes:' .. t, 0, lane)
    promote(t, lane)
  end
end

-- finish takes an effect away that is done, or, where it was put again while
-- it was held, lets it wait once more as if it were new.
local function finish(t, key)
  local m = t .. ':' .. key
  local hash = root .. 'effect:' .. m
  local e = redis.call('HMGET', hash, 'l', 'p', 'x', 'y')
  if not e[3] then
    return remove(t, key)
  end
  redis.call('HSET', hash, 'd', e[3], 'a', 0)
  redis.call('HDEL', hash, 'r', 't', 'x', 'y')
  redis.call('ZREM', root .. 'held', m)
  unready(m, e[2])
  redis.call('ZADD', root .. 'lane:' .. t .. ':' .. e[1], e[4], key)
  promote(t, e[1])
end

-- give_back lets a leased effect come again at due.
local function give_back(t, key, due)
  local m = t .. ':' .. key
  local hash = root .. 'effect:' .. m
  redis.call('HSET', hash, 'd', due)
  redis.call('HDEL', hash, 't', 'x', 'y')
  redis.call('ZREM', root .. 'held', m)
  make_ready(m, redis.call('HGET', hash, 'p'), due)
end

-- drop takes away an effect that waits. Of one that is being carried out it
-- takes away only that it was put again.
local function drop(t, key, now)
  local m = t .. ':' .. key
  local hash = root .. 'effect:' .. m
  if redis.call('EXISTS', hash) == 0 then
    return
  end
  local till = is_held(m)
  if till and tonumber(till) > tonumber(now) then
    redis.call('HDEL', hash, 'x', 'y')
    return
  end
  remove(t, key)
end

local function earlier(a, b)
  if a and tonumber(a) <= tonumber(b) then
    return a
  end
  return b
end

-- write sets fields of a hash, and its body, of which the empty one is none.
local function write(hash, body, ...)
  if body ~= '' then
    redis.call('HSET', hash, 'b', body, ...)
  else
    redis.call('HSET', hash, ...)
    redis.call('HDEL', hash, 'b')
  end
end

-- put adds an effect, or replaces one that is there.
local function put(t, key, lane, priority, due, body)
  local m = t .. ':' .. key
  local hash = root .. 'effect:' .. m
  local old = redis.call('HMGET', hash, 'l', 'p', 'd', 't', 'x', 'y')
  if not old[1] then
    write(hash, body, 'l', lane, 'p', priority, 'd', due, 'a', 0)
    return append(t, key, lane, redis.call('INCR', root .. 'place'))
  end
  if old[4] and is_held(m) then
    write(hash, body, 'p', priority, 'x', earlier(old[5], due), 'y', old[6] or redis.call('INCR', root .. 'place'))
    return
  end
  due = earlier(old[3], due)
  write(hash, body, 'p', priority, 'd', due)
  if old[4] then
    redis.call('HDEL', hash, 't')
  end
  if due ~= old[3] or priority ~= old[2] then
    unready(m, old[2])
    promote(t, old[1])
  end
end

-- free ends up to 1000 leases of effects that end by a time, and returns how
-- many those were. Their tokens stay until somebody else takes the effect,
-- unless they are to be forgotten or the effect was put again meanwhile: a
-- late owner may then no longer take it away.
local function free(by, forget)
  local out = redis.call('ZRANGEBYSCORE', root .. 'held', '-inf', by, 'LIMIT', 0, 1000)
  for _, m in ipairs(out) do
    local hash = root .. 'effect:' .. m
    local e = redis.call('HMGET', hash, 'p', 'd', 'x')
    redis.call('ZREM', root .. 'held', m)
    if e[3] or forget then
      redis.call('HDEL', hash, 't', 'x', 'y')
    end
    if e[3] then
      e[2] = earlier(e[2], e[3])
      redis.call('HSET', hash, 'd', e[2])
    end
    if e[1] then
      make_ready(m, e[1], e[2])
    end
  end
  return #out
end
