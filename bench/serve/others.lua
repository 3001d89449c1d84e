-- Ten incidents from another second on each time, so that no answer is one that was given before.
local asked = 0
function request()
  asked = asked + 1
  local from = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time({ year = 2030, month = 3, day = 1, hour = 0 }) + asked * 7919 % 5000000)
  return wrk.format(nil, "/api/collections/incidents/items?limit=10&datetime=" .. from .. "/..")
end
