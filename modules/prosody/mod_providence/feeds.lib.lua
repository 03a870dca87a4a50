-- Reads nodes of publish-subscribe services (XEP-0060): all items, page by page, and what changes in them.
--
-- Of an item only the id is taken. An id that cannot stand on a line of its own is left out.

local id = require "util.id";
local st = require "util.stanza";

local ASK_SECONDS = 60;
local MAX_ID = 256;
-- Asked for at once where the service pages (XEP-0059), and how many pages; a service that does not sends all, or the
-- newest so many.
local PAGE, MAX_PAGES, MAX_ITEMS = 1000, 1000, 100000;

local PUBSUB = "http://jabber.org/protocol/pubsub";
local EVENT = "http://jabber.org/protocol/pubsub#event";
local RSM = "http://jabber.org/protocol/rsm";
local KINDS = { { name = "item"; action = "add" }, { name = "retract"; action = "remove" } };

local function ids_of(items, name)
	local ids = {};
	-- Whatever the namespace: what a component of this server sends is not written and read first, and may lack one.
	for _, item in ipairs(items.tags) do
		local item_id = item.name == name and item.attr.id or "";
		if item_id ~= "" and #item_id <= MAX_ID and not item_id:find("[%s%c]") then
			table.insert(ids, item_id);
		end
	end
	return ids;
end

-- Ask the service; done(answer) or done(nil, error word) is called later.
local function ask(feed, kind, pubsub, done)
	local iq = st.iq({ type = kind; id = id.medium(); from = module.host; to = feed.service }):add_child(pubsub);
	module:send_iq(iq, nil, ASK_SECONDS):next(function (event)
		-- COMPAT Prosody 0.12 and 13: from a component of this server an error comes this way, too.
		local _, condition = event.stanza:get_error();
		return done(not condition and event.stanza or nil, condition);
	end, function (err)
		return done(nil, err.condition);
	end):catch(function (err)
		module:log("error", "%s made us stumble: %s", feed.service, err);
		done(nil, "undefined-condition");
	end);
end

local function request(feed, name, attr)
	attr.node = feed.node;
	return st.stanza("pubsub", { xmlns = PUBSUB }):tag(name, attr):up();
end

-- Have changes sent to this host; asked for again it changes nothing.
local function subscribe(feed, done)
	ask(feed, "set", request(feed, "subscribe", { jid = module.host }), done);
end

-- Read all items: take(ids, go_on) gets each page, newest first or last as the service likes, and calls go_on()
-- for the next one; then done(), or done(error word).
local function fetch(feed, take, done)
	local function page(after, left)
		local pubsub = request(feed, "items", { max_items = ("%d"):format(MAX_ITEMS) });
		pubsub:tag("set", { xmlns = RSM }):text_tag("max", ("%d"):format(PAGE));
		if after then
			pubsub:text_tag("after", after);
		end
		ask(feed, "get", pubsub:reset(), function (answer, err)
			local found = answer and answer:get_child("pubsub", PUBSUB);
			local items = found and found:get_child("items");
			if not items then
				return done(err or "no items");
			end
			local last = found:find("{" .. RSM .. "}set/last#");
			local is_more = items.tags[1] and last and last ~= after and left > 1;
			take(ids_of(items, "item"), is_more and function () page(last, left - 1); end or done);
		end);
	end
	page(nil, MAX_PAGES);
end

-- The changes that a stanza tells of: a list of { node, action, ids }, in order, with action "add", "remove", or
-- "replace" by nothing. Nil if it is no such stanza.
local function changes_in(stanza)
	local event = stanza.attr.type ~= "error" and stanza:get_child("event", EVENT);
	if not event then
		return nil;
	end
	local changes = {};
	for child in event:childtags() do
		if child.name == "items" then
			for _, kind in ipairs(KINDS) do
				local ids = ids_of(child, kind.name);
				if ids[1] then
					table.insert(changes, { node = child.attr.node; action = kind.action; ids = ids });
				end
			end
		elseif child.name == "purge" then
			table.insert(changes, { node = child.attr.node; action = "replace"; ids = {} });
		end
	end
	return changes;
end

return { subscribe = subscribe; fetch = fetch; changes_in = changes_in };
