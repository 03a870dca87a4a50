-- Providence: judges what strangers send, by what its recipient has taught (docs/prosody.md).
--
-- This file wires; each part stands in a file of its own beside it.

local clients = module:require "client";
local logins = module:require "logins";
local reports = module:require "reports";
local stanzas = module:require "stanzas";
local vaults = module:require "vaults";
local waiting = module:require "waiting";

local client = clients.new(module:get_option_string("providence_socket", "/run/providence/pnp.sock"), vaults.connected);
local saved = false;

vaults.watch(client, waiting.opened);
waiting.watch(client, stanzas);
stanzas.watch(client, vaults, reports.note_writer);
reports.watch(client, vaults);
logins.watch(vaults.login, vaults.change);
client:connect();

module:add_feature("http://www.xmpp.org/extensions/xep-0159.html#node");

-- A reload keeps what is known of sessions and tickets.
function module.save()
	saved = true;
	return vaults.save();
end

module.restore = vaults.restore;

local function let_go()
	stanzas.lines.clear();
end

module:hook_global("server-stopping", let_go, 100);

function module.unload()
	logins.unwatch();
	let_go();
	if not saved then
		vaults.close();
	end
	client:close();
end
