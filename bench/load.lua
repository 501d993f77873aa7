-- Has wrk ask for the lines of a file in turn: method, path, cookie, body. A # in
-- the path becomes a number that counts up by one each time the file is through, and
-- @@@@-@@-@@ in the body a day that is another one then.
local targets, count, from = {}, 0, 0

function init(args)
  from = tonumber(args[2])
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = { ["Cookie"] = "waymark=" .. cookie, ["Sec-Fetch-Site"] = "same-origin" }
    if cookie:sub(1, 4) == "wm1." then headers = { ["Authorization"] = "Bearer " .. cookie } end
    if body:sub(1, 1) == "{" then headers["Content-Type"] = "application/fhir+json"
    elseif body ~= "" then headers["Content-Type"] = "application/x-www-form-urlencoded" end
    local text = wrk.format(method, path, headers, body ~= "" and body or nil)
    local before, after = text:match("^([^#\r]*)#(.*)$")
    local day = text:find("@@@@-@@-@@", 1, true)
    if day then before, after = text:sub(1, day - 1), text:sub(day + 10) end
    targets[#targets + 1] = { text = text, before = before, after = after, day = day }
  end
end

function request()
  local n = from + count
  count = count + 1
  local t = targets[n % #targets + 1]
  if t.day then
    local d = math.floor(n / #targets)
    return t.before .. string.format("%04d-%02d-%02d", 2007 + math.floor(d / 336) % 19, math.floor(d / 28) % 12 + 1, d % 28 + 1) .. t.after
  end
  if t.before then return t.before .. math.floor(n / #targets) .. t.after end
  return t.text
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout, summary.bytes))
end
