-- take.lua: takes tokens from many buckets at once.
--
-- KEYS[1]   the portfolio's epoch; then one key for each limit in use, in the order of ARGV
-- ARGV      for each ask: tokens wanted, then interval_us, burst and first of one limit, of
--           another (burst 0: this limit is not used)
-- answers   the epoch, then for each ask: tokens granted, microseconds until the next one
--
-- A bucket is one number (GCRA): the instant at which it will be full again. Taking a token
-- moves it one interval into the future, and it may never lie more than burst intervals ahead.
-- Instants are microseconds since 2020, so that a double holds them to a thirtieth of one.
--
-- A bucket without key is full, unless the epoch, which an empty restart or a flush makes
-- anew, is so young that it cannot be: it counts as holding `first` tokens at the epoch.
-- Everything is worked out before anything is written.

local YEAR_2020 = 1577836800
local SLACK = 1e-6 -- of a token: what rounding takes away must not cost a whole one

local time = redis.call('TIME')
local now = (time[1] - YEAR_2020) * 1000000 + time[2]
local stored = redis.call('MGET', unpack(KEYS))

local epoch = tonumber(stored[1])
local is_new = not epoch or epoch > now -- the clock went back: as good as no epoch
if is_new then
    epoch = now
end

local full_at = {} -- by key, as this call has changed it
local taken = {} -- the same, but only what must be written

local function read(i, interval, burst, first)
    local at = full_at[KEYS[i]] or tonumber(stored[i]) or epoch + (burst - first) * interval

    -- not past now + burst, or a clock that jumped ahead and back would freeze it for as long
    return math.max(now, math.min(at, now + burst * interval))
end

local answer = {epoch}
local key = 1

for a = 1, #ARGV, 7 do
    local ask = tonumber(ARGV[a])
    local granted = ask
    local wait = 0
    local limits = {}

    for l = a + 1, a + 4, 3 do
        local interval, burst = tonumber(ARGV[l]), tonumber(ARGV[l + 1])

        if burst > 0 then
            key = key + 1
            local at = read(key, interval, burst, tonumber(ARGV[l + 2]))
            local room = math.floor(burst - (at - now) / interval + SLACK)

            granted = math.max(0, math.min(granted, room))
            limits[#limits + 1] = {KEYS[key], at, interval, burst}
        end
    end
    for _, limit in ipairs(limits) do
        local name, at, interval, burst = unpack(limit)

        at = at + granted * interval
        full_at[name] = at
        if granted > 0 then
            taken[name] = at
        end
        wait = math.max(wait, at - (burst - 1) * interval - now)
    end
    answer[#answer + 1] = granted
    answer[#answer + 1] = granted < ask and math.max(1, math.ceil(wait)) or 0
end

if is_new then
    redis.call('SET', KEYS[1], string.format('%.0f', epoch))
end
for name, at in pairs(taken) do
    redis.call('SET', name, string.format('%.3f', at), 'PX', math.ceil((at - now) / 1000) + 1000)
end

return answer
