-- What a user says of somebody without words: by taking them into the roster or out of it, by answering their
-- request, by blocking them without a report, by unblocking them.

local jid_bare = require "util.jid".bare;
local jid_join = require "util.jid".join;
local jid_prep = require "util.jid".prep;
local timer = require "util.timer";

local ASK_SECONDS = 30;
-- Named in one <block/> or <unblock/>, or in the list that an <unblock/> without names empties.
local MAX_ITEMS = 50;
-- After whoever may refuse; before reports are taken off, and before mod_blocklist (-1), which answers.
local BLOCKING = -0.4;
-- Before mod_presence and mod_roster (0).
local ROSTER = 0.5;

local blocklists = module:open_store("blocklist");
local client, hear, participants, bot;

-- `change` is one of "added", "removed", "blocked", "unblocked".
local function tell(username, from, change, occupant)
	if from == bot then
		return; -- neither a stranger nor a correspondent
	end
	local headers = {
		"User", jid_join(username, module.host), "From", from, "Change", change, "Occupant", occupant; n = 8;
	};
	client:ask("CONTACT", headers, nil, ASK_SECONDS, function (answer)
		hear(username, answer);
	end);
end

-- A client changes its roster. Only who was not in it is news, and only if the server agrees.
local function on_roster(event)
	local session, item = event.origin, event.stanza.tags[1]:get_child("item");
	local jid = item and event.stanza.attr.type == "set" and jid_prep(item.attr.jid or "");
	if not jid or item.attr.subscription == "remove" or session.roster[jid] then
		return;
	end
	timer.add_task(0, function ()
		if session.roster and session.roster[jid] then
			tell(session.username, jid, "added");
		end
	end);
end

local function on_removed(event)
	-- When an account is deleted, there is no client and nothing left to learn.
	if event.origin and event.origin.username then
		tell(event.username, event.jid, "removed");
	end
end

-- A user asks somebody for a subscription, or grants one.
local function on_presence(event)
	local origin, kind = event.origin, event.stanza.attr.type;
	local to = event.stanza.attr.to and jid_bare(event.stanza.attr.to);
	if origin.username and (kind == "subscribe" or kind == "subscribed")
		and to and to ~= jid_join(origin.username, origin.host) then
		tell(origin.username, to, "added");
	end
end

local function is_reported(item)
	for _, child in ipairs(item.tags) do
		if child.name == "report" then
			return true;
		end
	end
	return false;
end

-- The JIDs that an element of XEP-0191 names, or nil if the server will refuse it.
local function named(element)
	local jids = {};
	for item in element:childtags("item") do
		local jid = jid_prep(item.attr.jid or "");
		if not jid then
			return nil;
		end
		table.insert(jids, { jid = jid; reported = is_reported(item) });
	end
	return jids;
end

local function tell_all(username, jids, change)
	local left, told = MAX_ITEMS, {};
	for _, each in ipairs(jids) do
		local from, occupant = participants.meant(each.jid);
		if left > 0 and not each.reported and not told[from] then
			left, told[from] = left - 1, true;
			tell(username, from, change, occupant);
		end
	end
end

local function on_block(event)
	local username = event.origin.username;
	local blocked = blocklists:get(username) or {};
	local fresh = {};
	for _, each in ipairs(named(event.stanza.tags[1]) or {}) do
		if not blocked[each.jid] then
			table.insert(fresh, each);
		end
	end
	tell_all(username, fresh, "blocked");
end

local function on_unblock(event)
	local username = event.origin.username;
	local blocked = blocklists:get(username) or {};
	local jids, freed = named(event.stanza.tags[1]), {};
	if jids and not jids[1] then
		for jid in pairs(blocked) do
			if jid then
				table.insert(jids, { jid = jid });
			end
		end
	end
	for _, each in ipairs(jids or {}) do
		if blocked[each.jid] then
			table.insert(freed, each);
		end
	end
	tell_all(username, freed, "unblocked");
end

-- `hear_(username, answer)`: what the daemon says to it, such as that something that waited is to be delivered.
-- `bot_`: the address of the junk box, if it has one.
local function watch(client_, hear_, participants_, bot_)
	client, hear, participants, bot = client_, hear_, participants_, bot_;
	module:hook("iq/self/jabber:iq:roster:query", on_roster, ROSTER);
	module:hook("roster-item-removed", on_removed);
	for _, to in ipairs { "bare", "full", "host" } do
		module:hook("pre-presence/" .. to, on_presence, ROSTER);
	end
	module:hook("iq-set/self/urn:xmpp:blocking:block", on_block, BLOCKING);
	module:hook("iq-set/self/urn:xmpp:blocking:unblock", on_unblock, BLOCKING);
end

return { watch = watch };
