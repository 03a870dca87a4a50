-- Who is a stranger to whom, and which stanzas of strangers are judged.

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_prep = require "util.jid".prep;
local json = require "util.json";
local load_roster = require "core.rostermanager".load_roster;

local MAX_GROUPS = 20;
local MAX_GROUP = 128; -- bytes of a name
local CONTROL, C1 = "[%c\127]", "\194[\128-\159]";

local MUC_USER = "http://jabber.org/protocol/muc#user";

local bare_sessions, full_sessions, hosts = prosody.bare_sessions, prosody.full_sessions, prosody.hosts;

-- Elements that no client shows as words. A message made of nothing else passes unjudged; with anything beside
-- them, and with an element that is not here, it is judged.
local SIGNS = {
	["http://jabber.org/protocol/chatstates"] = true;
	["urn:xmpp:receipts"] = true;
	["urn:xmpp:chat-markers:0"] = true;
	["urn:xmpp:hints"] = true;
	["urn:xmpp:sid:0"] = true;
	["urn:xmpp:occupant-id:0"] = true;
	["urn:xmpp:ping"] = true;
};

-- What a room adds to a participant's words.
local function is_empty_x(child)
	return child.attr.xmlns == MUC_USER and not child[1];
end

local function is_sign(stanza)
	for _, child in ipairs(stanza.tags) do
		if not SIGNS[child.attr.xmlns] and child.name ~= "thread" and not is_empty_x(child) then
			return false;
		end
	end
	return true;
end

-- A room's message to somebody who is no longer there is refused by the server, which tells the room. If it were
-- kept, a locked user's waiting room would fill with what a room goes on sending to a session that died.
local function is_refused(stanza)
	return stanza.attr.type == "groupchat" and not full_sessions[stanza.attr.to]
		and not hosts[module.host].events.get_handlers("message/bare/groupchat");
end

-- Whether what this stanza says is for a person to read, and can be judged.
local function is_judged(stanza)
	if stanza.attr.type == "error" then
		return false;
	elseif stanza.name == "presence" then
		return stanza.attr.type == "subscribe";
	end
	return not is_sign(stanza) and not is_refused(stanza);
end

local function is_contact(item)
	return item and (item.subscription ~= "none" or item.ask or item.approved) and true or false;
end

-- Whether a session of the user `jid` announced itself to this address: a chat in the open, or a room it is in.
local function is_greeted(jid, from)
	local user = bare_sessions[jid];
	for _, session in pairs(user and user.sessions or {}) do
		for greeted in pairs(session.directed or {}) do
			if jid_bare(greeted) == from then
				return true;
			end
		end
	end
	return false;
end

local function is_part_of(host, domain)
	return host == domain or host:sub(-#domain - 1) == "." .. domain;
end

-- Whether a contact invites to a room (XEP-0045). It is the room's server that says who does: it is believed where
-- it could speak for the contact anyway, or is ours.
local function is_invited(roster, stanza, from)
	local invite = stanza.name == "message" and stanza:find("{" .. MUC_USER .. "}x/invite");
	local inviter = invite and jid_bare(jid_prep(invite.attr.from or "") or "");
	if not inviter or not is_contact(roster[inviter]) then
		return false;
	end
	local host = jid_host(from);
	return hosts[host] ~= nil or is_part_of(host, jid_host(inviter));
end

-- Whether a user has this bare JID as a contact.
local function is_known(username, from)
	return is_contact((load_roster(username, module.host) or {})[from]);
end

-- Whether `from` (a bare JID), who sent the stanza, is a stranger to the user `jid` (a bare JID of this host).
-- `is_whispered`: it is a room's or a channel's, whom the user knows, and a participant speaks, to this user alone.
local function is_stranger(username, jid, from, stanza, is_whispered)
	if from == jid or from == module.host then
		return false;
	end
	local roster = load_roster(username, module.host) or {};
	-- A gateway in the roster answers for everybody behind it; a channel (XEP-0369) is there like a person.
	return not is_contact(roster[from]) and not is_contact(roster[jid_host(from)])
		and (is_whispered or not is_greeted(jid, from)) and not is_invited(roster, stanza, from);
end

-- The groups into which the user put a stranger, as JSON, or nil: who is in the roster without a subscription.
local function groups(username, from)
	local item = (load_roster(username, module.host) or {})[from];
	local names = {};
	for name in pairs(item and item.groups or {}) do
		if #names < MAX_GROUPS and name ~= "" and #name <= MAX_GROUP and not name:find(CONTROL) and not name:find(C1) then
			table.insert(names, name);
		end
	end
	table.sort(names);
	return names[1] and json.encode(names) or nil;
end

return {
	is_judged = is_judged; is_refused = is_refused; is_stranger = is_stranger; is_greeted = is_greeted;
	is_known = is_known; groups = groups;
};
