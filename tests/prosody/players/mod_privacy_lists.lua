-- Privacy lists (XEP-0016) as the community's module keeps them, as far as a client can set a list and make it the
-- default one. Nothing is refused because of a list.

local st = require "util.stanza";

local store = module:open_store("privacy");
local sessions = prosody.hosts[module.host].sessions;
local RESTRICTIONS = { "message", "iq", "presence-in", "presence-out" };

module:hook("resource-bind", function (event)
	local username = event.session.username;
	rawset(sessions[username], "privacy_lists", store:get(username) or { lists = {} });
end);

local function read_item(element)
	local attr = element.attr;
	local item = { type = attr.type; value = attr.value; action = attr.action; order = tonumber(attr.order) };
	for _, name in ipairs(RESTRICTIONS) do
		item[name] = element:get_child(name) ~= nil;
	end
	return item;
end

module:hook("iq/bare/jabber:iq:privacy:query", function (event)
	local origin, stanza = event.origin, event.stanza;
	local lists = rawget(sessions[origin.username], "privacy_lists");
	local list, default = stanza.tags[1]:get_child("list"), stanza.tags[1]:get_child("default");
	if default then
		lists.default = default.attr.name;
	else
		local items = {};
		for element in list:childtags("item") do
			table.insert(items, read_item(element));
		end
		lists.lists[list.attr.name] = { name = list.attr.name; items = items };
	end
	store:set(origin.username, lists);
	origin.send(st.reply(stanza));
	return true;
end);
