-- What the bot is to a client besides somebody to chat with: a contact that is there, with a name and commands.

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_node = require "util.jid".node;
local jid_prep = require "util.jid".prep;
local caps = require "util.caps";
local config = require "core.configmanager";
local st = require "util.stanza";

local INFO, ITEMS = "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items";
local COMMANDS = "http://jabber.org/protocol/commands";
local NAME = "Junk box";
local NODE = "https://xmpp.org/extensions/xep-0159.html";
local FEATURES = { INFO, ITEMS, COMMANDS, "http://jabber.org/protocol/caps", "urn:xmpp:ping", "vcard-temp" };
-- Before the stanza is handed to another server (mod_s2s: -1).
local PRIORITY = 10;

local address, adhoc;

local function info()
	local query = st.stanza("query", { xmlns = INFO })
		:tag("identity", { category = "client"; type = "bot"; name = NAME }):up();
	for _, feature in ipairs(FEATURES) do
		query:tag("feature", { var = feature }):up();
	end
	return query;
end

local function available(to)
	local ver = caps.calculate_hash(info());
	return st.presence({ from = address; to = to })
		:tag("c", { xmlns = "http://jabber.org/protocol/caps"; hash = "sha-1"; node = NODE; ver = ver }):up()
		:text_tag("nick", NAME, { xmlns = "http://jabber.org/protocol/nick" });
end

local function on_presence(origin, stanza)
	local kind, from = stanza.attr.type, stanza.attr.from;
	if kind == "subscribe" then
		module:send(st.presence({ from = address; to = jid_bare(from); type = "subscribed" }));
		module:send(available(jid_bare(from)));
	elseif kind == "unsubscribe" then
		module:send(st.presence({ from = address; to = jid_bare(from); type = "unavailable" }));
	elseif not kind or kind == "probe" then
		origin.send(available(from));
	end
end

local requests = {
	["get " .. INFO] = function (origin, stanza)
		local node = stanza.tags[1].attr.node;
		local reply = st.reply(stanza);
		if not node or node:sub(1, #NODE + 1) == NODE .. "#" then
			reply:add_child(info());
			reply.tags[1].attr.node = node;
		elseif not adhoc.describe(reply:tag("query", { xmlns = INFO; node = node }), node) then
			reply = st.error_reply(stanza, "cancel", "item-not-found");
		end
		origin.send(reply);
	end;
	["get " .. ITEMS] = function (origin, stanza)
		local node = stanza.tags[1].attr.node;
		local reply = st.reply(stanza):tag("query", { xmlns = ITEMS; node = node });
		if node == COMMANDS then
			adhoc.list(reply, address);
		end
		origin.send(reply);
	end;
	["set " .. COMMANDS] = function (origin, stanza)
		if not adhoc.run(origin, stanza) then
			origin.send(st.error_reply(stanza, "cancel", "item-not-found"));
		end
	end;
	["get vcard-temp"] = function (origin, stanza)
		origin.send(st.reply(stanza):tag("vCard", { xmlns = "vcard-temp" }):text_tag("FN", NAME):text_tag("NICKNAME", NAME));
	end;
	["get urn:xmpp:ping"] = function (origin, stanza)
		origin.send(st.reply(stanza));
	end;
};

-- Something of this host is about to leave for another server: is it for the bot?
local function on_leaving(event)
	local origin, stanza = event.origin, event.stanza;
	local kind, to = stanza.attr.type, stanza.attr.to;
	if jid_host(to) ~= address then
		return nil;
	elseif origin.type ~= "c2s" or not origin.username or kind == "error" or kind == "result" then
		return true;
	end
	local child = stanza.tags[1];
	local handler = stanza.name == "iq" and requests[kind .. " " .. (child and child.attr.xmlns or "")];
	if stanza.name == "presence" then
		if not jid_node(to) then
			on_presence(origin, stanza);
		end
	elseif handler and not jid_node(to) then
		handler(origin, stanza);
	else
		origin.send(st.error_reply(stanza, "cancel", "service-unavailable"));
	end
	return true;
end

-- The bot's address by the operator's word, or nil if there is to be none.
local function find_address()
	local option = module:get_option("providence_bot", "junk." .. module.host);
	local jid = option and jid_prep(tostring(option));
	if option and (not jid or jid ~= jid_host(jid) or rawget(config.getconfig(), jid)) then
		module:log("error", "providence_bot must be a domain that nothing else of this server has: there is no bot");
		return nil;
	end
	return jid or nil;
end

local function watch(address_, adhoc_)
	address, adhoc = address_, adhoc_;
	module:hook("route/remote", on_leaving, PRIORITY);
	module:hook("host-disco-items", function (event)
		if jid_host(event.stanza.attr.from) == module.host then
			event.reply:tag("item", { jid = address; name = NAME }):up();
		end
	end);
end

return { find_address = find_address; watch = watch };
