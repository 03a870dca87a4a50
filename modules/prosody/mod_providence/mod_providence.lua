-- Providence: judges what strangers send, by what the recipient has taught (docs/prosody.md).
--
-- This file wires; each part stands in a file of its own beside it.

local clients = module:require "client";
local logins = module:require "logins";
local vaults = module:require "vaults";

local path = module:get_option_string("providence_socket", "/run/providence/pnp.sock");

local client = clients.new(path, vaults.ready);
local saved;

vaults.watch(client, function () end);
logins.watch(vaults.login, vaults.change);
client:connect();

function module.save()
	saved = vaults.save();
	return saved;
end

function module.restore(state)
	vaults.restore(state);
end

function module.unload()
	logins.unwatch();
	if not saved then
		vaults.close();
	end
	client:close();
end
