-- Reads the arguments in order. It stands before scripts that have many.
--
-- KEYS and ARGV   as the script's own header says
-- returns         nothing: local functions for the script that follows
-- complexity      O(1) each

local next_key, next_arg = 0, 0

local function key()
  next_key = next_key + 1
  return KEYS[next_key]
end

local function arg()
  next_arg = next_arg + 1
  return ARGV[next_arg]
end

local function count()
  return tonumber(arg())
end
