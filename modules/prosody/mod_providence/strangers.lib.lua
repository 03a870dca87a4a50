-- Who is a stranger to whom, and which stanzas of strangers are judged.

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local load_roster = require "core.rostermanager".load_roster;

local bare_sessions = prosody.bare_sessions;

-- Elements that no client shows as words. A message made of nothing else passes unjudged; with anything beside
-- them, and with an element that is not here, it is judged.
local SIGNS = {
	["http://jabber.org/protocol/chatstates"] = true;
	["urn:xmpp:receipts"] = true;
	["urn:xmpp:chat-markers:0"] = true;
	["urn:xmpp:hints"] = true;
	["urn:xmpp:sid:0"] = true;
	["urn:xmpp:ping"] = true;
};

local function is_sign(stanza)
	for _, child in ipairs(stanza.tags) do
		if not SIGNS[child.attr.xmlns] and child.name ~= "thread" then
			return false;
		end
	end
	return true;
end

-- Whether what this stanza says is for a person to read, and can be judged.
local function is_judged(stanza)
	if stanza.attr.type == "error" then
		return false;
	elseif stanza.name == "presence" then
		return stanza.attr.type == "subscribe";
	end
	return not is_sign(stanza);
end

local function is_contact(item)
	return item and (item.subscription ~= "none" or item.ask or item.approved) and true or false;
end

-- Whether a session of the user announced itself to this address: a chat in the open, or a room it is in.
local function is_greeted(user, from)
	for _, session in pairs(user and user.sessions or {}) do
		for jid in pairs(session.directed or {}) do
			if jid_bare(jid) == from then
				return true;
			end
		end
	end
	return false;
end

-- Whether `from` (a bare JID) is a stranger to the user `jid` (a bare JID of this host).
local function is_stranger(username, jid, from)
	if from == jid or from == module.host then
		return false;
	end
	local roster = load_roster(username, module.host) or {};
	-- A gateway in the roster answers for everybody behind it.
	return not is_contact(roster[from]) and not is_contact(roster[jid_host(from)])
		and not is_greeted(bare_sessions[jid], from);
end

return { is_judged = is_judged; is_stranger = is_stranger };
