-- A publish-subscribe service (XEP-0060) that hands out a long list in pages (XEP-0059): `pages_items` of them.

local st = require "util.stanza";

local PUBSUB, RSM = "http://jabber.org/protocol/pubsub", "http://jabber.org/protocol/rsm";

local count = module:get_option_number("pages_items", 2500);

-- Of 99 bytes each.
local function name_of(i)
	return ("%099d"):format(i);
end

module:hook("iq-get/host/" .. PUBSUB .. ":pubsub", function (event)
	local pubsub = event.stanza.tags[1];
	local items, set = pubsub:get_child("items"), pubsub:get_child("set", RSM);
	local first = tonumber(set:get_child_text("after") or "0") + 1;
	local last = math.min(first + tonumber(set:get_child_text("max")) - 1, count);
	local reply = st.reply(event.stanza):tag("pubsub", { xmlns = PUBSUB }):tag("items", { node = items.attr.node });
	for i = first, last do
		reply:tag("item", { id = name_of(i) }):up();
	end
	reply:up():tag("set", { xmlns = RSM });
	if first <= last then
		reply:text_tag("last", name_of(last));
	end
	event.origin.send(reply);
	return true;
end);
