-- The steps of .ci/neovim in Neovim, on a Deployment with a pull secret. Each step prints the result, and ends the run if it is not as expected.

local function say(text) io.stdout:write(text .. "\n") end

local function fail(text)
  say("FAILED: " .. text)
  vim.cmd("cquit 1")
end

local function diagnostics(buffer)
  local out = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(out, string.format("%d:%d %s", d.lnum + 1, d.col + 1, d.code or (d.user_data and d.user_data.lsp.code) or d.message))
  end
  table.sort(out)
  return table.concat(out, ", ")
end

local function want(step, buffer, expected)
  if not vim.wait(20000, function() return diagnostics(buffer) == expected end, 10) then
    fail(step .. ": diagnostics are [" .. diagnostics(buffer) .. "], want [" .. expected .. "]")
  end
  say(step .. ": [" .. expected .. "]")
end

local function client() return vim.lsp.get_active_clients()[1] end

-- ask sends a request about the cursor, and returns the server's answer.
local function ask(method, more)
  local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
  for key, value in pairs(more or {}) do params[key] = value end
  local answers, err = vim.lsp.buf_request_sync(0, method, params, 20000)
  if err then fail(method .. ": " .. err) end
  for _, answer in pairs(answers) do
    if answer.error then fail(method .. ": " .. answer.error.message) end
    return answer.result
  end
end

-- cursor moves to a text.
local function cursor(text)
  for n, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local at = line:find(text, 1, true)
    if at then
      vim.api.nvim_win_set_cursor(0, { n, at - 1 })
      return
    end
  end
  fail("no " .. text)
end

-- type replaces a text with another one.
local function type(old, new)
  cursor(old)
  local at = vim.api.nvim_win_get_cursor(0)
  vim.api.nvim_buf_set_text(0, at[1] - 1, at[2], at[1] - 1, at[2] + #old, { new })
end

-- act applies the first action whose title has this prefix.
local function act(title, only)
  local range = vim.lsp.util.make_range_params(0, client().offset_encoding).range
  local actions = ask("textDocument/codeAction", { range = range, context = { diagnostics = {}, only = only } })
  local titles = {}
  for _, action in ipairs(actions) do
    table.insert(titles, action.title)
    if vim.startswith(action.title, title) then
      vim.lsp.util.apply_workspace_edit(action.edit, client().offset_encoding)
      say("applied: " .. action.title)
      return
    end
  end
  fail("no action " .. title .. " among [" .. table.concat(titles, "; ") .. "]")
end

-- complete types at the end of the cursor's line, presses the keys of omni completion, and accepts the first item.
local function complete(text)
  local keys = function(names) return vim.api.nvim_replace_termcodes(names, true, false, true) end
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local left = 2000
  local function accept()
    left = left - 1
    if #vim.fn.complete_info({ "items" }).items == 0 and left > 0 then
      vim.defer_fn(accept, 10)
    else
      vim.api.nvim_feedkeys(keys("<C-y><Esc>"), "t", false)
    end
  end
  vim.defer_fn(accept, 10)
  vim.api.nvim_feedkeys(keys("A" .. text .. "<C-x><C-o>"), "tx!", false)
  return vim.api.nvim_buf_get_lines(0, line - 1, line, false)[1]
end

local function contains(step, text, part)
  if not text:find(part, 1, true) then fail(step .. ": no " .. part .. " in " .. text) end
end

local function run()
  if not vim.wait(20000, function() return client() and client().initialized end, 10) then fail("no server") end
  say("server of Neovim " .. tostring(vim.version().minor) .. ", characters in " .. client().offset_encoding)
  local web = vim.api.nvim_get_current_buf()

  type("acme/web", "Acme/Web")
  want("typed a wrong image", web, "9:42 image-uppercase")
  cursor("Acme")
  local float, window = vim.diagnostic.open_float()
  contains("float", table.concat(vim.api.nvim_buf_get_lines(float, 0, -1, false), " "), "[image-uppercase]")
  vim.api.nvim_win_close(window, true)
  vim.api.nvim_win_set_cursor(0, { 9, 0 })
  act("write", nil)
  contains("fixed", vim.api.nvim_buf_get_lines(0, 8, 9, false)[1], "{name: 🐋画, image: ghcr.io/acme/web:1}")
  want("fixed", web, "")

  cursor("ghcr.io")
  local image = ask("textDocument/hover").contents.value
  say("hover over the image:\n" .. image)
  contains("hover", image, 'shop/regcred, key "ghcr.io", user "robot"')
  cursor("regcred")
  local secret = ask("textDocument/hover").contents.value
  say("hover over the pull secret:\n" .. secret)
  contains("hover", secret, "used by: Deployment shop/web")

  local definition = ask("textDocument/definition")[1]
  contains("definition", definition.uri, "/secret.yaml")
  say("definition: line " .. definition.range.start.line + 1 .. " of secret.yaml")

  type("regcred", "other")
  want("typed the name of a missing Secret", web, "7:33 pull-secret-missing")
  cursor("other")
  vim.api.nvim_win_set_cursor(0, { 7, 32 })
  local items = ask("textDocument/completion").items
  if #items < 1 or items[1].label ~= "regcred" then fail("completion: " .. vim.inspect(items)) end
  say("completion: " .. items[1].label .. ", " .. items[1].detail)
  act("suppress pull-secret-missing", nil)
  want("suppressed without a reason", web, "7:9 ignore-without-reason, 8:33 pull-secret-missing")
  type("pull-secret-missing -- ", "pull-secret-missing -- made by an operator")
  want("suppressed with a reason", web, "")
  type("      # imagelint:ignore pull-secret-missing -- made by an operator", "      # two")
  type("other", "regcred")
  want("named the Secret again", web, "")

  type("acme/web:1", "acme/Web:latest")
  want("typed two mistakes, one of which hides the other", web, "10:47 image-uppercase")
  act("apply all safe fixes", { "source.fixAll.imagelint" })
  want("fixed all", web, "10:51 image-latest")

  vim.cmd("edit secret.yaml")
  type("name: regcred", "name: renamed")
  want("renamed the Secret in another buffer", web, "10:51 image-latest, 8:33 pull-secret-missing")
  vim.cmd("silent undo")
  want("took it back", web, "10:51 image-latest")

  vim.cmd("edit tag.yaml")
  if vim.bo.omnifunc ~= "v:lua.vim.lsp.omnifunc" then fail("omnifunc is " .. vim.bo.omnifunc) end
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { "image:" })
  local tag = complete(" nginx:1.27.")
  if not tag:match("^image: nginx:1%.27%.%d+[%w.-]*$") or tag:find("1%.27.*1%.27") then fail("completed tag: " .. tag) end
  say("completed tag: " .. tag)
  vim.cmd("bwipeout!")

  vim.cmd("edit .imagelint.yaml")
  local config = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { "rules:", "  image-latest: of" })
  want("typed a configuration", config, "2:17 configuration")
  type("image-latest: of", "image-latest: off")
  want("finished it", config, "")
  vim.cmd("silent write")
  want("saved it", web, "")
  say("all seen")
end

local ok, err = pcall(run)
if not ok then fail(tostring(err)) end
vim.cmd("quitall!")
