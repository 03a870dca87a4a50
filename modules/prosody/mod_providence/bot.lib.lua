-- The junk box as somebody to chat with, for users of this host and for nobody else.
--
-- No host is made for its address. What a user sends there would leave for another server, and is taken before it
-- does; to everybody else that server does not exist. What is said here is kept nowhere: not archived, not copied to
-- other clients, not stored for later.

local jid_host = require "util.jid".host;
local jid_join = require "util.jid".join;
local jid_node = require "util.jid".node;
local cache = require "util.cache";
local id = require "util.id";
local st = require "util.stanza";
local throttle = require "util.throttle";

local clean = module:require "texts".clean;
local pnp = module:require "pnp";

local ASK_SECONDS = 30;
-- The daemon reads no more than this.
local MAX_TEXT = 4096;
-- What one user may say while an answer is due, and in a minute.
local MAX_PENDING = 10;
local MAX_A_MINUTE = 30;
local MAX_USERS = 10000;
-- Before carbons (-0.5), and before others who might keep or copy what is said.
local PRIORITY = 1000;

local AWAY = "The filter is away for a moment. Your messages come unfiltered meanwhile. Please try again later.";
local ENCRYPTED = "I cannot read encrypted messages. Please switch encryption off for this chat: "
	.. "what we say does not leave this server.";
local TOO_LONG = "That is too long for me. Say “help” to see what I understand.";
local TOO_MUCH = "That is too much at once. Please wait a minute.";
local FAILED = "That did not work. Please try again later.";
local LOCKED = "Your junk box is locked. It opens with your next login by password.";

local ENCRYPTIONS = {
	encrypted = { ["eu.siacs.conversations.axolotl"] = true; ["urn:xmpp:omemo:1"] = true; ["urn:xmpp:omemo:2"] = true };
	openpgp = { ["urn:xmpp:openpgp:0"] = true };
	x = { ["jabber:x:encrypted"] = true };
};

local blocklists = module:open_store("blocklist");
local pending = {}; -- username -> list of turns, while an answer is due
local paces = cache.new(MAX_USERS); -- username -> throttle

local address, client, heed, export;

local function message(to, text)
	return st.message({ from = address; to = to; type = "chat"; id = id.medium() })
		:text_tag("body", clean(text))
		:tag("no-store", { xmlns = "urn:xmpp:hints" }):up()
		:tag("no-permanent-store", { xmlns = "urn:xmpp:hints" }):up()
		:tag("no-copy", { xmlns = "urn:xmpp:hints" }):up();
end

-- To this client, if it is still there. Handed to its stream, past whatever keeps or copies messages.
local function tell(full_jid, text)
	local session = prosody.full_sessions[full_jid];
	if session then
		session.send(message(full_jid, text));
	end
end

local function is_blocked(username)
	return (blocklists:get(username) or {})[address];
end

-- To the clients that the user is available at; to none of them, nothing is said.
local function say(username, text)
	local user = address and not is_blocked(username) and prosody.bare_sessions[jid_join(username, module.host)];
	for _, session in pairs(user and user.sessions or {}) do
		if session.presence and (session.priority or 0) >= 0 then
			tell(session.full_jid, text);
		end
	end
end

local function replies_of(answer)
	return pnp.object(answer.body, { replies = "string" }).replies;
end

local function answered(username, full_jid, answer, err)
	if not answer then
		return tell(full_jid, err == "late" and FAILED or AWAY);
	elseif answer.start ~= 200 then
		return tell(full_jid, answer.start == 403 and LOCKED or answer.start == 503 and AWAY or FAILED);
	end
	for _, text in ipairs(replies_of(answer)) do
		tell(full_jid, text);
	end
	if heed(username, answer).export then
		tell(full_jid, export.offer(username) or export.NO_LINK);
	end
end

-- One after the other, so that the answers come in the order of the questions.
local function go_on(username)
	local turn = table.remove(pending[username], 1);
	if not turn then
		pending[username] = nil;
		return;
	end
	client:ask("SAY", { "User", jid_join(username, module.host) }, turn.text, ASK_SECONDS, function (answer, err)
		answered(username, turn.full_jid, answer, err);
		go_on(username);
	end);
end

-- Whether the user may say something now; nil if they may not and know it.
local function has_leave(username)
	local pace = paces:get(username) or throttle.create(MAX_A_MINUTE, 60);
	paces:set(username, pace);
	if pace:poll(1) and #(pending[username] or {}) < MAX_PENDING then
		pace.told = nil;
		return true;
	elseif not pace.told then
		pace.told = true;
		return false;
	end
	return nil;
end

local function hear(username, full_jid, text)
	local leave = has_leave(username);
	if leave == false then
		tell(full_jid, TOO_MUCH);
	elseif leave and #text > MAX_TEXT then
		tell(full_jid, TOO_LONG);
	elseif leave and pending[username] then
		table.insert(pending[username], { text = text; full_jid = full_jid });
	elseif leave then
		pending[username] = { { text = text; full_jid = full_jid } };
		go_on(username);
	end
end

local function is_encrypted(stanza)
	for _, child in ipairs(stanza.tags) do
		if ENCRYPTIONS[child.name] and ENCRYPTIONS[child.name][child.attr.xmlns] then
			return true;
		end
	end
	return false;
end

local function on_message(event)
	local origin, stanza = event.origin, event.stanza;
	local kind, to = stanza.attr.type, stanza.attr.to;
	if jid_host(to) ~= address or jid_node(to) then
		return nil;
	elseif not origin.username or (kind and kind ~= "chat" and kind ~= "normal") then
		return true;
	end
	local text = stanza:get_child_text("body");
	if is_encrypted(stanza) then
		tell(origin.full_jid, ENCRYPTED);
	elseif text and text:find("%S") then
		hear(origin.username, origin.full_jid, text:match("^%s*(.-)%s*$"));
	end
	return true;
end

-- A client was lost before it acknowledged a message (XEP-0198), which would be stored for the next one.
local function on_failure(event)
	local stanza = event.stanza;
	return stanza.name == "message" and stanza.attr.from == address or nil;
end

local function watch(address_, client_, heed_, export_)
	address, client, heed, export = address_, client_, heed_, export_;
	module:hook("pre-message/host", on_message, PRIORITY);
	module:hook("delivery/failure", on_failure, PRIORITY);
end

return { watch = watch; say = say; replies_of = replies_of };
