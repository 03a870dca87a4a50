-- Plays one sender after the other to crawler.lib.lua and prints what is asked and told:
-- `lua5.4 crawler.lua CRAWLER.LIB.LUA`, with Prosody's own libraries in the path.

local errors = require "util.error";
local promise = require "util.promise";
local st = require "util.stanza";

local clock = 0;
local function now() return clock; end
package.loaded["util.time"] = { now = now };
package.loaded["util.timer"] = { add_task = function (_, f) f(); end };

local function stream(type)
	return { type = type };
end

prosody = { hosts = {
	["capulet.example"] = { s2sout = {
		["open.example"] = stream "s2sout"; ["both.example"] = stream "s2sin"; ["opening.example"] = stream "s2sout_unauthed";
	} };
	["rooms.example"] = {};
} };

local questions = {}; -- under way
module = {
	host = "capulet.example"; log = print;
	send_iq = function (_, iq, _, seconds)
		assert(seconds == 10 and iq.attr.from == "capulet.example");
		return promise.new(function (resolve, reject)
			table.insert(questions, { iq = iq; resolve = resolve; reject = reject });
		end);
	end;
};

local folder = arg[1]:match("^(.*)/");
local crawler = assert(loadfile(arg[1]))();
local claims = assert(loadfile(folder .. "/claims.lib.lua"))();
local domains = assert(loadfile(folder .. "/domains.lib.lua"))();
local told = {};
local client = { features = { learnt = true }; ask = function (_, verb, headers)
	table.insert(told, verb .. " " .. table.concat(headers, " "));
end };
crawler.watch(client, domains, claims);
claims.watch(domains);

local s2s = { type = "s2sin" };
local CAPS, DISCO = "http://jabber.org/protocol/caps", "http://jabber.org/protocol/disco#info";

local function look(ask, from, stanza, origin)
	stanza = stanza or st.message({}, "Hello");
	stanza.attr.from = from;
	crawler.wonder({ headers = { ask = ask } }, origin or s2s, stanza, from:match("^[^/]*"));
end

local function result(child)
	return function (question)
		question.resolve({ stanza = st.reply(question.iq):add_child(child) });
	end
end

local function refusal(condition, how)
	return function (question)
		local reply = st.error_reply(question.iq, "cancel", condition);
		if how == "resolved" then
			question.resolve({ stanza = reply });
		else
			question.reject(errors.from_stanza(reply));
		end
	end
end

local function silence(question)
	question.reject(errors.new({ type = "wait"; condition = "remote-server-timeout" }));
end

-- Answer all that is asked, and print what was told since.
local function show(name, answer)
	local asked = #questions;
	for _, question in ipairs(questions) do
		answer(question);
	end
	questions = {};
	print(("%s: %d asked; %s"):format(name, asked, table.concat(told, ", ")));
	told = {};
end

local query = st.stanza("query", { xmlns = DISCO }):tag("identity", { category = "client"; type = "pc" }):up()
	:tag("feature", { var = DISCO }):up();
local HASH = require "util.caps".calculate_hash(query);

local function presence(ver, algorithm)
	return st.presence():tag("c", { xmlns = CAPS; hash = algorithm or "sha-1"; node = "urn:example"; ver = ver }):up();
end

print("# client");
local n = 0;
local function case(name, answer, stanza, domain)
	n = n + 1;
	look("client", ("a%d@%s/x"):format(n, domain or "open.example"), stanza);
	show(name, answer);
