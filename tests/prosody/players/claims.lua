-- Prints what is told of each account (XEP-0489) and client (XEP-0115): `lua5.4 claims.lua CLAIMS.LIB.LUA`, with
-- Prosody's own libraries in the path.

local st = require "util.stanza";

local claims = assert(loadfile(arg[1]))();
local asked = {};

claims.watch({
	peek = function (domain)
		return ({
			["honest.example"] = { embeds = { message = true; presence = false } };
			["silent.example"] = { embeds = {} };
		})[domain];
	end;
	ask = function (domain) table.insert(asked, domain); end;
});

local function message(...)
	local result = st.message({}, "Hello");
	for _, info in ipairs { ... } do
		info.xmlns = "urn:xmpp:raa:0";
		result:tag("info", info):up();
	end
	return result;
end

local SINCE = "2023-06-27T00:00:00Z";

local function say(name, stanza, sender)
	print(name .. ": " .. tostring(claims.account(stanza, sender or "romeo@honest.example")));
end

say("all", message { affiliation = "registered"; since = SINCE; trust = "57" });
say("least", message { affiliation = "admin" });
say("date", message { affiliation = "member"; since = "2023-06-27T00:00:00.123+02:00"; trust = "100" });
say("zeros", message { affiliation = "anonymous"; trust = "007" });
say("no date", message { affiliation = "member"; since = "yesterday\r\nUser: x"; trust = "101" });
say("no affiliation", message { affiliation = "king;trust=99"; trust = "57" });
say("two", message({ affiliation = "admin" }, { affiliation = "registered" }));
say("none", message());
say("not there", st.presence({ type = "subscribe" })
	:tag("info", { xmlns = "urn:xmpp:raa:0"; affiliation = "admin" }):up());
say("not told", message { affiliation = "admin" }, "romeo@silent.example");
say("unknown", message { affiliation = "admin" }, "romeo@new.example");
say("unknown, nothing said", message(), "romeo@other.example");
print("asked: " .. table.concat(asked, " "));

local caps = st.presence():tag("c", { xmlns = "http://jabber.org/protocol/caps" }):up();
local function client(name, origin, stanza, sender)
	print(name .. ": " .. tostring(claims.caps(origin, stanza, sender)));
end
local s2s = { type = "s2sin" };
client("in the stanza", s2s, caps, "a");
client("never seen", s2s, message(), "a");
claims.note_presence("a", caps);
client("seen", s2s, message(), "a");
claims.note_presence("a", st.presence());
client("seen without", s2s, message(), "a");
client("here", { type = "c2s"; presence = caps }, message(), "b");
client("here without", { type = "c2s"; presence = st.presence() }, message(), "b");
client("here and hidden", { type = "c2s" }, message(), "b");
