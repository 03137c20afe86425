-- take.lua: takes tokens from many buckets at once, or fills a portfolio's set of people.
--
-- take: KEYS[1] the portfolio's epoch; then one key for each limit and set, in the order of ARGV
--       ARGV    'take', then for each ask: tokens wanted, how many limits (10 more: and a set);
--               of each limit interval_us, burst, first, lead_us; of the set limit and member
--       answers the server's clock, then for each ask: tokens granted, microseconds until the
--               next one, until the one granted may be used, and what refused: 1 to 3 a limit,
--               4 the set is full, 5 the set is not known
-- fill: KEYS[1] a set; ARGV 'fill', 1 when it is whole then, and members, each with the
--       microseconds since it was first written to. Answers the clock.
--
-- A bucket is one number (GCRA): the instant at which it will be full again. Taking a token
-- moves it one interval into the future, and it may never lie more than burst intervals ahead.
-- Instants are microseconds since 2020, so that a double holds them to a thirtieth of one.
--
-- A limit with a lead is paced: its bucket holds one token, which is granted lead to 3 × lead
-- before the instant at which it may be used, so that nothing is lost by asking late and every
-- message has its own instant.
--
-- A bucket without key is full, unless the epoch, which an empty restart or a flush makes
-- anew, is so young that it cannot be: it counts as holding `first` tokens at the epoch.
-- Everything is worked out before anything is written.
--
-- A set holds people by the instant of their first contact of the last 24 hours, and, as long
-- as it is whole, the member '!', which comes and goes with it.

local YEAR_2020 = 1577836800
local SLACK = 1e-6 -- of a token: what rounding takes away must not cost a whole one
local DAY = 86400000000
local EPOCH_MS = 604800000

local time = redis.call('TIME')
local now = (time[1] - YEAR_2020) * 1000000 + time[2]

local function micros(x)
    return string.format('%.0f', x)
end

if ARGV[1] == 'fill' then
    local add = {}

    for a = 3, #ARGV, 2 do
        add[#add + 1] = micros(now - tonumber(ARGV[a + 1]))
        add[#add + 1] = ARGV[a]
    end
    if #add > 0 then -- whoever was added meanwhile keeps the earlier instant
        redis.call('ZADD', KEYS[1], 'LT', unpack(add))
    end
    if ARGV[2] == '1' then
        redis.call('ZADD', KEYS[1], '+inf', '!')
    end
    redis.call('PEXPIRE', KEYS[1], DAY / 1000 + 3600000)
    return {now}
end

local stored = redis.call('MGET', unpack(KEYS)) -- of a set: false

local epoch = tonumber(stored[1])
local is_new = not epoch or epoch > now -- the clock went back: as good as no epoch
if is_new then
    epoch = now
end

local full_at = {} -- by key, as this call has changed it
local taken = {} -- the same, but only what must be written
local sets = {}

local function read(i, interval, burst, first, lead)
    local at = full_at[KEYS[i]] or tonumber(stored[i]) or epoch + (burst - first) * interval

    -- not past now + burst, or a clock that jumped ahead and back would freeze it for as long
    return math.max(now, math.min(at, now + burst * interval + 3 * lead))
end

local function set_of(key)
    if not sets[key] then
        sets[key] = {
            is_whole = redis.call('ZSCORE', key, '!'),
            count = redis.call('ZCOUNT', key, '(' .. micros(now - DAY), micros(now + DAY)),
            added = {},
            list = {},
        }
    end
    return sets[key]
end

-- 0, or what refuses and how long: 4 it is full, 5 nobody knows who is in it.
local function look(key, limit, member)
    local set = set_of(key)
    local since = redis.call('ZSCORE', key, member)

    if not set.is_whole then
        return 5, 1000000
    end
    if set.added[member] or since and tonumber(since) > now - DAY or set.count < limit then
        return 0, 0
    end
    local leaves = redis.call('ZRANGEBYSCORE', key, '(' .. micros(now - DAY), micros(now + DAY),
        'WITHSCORES', 'LIMIT', set.count - limit, 1) -- whose leaving makes room
    return 4, leaves[2] and tonumber(leaves[2]) + DAY - now or DAY
end

local function count(key, member)
    local set = set_of(key)
    local since = redis.call('ZSCORE', key, member)

    if set.added[member] or since and tonumber(since) > now - DAY then
        return
    end
    set.added[member] = true
    set.list[#set.list + 1] = member
    set.count = set.count + 1
end

local answer = {now}
local key = 1
local a = 2

while a <= #ARGV do
    local ask = tonumber(ARGV[a])
    local limits_n = tonumber(ARGV[a + 1])
    local has_set = limits_n >= 10
    local granted = ask
    local wait, after, why = 0, 0, 0
    local limits = {}

    if has_set then
        limits_n = limits_n - 10
    end
    a = a + 2
    for l = 1, limits_n do
        local interval, burst = tonumber(ARGV[a]), tonumber(ARGV[a + 1])
        local lead = tonumber(ARGV[a + 3])

        key = key + 1
        local at = read(key, interval, burst, tonumber(ARGV[a + 2]), lead)
        local room

        if lead > 0 then
            room = at <= now + 3 * lead and 1 or 0
        else
            room = math.floor(burst - (at - now) / interval + SLACK)
        end
        if room < granted then
            granted = math.max(0, room)
            why = l
        end
        limits[l] = {KEYS[key], at, interval, burst, lead}
        a = a + 4
    end
    if has_set then
        local refused
        key = key + 1
        refused, wait = look(KEYS[key], tonumber(ARGV[a]), ARGV[a + 1])
        if refused > 0 then
            granted = 0
            why = refused
        elseif granted > 0 then
            count(KEYS[key], ARGV[a + 1])
        end
        a = a + 2
    end
    for _, limit in ipairs(limits) do
        local name, at, interval, burst, lead = unpack(limit)

        if lead > 0 and granted > 0 then
            at = math.max(at, now + lead)
            after = math.max(after, at - now)
        end
        at = at + granted * interval
        full_at[name] = at
        if granted > 0 then
            taken[name] = at
        end
        if lead > 0 then
            wait = math.max(wait, at - now - 2 * lead)
        else
            wait = math.max(wait, at - (burst - 1) * interval - now)
        end
    end
    answer[#answer + 1] = granted
    answer[#answer + 1] = granted < ask and math.max(1, math.ceil(wait)) or 0
    answer[#answer + 1] = math.ceil(after)
    answer[#answer + 1] = granted < ask and why or 0
end

if is_new then
    redis.call('SET', KEYS[1], micros(epoch), 'PX', EPOCH_MS)
end
for name, at in pairs(taken) do
    redis.call('SET', name, string.format('%.3f', at), 'PX', math.ceil((at - now) / 1000) + 1000)
end
for name, set in pairs(sets) do
    if #set.list > 0 then
        local add = {}

        for i, member in ipairs(set.list) do
            add[2 * i - 1] = micros(now)
            add[2 * i] = member
        end
        redis.call('ZREMRANGEBYSCORE', name, '-inf', micros(now - DAY))
        redis.call('ZADD', name, unpack(add))
        redis.call('PEXPIRE', name, DAY / 1000 + 3600000)
    end
end

return answer
