-- What happens to accounts: a new password, and their end.

local jid_join = require "util.jid".join;

-- Key derivations of a storm of changes take their turn.
local REWRAP_SECONDS = 120;
local ASK_SECONDS = 30;

local forgotten = module:open_store("providence_forgotten");
local client, vaults;

-- A password was set: the open vault is to open by it from now on. A locked one stays as it is.
local function change(username, slots)
	client:entrust("REWRAP", { "User", jid_join(username, module.host) }, slots, REWRAP_SECONDS, function (answer, err)
		if not answer or answer.start ~= 200 then
			module:log("info", "A vault does not know its user's new password: %s", err or answer.start);
		end
	end);
end

local function note(username, due)
	local all = forgotten:get(nil) or {};
	all[username] = due;
	forgotten:set(nil, next(all) and all or nil);
end

local function send(username)
	client:ask("FORGET", { "User", jid_join(username, module.host) }, nil, ASK_SECONDS, function (answer)
		if answer and answer.start == 200 then
			note(username, nil);
		end
	end, true);
end

-- There is a daemon, perhaps another one than before.
local function connected()
	for username in pairs(forgotten:get(nil) or {}) do
		send(username);
	end
end

local function watch(client_, vaults_)
	client, vaults = client_, vaults_;
	module:hook_global("user-deleted", function (event)
		if event.host == module.host then
			vaults.erased(event.username);
			-- Written down first: a daemon that is away is told when it is back.
			note(event.username, true);
			send(event.username);
		end
	end);
end

return { watch = watch; change = change; connected = connected };
