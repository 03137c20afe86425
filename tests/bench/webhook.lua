-- wrk's script: each request is one line of the pool ("signature<TAB>body"), once. When none is left it makes
-- the file POOL.over: wrk itself would sleep to the end of its time, so that whoever began it interrupts it.
-- Prints one line of JSON at its end.
local lines, at, over = {}, 0, nil

function init(arguments)
    over = arguments[1] .. ".over"
    local pause_ms = tonumber(arguments[2])
    if pause_ms > 0 then -- of each connection, before each of its requests
        function delay()
            return pause_ms
        end
    end
    for line in io.lines(arguments[1]) do
        lines[#lines + 1] = line
    end
end

function request()
    at = at + 1
    if at == #lines then
        io.open(over, "w"):close()
    elseif at > #lines then
        wrk.thread:stop()
    end
    local line = lines[math.min(at, #lines)]
    local tab = line:find("\t", 1, true)
    local headers = {["Content-Type"] = "application/json", ["X-Hub-Signature-256"] = line:sub(1, tab - 1)}
    return wrk.format("POST", "/webhook", headers, line:sub(tab + 1))
end

function done(summary, latency)
    io.write(string.format(
        '\n{"requests": %d, "us": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
        summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write
        + summary.errors.timeout))
end
