-- Providence: judges what strangers send, by what its recipient has taught (docs/prosody.md).
--
-- This file wires; each part stands in a file of its own beside it.

local accounts = module:require "accounts";
local adhoc = module:require "adhoc";
local bot = module:require "bot";
local clients = module:require "client";
local contact = module:require "contact";
local crawler = module:require "crawler";
local domains = module:require "domains";
local export = module:require "export";
local lists = module:require "lists";
local logins = module:require "logins";
local news = module:require "news";
local orders = module:require "orders";
local preferences = module:require "preferences";
local reports = module:require "reports";
local signals = module:require "signals";
local stanzas = module:require "stanzas";
local transport = module:require "transport";
local vaults = module:require "vaults";
local waiting = module:require "waiting";

local address = contact.find_address();
local client = clients.new(transport.chosen(), function ()
	accounts.connected();
	vaults.connected();
end, lists.connected);
local saved = false;

local function opened(username, answer)
	orders.heed(username, answer);
	news.opened(username);
end

preferences.watch();
accounts.watch(client, vaults);
vaults.watch(client, opened);
waiting.watch(client, stanzas);
orders.watch(preferences, vaults, waiting);
stanzas.watch(client, vaults, domains, {
	heed = orders.heed; note_writer = reports.note_writer; say = bot.say; wonder = crawler.wonder;
});
crawler.watch(client, domains, stanzas.claims);
lists.watch(client);
reports.watch(client, domains, { forgive = stanzas.forgive; hear = orders.hear }, stanzas.participants);
signals.watch(client, orders.hear, stanzas.participants, address);
logins.watch(vaults.login, accounts.change);

-- The faces of the junk box.
export.watch(client);
adhoc.watch(client, orders.heed, export);
if address then
	bot.watch(address, client, orders.heed, export);
	contact.watch(address, adhoc);
	news.watch(client, orders.heed, bot);
end

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
	stanzas.save();
end

module:hook_global("server-stopping", let_go, 100);

function module.unload()
	logins.unwatch();
	let_go();
	lists.unwatch();
	if not saved then
		vaults.close();
	end
	client:close();
end
