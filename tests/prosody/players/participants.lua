-- Says of each case which id it gives: `lua5.4 participants.lua PARTICIPANTS.LIB.LUA`, with Prosody's own libraries in
-- the path.

local st = require "util.stanza";

local JULIET = "juliet@capulet.example/balcony";
local ROOM, CHANNEL = "garden@rooms.example", "coven@mix.example";

local asked, client = {}, { features = { occupants = true } };
local joined;
module = { -- luacheck: ignore
	require = function ()
		return {
			is_greeted = function (_, room) return not room:find("^other@") and not room:find("#", 1, true); end;
			is_known = function (_, channel) return channel:find("coven@", 1, true) == 1; end;
		};
	end;
	hook = function (_, _, handler) joined = handler; end;
};

local participants = assert(loadfile(arg[1]))();

participants.watch(client, {
	peek = function (jid)
		return ({
			[ROOM] = { is_room = true }; ["other@rooms.example"] = { is_room = true };
			["old@rooms.example"] = {}; ["romeo@montague.example"] = {};
			[CHANNEL] = { is_channel = true }; ["coven@montague.example"] = {};
		})[jid];
	end;
	ask = function (jid) table.insert(asked, jid); end;
});

local function message(from, kind, ...)
	local result = st.message({ from = from; to = JULIET; type = kind }, "Hello");
	for _, id in ipairs { ... } do
		result:tag("occupant-id", { xmlns = "urn:xmpp:occupant-id:0"; id = id }):up();
	end
	return result;
end

local function say(name, stanza)
	local id, address = participants.find("juliet", "juliet@capulet.example", stanza);
	print(("%s: %s %s"):format(name, id and #id > 100 and #id or tostring(id), tostring(address)));
end

local NICK = ROOM .. "/Romeo";
say("whispered", message(NICK, "chat", "dd72"));
say("without a type", message(NICK, nil, "dd72"));
say("said to all", message(NICK, "groupchat", "dd72"));
say("refused", message(NICK, "error", "dd72"));
say("of the room itself", message(ROOM, "chat", "dd72"));
say("no id", message(NICK, "chat"));
say("two", message(NICK, "chat", "dd72", "dd73"));
say("longest", message(NICK, "chat", ("x"):rep(128)));
say("too long", message(NICK, "chat", ("x"):rep(129)));
say("empty", message(NICK, "chat", ""));
say("space", message(NICK, "chat", "dd 72"));
say("line end", message(NICK, "chat", "dd72\r\nListed: allow"));
say("letters of others", message(NICK, "chat", "\195\169"));
say("inside another element", message(NICK, "chat"):tag("x", { xmlns = "jabber:x:oob" })
	:tag("occupant-id", { xmlns = "urn:xmpp:occupant-id:0"; id = "dd72" }):up():up());
say("not in the room", message("other@rooms.example/Romeo", "chat", "dd72"));
say("a room that gives none", message("old@rooms.example/Romeo", "chat", "dd72"));
say("no room", message("romeo@montague.example/orchard", "chat", "dd72"));
say("a room that was not asked yet", message("new@rooms.example/Romeo", "chat", "dd72"));
say("channel", message("123456#" .. CHANNEL .. "/9a", "chat"));
say("channel, with an id by its participant", message("123456#" .. CHANNEL .. "/9a", "chat", "dd72"));
say("channel, to all", message("123456#" .. CHANNEL .. "/9a", "groupchat"));
say("channel, too long", message(("x"):rep(129) .. "#" .. CHANNEL .. "/9a", "chat"));
say("like a channel's", message("123456#coven@montague.example/9a", "chat"));
say("like a stranger channel's", message("123456#news@mix.example/9a", "chat"));

local function mean(name, jid)
	local address, id = participants.meant(jid);
	print(("%s: %s %s"):format(name, address, tostring(id)));
end
participants.find("juliet", "juliet@capulet.example", st.presence({ from = NICK, to = JULIET })
	:tag("occupant-id", { xmlns = "urn:xmpp:occupant-id:0"; id = "dd74" }):up());
mean("meant, present", NICK);
mean("meant, channel", "123456#" .. CHANNEL .. "/other");
mean("meant, unknown", ROOM .. "/Paris");
mean("meant, without ids", "old@rooms.example/Romeo");
mean("meant, person", "romeo@montague.example/garden");
mean("meant, room", ROOM);

asked = {};
joined({ origin = { username = "juliet" }; stanza = st.presence({ to = "ball@rooms.example/Juliet" }) });
joined({ origin = { username = "juliet" }; stanza = st.presence({ to = "ball@rooms.example/Juliet" })
	:tag("x", { xmlns = "http://jabber.org/protocol/muc" }):up() });
print("asked: " .. table.concat(asked, " "));

client.features = {};
say("a daemon that knows no participants", message(NICK, "chat", "dd72"));
