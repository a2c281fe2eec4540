-- Says when the next job and the next effect that nobody holds are due.
--
-- KEYS: due priorities, for each partition; one partition with Cluster. It
--   derives, in the slot of each: ready:<priority>
-- ARGV: none
-- returns {due of a job or "", due of an effect or ""}
-- complexity O(p), p partitions with few priorities each

local function sooner(a, key)
  local b = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  if not b or a ~= '' and tonumber(a) <= tonumber(b) then
    return a
  end
  return b
end

local job, effect = '', ''
for i = 1, #KEYS, 2 do
  job = sooner(job, KEYS[i])
  local root = KEYS[i + 1]:sub(1, -1 - #'priorities')
  for _, priority in ipairs(redis.call('ZRANGE', KEYS[i + 1], 0, -1)) do
    effect = sooner(effect, root .. 'ready:' .. priority)
  end
end
return {job, effect}