end
case("answers", result(query));
case("as announced", result(query), presence(HASH));
case("other than announced", result(query), presence(("A"):rep(27) .. "="));
case("announced otherwise", result(query), presence("abc", "sha-256"));
case("answers something else", result(st.stanza("other")));
case("feature-not-implemented", refusal "feature-not-implemented");
case("service-unavailable", refusal "service-unavailable");
case("remote-server-not-found", refusal "remote-server-not-found");
case("remote-server-timeout", refusal "remote-server-timeout");
case("an error that is resolved", refusal("service-unavailable", "resolved"));
case("silent", silence);
case("silent on a stream both ways", silence, nil, "both.example");
case("silent here", silence, nil, "rooms.example");
case("silent while the stream is opened", silence, nil, "opening.example");
case("silent without a stream", silence, nil, "far.example");
look("client", "a@open.example");
show("no resource", silence);
claims.note_presence("late@open.example", (function ()
	local stanza = presence(("A"):rep(27) .. "=");
	stanza.attr.from = "late@open.example/x";
	return stanza;
end)());
look("client", "late@open.example/x");
show("other than announced before", result(query));
look("client", "late@open.example/y");
show("announced by another client", result(query));
look("client", "here@capulet.example/x", nil, { type = "c2s"; presence = presence(("A"):rep(27) .. "=") });
show("announced here by another client", result(query));

print("# picture");
local function card(photo)
	local vcard = st.stanza("vCard", { xmlns = "vcard-temp" }):text_tag("FN", "Romeo");
	return result(photo and vcard:add_child(photo) or vcard);
end
local function photo_hint(hash)
	return st.presence():tag("x", { xmlns = "vcard-temp:x:update" }):text_tag("photo", hash):up();
end
local function picture(name, answer, stanza, from)
	n = n + 1;
	look("picture", from or ("b%d@open.example/x"):format(n), stanza);
	show(name, answer);
end
picture("photo", card(st.stanza("PHOTO"):text_tag("BINVAL", "AAAA")));
picture("empty photo", card(st.stanza("PHOTO")));
picture("no photo", card());
picture("no card in the answer", result(st.stanza("other")));
picture("item-not-found", refusal "item-not-found");
picture("silent", silence);
picture("hint", silence, photo_hint("abc"));
picture("hint of none", silence, photo_hint(""));
picture("hint of nothing yet", card(), st.presence():tag("x", { xmlns = "vcard-temp:x:update" }):up());
picture("a server", silence, nil, "open.example");

print("# domain");
local function form(kind, field, value)
	return st.clone(query):tag("x", { xmlns = "jabber:x:data"; type = "result" })
		:tag("field", { var = "FORM_TYPE" }):text_tag("value", kind):up()
		:tag("field", { var = field }):text_tag("value", value):up();
end
local SERVERINFO = "http://jabber.org/network/serverinfo";
local function server(name, answer)
	n = n + 1;
	look("domain", ("c@d%d.example/x"):format(n));
	show(name, answer);
end
server("answers", result(query));
server("abuse", result(form(SERVERINFO, "abuse-addresses", "mailto:abuse@d.example")));
server("empty abuse", result(form(SERVERINFO, "abuse-addresses", "")));
server("other addresses", result(form(SERVERINFO, "admin-addresses", "mailto:admin@d.example")));
server("another form", result(form("urn:example", "abuse-addresses", "mailto:abuse@d.example")));
server("feature-not-implemented", refusal "feature-not-implemented");
server("service-unavailable", refusal("service-unavailable", "resolved"));
server("remote-server-not-found", refusal "remote-server-not-found");
server("silent", silence);

print("# bounds");
look("client, picture,domain", "d@e.example/x");
look("client,picture", "d@e.example/x");
show("each once", silence);
look("client, picture", "d@e.example/x");
show("unclear a moment ago", silence);
clock = clock + 3600;
look("picture, client", "d@e.example/x");
show("and an hour later", silence);
look("weather,, Client;domain", "d@f.example/x");
show("words that nobody knows", result(query));
for i = 1, 100 do
	look("client", ("d@e.example/%d"):format(i));
end
show("many", silence);
look("client", "e@e.example/x");
show("after them", silence);
client.features.learnt = nil;
look("client, picture, domain", "f@g.example/x");
show("nobody wants to hear it", silence);
client.features.learnt = true;
crawler.wonder({ headers = {} }, s2s, st.message({ from = "f@g.example/x" }), "f@g.example");
show("nothing is asked", silence);
