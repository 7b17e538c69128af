-- /etc/haproxy/latchkey.lua: asks Latchkey's gateway about a request, before it gets any further. HAProxy 2.6 or newer.
-- Names of hosts are looked up by DNS, as /etc/resolv.conf says, not in /etc/hosts.

-- What belongs to the connection, not to the question; and what is told anew.
local left_out = {
  ["host"] = true, ["connection"] = true, ["keep-alive"] = true, ["upgrade"] = true, ["te"] = true, ["trailer"] = true,
  ["transfer-encoding"] = true, ["content-length"] = true, ["expect"] = true, ["accept-encoding"] = true,
  ["x-forwarded-method"] = true, ["x-forwarded-proto"] = true, ["x-forwarded-host"] = true,
  ["x-forwarded-uri"] = true, ["x-forwarded-for"] = true,
}
-- What the app gets from the answer. Authorization is the app's own, never a login token.
local told = { "remote-user", "remote-name", "remote-email", "remote-groups", "authorization" }
-- What HAProxy writes itself.
local rewritten = { ["connection"] = true, ["transfer-encoding"] = true, ["content-length"] = true }

local function ask(txn, latchkey)
  local headers = {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if not left_out[name] then
      headers[name] = {}
      for _, value in pairs(values) do table.insert(headers[name], value) end
    end
  end
  headers["x-forwarded-method"] = { txn.sf:method() }
  headers["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" }
  headers["x-forwarded-host"] = { txn.sf:req_fhdr("host", -1) }
  -- Path and query, byte for byte.
  headers["x-forwarded-uri"] = { txn.sf:pathq() }
  headers["x-forwarded-for"] = { txn.sf:src() }

  local answer = core.httpclient():get {
    url = "http://" .. latchkey .. "/api/v1/gateway/forward-auth",
    headers = headers,
  }
  local status = answer and answer.status or 0
  if status >= 200 and status < 300 then
    for _, name in ipairs(told) do
      txn.http:req_del_header(name)
      local values = answer.headers[name]
      if values then txn.http:req_add_header(name, values[0]) end
    end
    txn:set_var("txn.latchkey", "allowed")
    return
  end
  -- Latchkey was not reached: the next line of the configuration refuses.
  if status < 300 then return end

  -- Everything else goes to the browser as it is: a redirect, a cookie, a page.
  local reply = txn:reply { status = status, reason = answer.reason }
  for name, values in pairs(answer.headers) do
    if not rewritten[name] then
      for _, value in pairs(values) do reply:add_header(name, value) end
    end
  end
  if answer.body and txn.sf:method() ~= "HEAD" then reply:set_body(answer.body) end
  txn:done(reply)
end

core.register_action("latchkey_ask", { "http-req" }, ask, 1)
