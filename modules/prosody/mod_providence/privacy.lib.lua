-- What a user's privacy list (XEP-0016) says of a stranger, where there is a module for such lists: a match decides,
-- and what falls through is judged (XEP-0159, section 3.2). An item that matches everything leaves nothing to fall
-- through, so `<item action='allow' order='999'/>` switches the filter off.

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_resource = require "util.jid".resource;
local jid_split = require "util.jid".split;
local load_roster = require "core.rostermanager".load_roster;
local modulemanager = require "core.modulemanager";

local store = module:open_store("privacy");

local function is_loaded()
	return modulemanager.is_loaded(module.host, "privacy_lists") or modulemanager.is_loaded(module.host, "privacy");
end

-- The session whose list counts: that of the full JID, or the one with the highest priority.
local function session_for(user, to)
	local resource = jid_resource(to);
	if resource then
		return user.sessions[resource];
	end
	local best;
	for _, session in pairs(user.sessions) do
		if session.priority and session.priority >= 0 and (not best or session.priority > best.priority) then
			best = session;
		end
	end
	return best;
end

-- The items of the active list, or else of the default one.
local function items_for(username, to)
	local user = prosody.hosts[module.host].sessions[username];
	local lists = user and user.privacy_lists or store:get(username);
	if not lists or not lists.lists then
		return {};
	end
	local session = user and session_for(user, to);
	local list = lists.lists[session and session.activePrivacyList or lists.default or false];
	return list and list.items or {};
end

-- Whether an item is about this kind of stanza; one that names none is about all.
local function concerns(item, stanza)
	if stanza.name == "message" and item.message or stanza.name == "presence" and item["presence-in"] then
		return true;
	end
	return not (item.message or item.iq or item["presence-in"] or item["presence-out"]);
end

local function is_named(value, from)
	local _, host, resource = jid_split(from);
	return value == from or value == jid_bare(from) or value == host
		or (resource and value == host .. "/" .. resource) or false;
end

local function matches(item, from, contact)
	if item.type == "jid" then
		return is_named(item.value, from);
	elseif item.type == "group" then
		return contact and contact.groups and contact.groups[item.value] or false;
	elseif item.type == "subscription" then
		return (contact and contact.subscription or "none") == item.value;
	end
	return item.type == nil;
end

-- "allow", "deny", "none", or nil where no lists are kept.
local function match(username, stanza)
	if not is_loaded() then
		return nil;
	end
	local from = stanza.attr.from;
	local roster = load_roster(username, module.host) or {};
	local contact = roster[jid_bare(from)] or roster[jid_host(from)];
	local first;
	for _, item in ipairs(items_for(username, stanza.attr.to)) do
		if (not first or item.order < first.order) and concerns(item, stanza) and matches(item, from, contact) then
			first = item;
		end
	end
	return first and (first.action == "deny" and "deny" or "allow") or "none";
end

return { match = match };
