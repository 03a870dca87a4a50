-- Says of each case whether its sender is a stranger and whether it is judged:
--
--     lua5.4 strangers.lua STRANGERS.LIB.LUA
--
-- with Prosody's own libraries in the path.

local st = require "util.stanza";

local JULIET, HOST = "juliet@capulet.example", "capulet.example";

local handlers = {};
prosody = { -- luacheck: ignore
	bare_sessions = {
		[JULIET] = { sessions = {
			balcony = { directed = { ["garden@rooms.example/Juliet"] = true; ["nurse@there.example"] = true } };
		} };
	};
	full_sessions = { [JULIET .. "/balcony"] = true };
	hosts = {
		[HOST] = { events = { get_handlers = function (name) return handlers[name]; end } };
		["rooms.capulet.example"] = { type = "component" };
	};
};
module = { host = HOST }; -- luacheck: ignore
package.loaded["core.rostermanager"] = { load_roster = function ()
	return {
		[false] = { pending = {} };
		["nurse@capulet.example"] = { subscription = "both" };
		["friend@verona.example"] = { subscription = "to" };
		["asked@verona.example"] = { subscription = "none"; ask = "subscribe" };
		["approved@verona.example"] = { subscription = "none"; approved = "true" };
		["noted@verona.example"] = {
			subscription = "none"; groups = { Verona = true; Choir = true; ["a\1b"] = true; [""] = true };
		};
		["irc.gateway.example"] = { subscription = "from" };
		["channel@mix.example"] = { subscription = "both" };
	};
end };

local strangers = assert(loadfile(arg[1]))();

local function invite(room, inviter)
	return st.message({ from = room; to = JULIET })
		:tag("x", { xmlns = "http://jabber.org/protocol/muc#user" })
			:tag("invite", { from = inviter }):text_tag("reason", "Come to the ball"):up():up();
end

local function chat(from, kind, to)
	return st.message({ from = from; to = to or JULIET; type = kind or "chat" }, "Hello");
end

local cases = {
	{ "romeo@montague.example", chat };
	{ "romeo@montague.example", invite, "inviter@verona.example" };
	{ JULIET, chat };
	{ HOST, chat };
	{ "nurse@capulet.example", chat };
	{ "friend@verona.example", chat };
	{ "asked@verona.example", chat };
	{ "approved@verona.example", chat };
	{ "noted@verona.example", chat };
	{ "channel@mix.example", chat, "groupchat" };
	{ "somebody@irc.gateway.example", chat };
	{ "irc.gateway.example", chat };
	{ "garden@rooms.example", chat, "groupchat", JULIET .. "/balcony" };
	{ "nurse@there.example", chat };
	{ "other@rooms.example", chat, "groupchat", JULIET .. "/balcony" };
	{ "other@rooms.example", chat, "groupchat", JULIET .. "/gone" };
	{ "other@rooms.example", chat, "groupchat" };
	{ "ball@rooms.verona.example", invite, "friend@verona.example/phone" };
	{ "ball@verona.example", invite, "friend@verona.example" };
	{ "ball@rooms.capulet.example", invite, "friend@verona.example" };
	{ "ball@rooms.example", invite, "friend@verona.example" };
	{ "ball@evilverona.example", invite, "friend@verona.example" };
	{ "ball@rooms.verona.example", invite, "noted@verona.example" };
	{ "ball@rooms.verona.example", invite, "@" };
};

local function say(from, stanza)
	print(table.concat({ from, stanza.attr.type or "invite", strangers.is_stranger("juliet", JULIET, from, stanza)
		and "stranger" or "known", strangers.is_judged(stanza) and "judged" or "unjudged" }, " "));
end

for _, case in ipairs(cases) do
	say(case[1], case[2](case[1], case[3], case[4]));
end
-- A participant of a room that the user is in, to this user alone; and of one in the roster.
for _, from in ipairs { "garden@rooms.example", "channel@mix.example" } do
	local whisper = chat(from .. "/Romeo");
	print("whispered", from, strangers.is_stranger("juliet", JULIET, from, whisper, true) and "stranger" or "known");
end
-- What a room adds is no word.
local composing = st.message({ from = "garden@rooms.example/Romeo"; to = JULIET; type = "chat" })
	:tag("composing", { xmlns = "http://jabber.org/protocol/chatstates" }):up()
	:tag("occupant-id", { xmlns = "urn:xmpp:occupant-id:0"; id = "dd72" }):up()
	:tag("x", { xmlns = "http://jabber.org/protocol/muc#user" }):up();
say("composing", composing);
composing:tag("x", { xmlns = "http://jabber.org/protocol/muc#user" }):text("Hello"):up();
say("words", composing);
-- Where somebody takes a room's messages for users who are not there.
handlers["message/bare/groupchat"] = {};
say("other@rooms.example", chat("other@rooms.example", "groupchat"));
for _, from in ipairs { "noted@verona.example", "romeo@montague.example" } do
	print("groups", strangers.groups("juliet", from));
end
