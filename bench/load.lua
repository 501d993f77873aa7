-- Has wrk ask for the lines of a file in turn: method, path, cookie, body. A # in
-- the path becomes a number that counts up by one each time the file is through.
local targets, count, from = {}, 0, 0

function init(args)
  from = tonumber(args[2])
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = { ["Cookie"] = "waymark=" .. cookie, ["Sec-Fetch-Site"] = "same-origin" }
    if body ~= "" then headers["Content-Type"] = "application/x-www-form-urlencoded" end
    local text = wrk.format(method, path, headers, body ~= "" and body or nil)
    local before, after = text:match("^([^#\r]*)#(.*)$")
    targets[#targets + 1] = { text = text, before = before, after = after }
  end
end

function request()
  local n = from + count
  count = count + 1
  local t = targets[n % #targets + 1]
  if t.before then return t.before .. math.floor(n / #targets) .. t.after end
  return t.text
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout, summary.bytes))
end
