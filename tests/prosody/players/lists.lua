-- Plays days of two lists' services and of a daemon to lists.lib.lua, and prints what the daemon is told:
-- `lua5.4 lists.lua LISTS.LIB.LUA`, with Prosody's own libraries in the path.

local promise = require "util.promise";
local st = require "util.stanza";

local clock = 1000000;
package.loaded["util.time"] = { now = function () return clock; end };

local PUBSUB, EVENT = "http://jabber.org/protocol/pubsub", "http://jabber.org/protocol/pubsub#event";

local asked, items = 0, {};
local pending = {}; -- questions that are not answered yet
local waits = false;
local hooks, look = {}, nil;
local shared = {};
local option = {
	{ service = "one.example", node = "a" }; { service = "one.example" }; { service = "two.example", node = "b" };
};

local folder = arg[1]:match("^(.*)/");
local function load_as(host)
	local module;
	local function load(name)
		local environment = setmetatable({ module = module }, { __index = _G });
		return assert(loadfile(folder .. "/" .. name .. ".lib.lua", "t", environment))();
	end
	module = {
		host = host;
		log = function (_, level, text, ...) print(level .. ": " .. text:format(...)); end;
		shared = function () return shared; end;
		get_option = function () return option; end;
		hook = function (_, name, f) hooks[name] = f; end;
		add_timer = function (_, _, f) look = f; end;
		require = function (_, name) return load(name); end;
		send_iq = function (_, iq)
			return promise.new(function (resolve)
				local function answer()
					local reply = st.reply(iq):tag("pubsub", { xmlns = PUBSUB }):tag("items", { node = "a" });
					for _, name in ipairs(items) do
						reply:tag("item", { id = name }):up();
					end
					resolve { stanza = items[1] ~= "error" and reply or st.error_reply(iq, "cancel", "item-not-found") };
				end
				local is_read = iq.attr.type == "get";
				asked = asked + (is_read and 1 or 0);
				if is_read and waits then
					table.insert(pending, answer);
				else
					answer();
				end
			end);
		end;
	};
	return load "lists";
end

local function answer_all()
	local list = pending;
	waits, pending = false, {};
	for _, answer in ipairs(list) do
		answer();
	end
end

local code = 200;
local client = { way = { name = "daemon" }; features = { lists = true } };
function client.ask(_, verb, headers, body, _, done)
	local number, action = headers[2], headers[4];
	body = body or "";
	print(("%s %s %s %s"):format(verb, number, action, #body > 60 and #body .. " bytes" or body:gsub("\n", " ")));
	done({ start = code });
end

local lists = load_as "capulet.example";
lists.watch(client);

local function tell(from, kind, node, children)
	local event = st.message({ from = from; to = "capulet.example" });
	event:tag("event", { xmlns = EVENT }):tag(kind, { node = node });
	for _, child in ipairs(children or {}) do
		event:tag(child[1], { id = child[2] }):up();
	end
	return tostring(hooks["message/host"] { stanza = event:reset() });
end

local function pass(seconds)
	clock = clock + seconds;
	look();
end

print("# connected");
items = { "x", "y", "with space", "" };
lists.connected();
print("# a change, one of another node, one of a stranger");
print(tell("one.example", "items", "a", { { "item", "z" }, { "retract", "x" }, { "item", "w" } }));
print(tell("one.example", "items", "c", { { "item", "v" } }));
print(tell("three.example", "items", "a", { { "item", "v" } }));
print(tell("two.example", "purge", "b"));
print("# within the day, and after it");
pass(24 * 3600 - 1);
pass(1);
print("# cannot be had");
items = { "error" };
pass(24 * 3600);
pass(599);
pass(1);
print("# a new stream of the service, soon and later");
items = { "x" };
pass(600);
hooks["s2sin-established"] { session = { from_host = "one.example" } };
pass(3599);
pass(1);
print("# the daemon does not take it");
code = 507;
pass(24 * 3600);
code = 200;
pass(600);
print("# nor a change: all of it");
code = 507;
tell("one.example", "items", "a", { { "item", "z" } });
code = 200;
pass(3600);
print("# what changes while it is read comes after it");
waits = true;
pass(24 * 3600);
tell("two.example", "items", "b", { { "retract", "x" } });
tell("two.example", "items", "b", { { "item", "z" } });
answer_all();
print("# too many changes meanwhile, and one that is too large: asked again");
waits = true;
pass(24 * 3600);
for i = 1, 1001 do
	tell("two.example", "items", "b", { { "item", "z" .. i } });
end
answer_all();
tell("two.example", "items", "b", (function ()
	local all = {};
	for i = 1, 1000 do
		all[i] = { "item", ("%016d"):format(i) };
	end
	return all;
end)());
print("# no more often than it may be");
for _ = 1, 8 do
	lists.connected();
end
print("# and an hour later again");
clock = clock + 3600;
asked = 0;
for _ = 1, 8 do
	lists.connected();
end
print(asked .. " questions");
asked = 0;
pass(600);
print(asked .. " questions");
print("# too long");
items = {};
for i = 1, 100001 do
	items[i] = ("%05d"):format(i);
end
pass(24 * 3600);
print("# another host of the same daemon");
items = { "x" };
local others = load_as "padua.example";
others.watch(client);
others.connected();
print("# once the first one is no more");
lists.unwatch();
others.connected();
print("# a daemon without lists");
client.features.lists = nil;
tell("one.example", "items", "a", { { "item", "z" } });
others.connected();
pass(24 * 3600);
print("# none, by the operator's word and without");
client.features.lists = true;
others.unwatch();
option = {};
local none = load_as "capulet.example";
none.watch(client);
none.connected();
option = nil;
none = load_as "capulet.example";
none.watch(client);
none.connected();
