-- Watches the host's auth provider: what opens a vault is known at a login, and when a password is set.
--
-- The provider's functions are wrapped, because its table is looked up at each call and nothing else sees the
-- secrets of every mechanism. Whatever goes wrong in here, a login goes on as if we were not there.

local jid_join = require "util.jid".join;
local nodeprep = require "util.encodings".stringprep.nodeprep;
local keys = module:require "keys";

local originals = {};

local function shielded(what, f, ...)
	local ok, err = pcall(f, ...);
	if not ok then
		module:log("error", "%s: %s", what, err);
	end
end

local take_passwords = module:get_option_boolean("providence_passwords", true);

local said;
local function say(level, ...)
	if not said then
		said = true;
		module:log(level, ...);
	end
end

-- Whether what opens a vault can be had from this way of logging in.
local function usable(handler)
	if not (handler and handler.profile) then
		return false;
	elseif keys.keeps_passwords(handler) then
		say("error", "Passwords of %s are stored as they are, so nothing could be sealed from whoever reads them: "
			.. 'no vault is opened. Set authentication = "internal_hashed"', module.host);
		return false;
	elseif handler.profile.plain_test and not keys.keeps_records(handler) then
		say("info", "There are no SCRAM records of %s: %s", module.host, take_passwords
			and "vaults open by the passwords of PLAIN logins" or "no vault is opened, for providence_passwords is false");
		return take_passwords;
	end
	return true;
end

local function captured(on_login, handler, state, message, session)
	local username = nodeprep(handler.username or "");
	if not username or not session or not usable(handler) then
		return;
	end
	local jid = jid_join(username, module.host);
	local slots;
	if handler.selected == "PLAIN" then
		slots = keys.from_plain(handler, handler.username, handler.realm, jid, message);
	elseif state and handler.selected:find("^SCRAM%-") then
		slots = keys.from_scram(handler.selected, state, jid, message);
	end
	if slots and slots[1] then
		on_login(username, session, slots);
	end
end

-- A handler is replaced by a clone of itself after each failed try.
local function wrap_handler(handler, session, on_login)
	if type(handler) ~= "table" or rawget(handler, "providence") then
		return handler;
	end
	handler.providence = true;
	local process, clean_clone = handler.process, handler.clean_clone;
	function handler:process(message)
		local state = self.state; -- SCRAM's, before its last step
		local status, a, b, c = process(self, message);
		if status == "success" then
			shielded("Login not seen", captured, on_login, self, state, message, session);
		end
		return status, a, b, c;
	end
	if clean_clone then
		function handler:clean_clone()
			return wrap_handler(clean_clone(self), session, on_login);
		end
	end
	return handler;
end

local function changed(on_password, get_handler, username, password)
	local handler = get_handler({});
	if password and usable(handler) then
		local slots = keys.from_password(handler, username, module.host, jid_join(username, module.host), password);
		if slots[1] then
			on_password(username, slots);
		end
	end
end

local function wrap(provider, on_login, on_password)
	if originals[provider] or not provider.get_sasl_handler then
		return;
	end
	local original = { get_sasl_handler = provider.get_sasl_handler };
	originals[provider] = original;
	shielded("Auth provider not seen", function () usable(original.get_sasl_handler({})); end);
	function provider.get_sasl_handler(session, ...)
		return wrap_handler(original.get_sasl_handler(session, ...), session, on_login);
	end
	-- A reset by invitation creates the account anew over the old one.
	for _, name in ipairs { "set_password", "create_user" } do
		local f = provider[name];
		original[name] = f;
		if f then
			provider[name] = function (username, password, ...)
				local ok, err = f(username, password, ...);
				if ok then
					shielded("Password change not seen", changed, on_password, original.get_sasl_handler, username, password);
				end
				return ok, err;
			end
		end
	end
end

local function unwrap(provider)
	for name, f in pairs(originals[provider] or {}) do
		provider[name] = f;
	end
	originals[provider] = nil;
end

-- Calls on_login(username, session, slots) and on_password(username, slots), for every provider there will be.
local function watch(on_login, on_password)
	module:handle_items("auth-provider",
		function (event) wrap(event.item, on_login, on_password); end,
		function (event) unwrap(event.item); end);
end

local function unwatch()
	for provider in pairs(originals) do
		unwrap(provider);
	end
end

return { watch = watch; unwatch = unwatch };
