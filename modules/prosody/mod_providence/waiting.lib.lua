-- The waiting room: hands out what was kept while a vault was locked and turned out to be no junk, and what its
-- user released. Each stanza goes the way it would have gone at first, once, with the time that it came.

local datetime = require "util.datetime".datetime;
local jid_join = require "util.jid".join;
local jid_resource = require "util.jid".resource;
local modulemanager = require "core.modulemanager";
local parse = require "util.xml".parse;
local cache = require "util.cache";
local timer = require "util.timer";
local pnp = module:require "pnp";

local ASK_SECONDS = 30;
-- Newer stanzas of strangers wait this long for the older ones to go first.
local GATE_SECONDS = 1;
local MAX_HANDED = 10000;

local due = {}; -- username -> true: there is something, and nobody to take it
local running = {}; -- username -> true, or "again"
local handed = cache.new(MAX_HANDED); -- items that were delivered and perhaps not yet removed

local client, stanzas;

local function ask(username, action, item, done)
	client:ask("WAITING", { "User", jid_join(username, module.host), "Action", action, "Item", item; n = 6 },
		nil, ASK_SECONDS, done, true);
end

local function event_of(stanza)
	return stanza.name .. (jid_resource(stanza.attr.to) and "/full" or "/bare");
end

local function deliver(username, answer)
	if stanzas.was_delivered(answer.body) then
		return;
	end
	local stanza = parse(answer.body);
	if not stanza or not stanza.attr.to or (stanza.name ~= "message" and stanza.name ~= "presence") then
		module:log("error", "A kept stanza for %s cannot be read", username);
		return;
	end
	stanza.attr.xmlns = nil;
	local arrived = tonumber(answer.headers.arrived);
	if arrived then
		stanza:tag("delay", { xmlns = "urn:xmpp:delay"; from = module.host; stamp = datetime(arrived) }):up();
	end
	stanzas.pass(event_of(stanza), { origin = prosody.hosts[module.host]; stanza = stanza });
end

local run;

local function finish(username)
	local again = running[username] == "again";
	running[username] = nil;
	stanzas.lines.open_gate(jid_join(username, module.host));
	if again then
		run(username);
	end
end

-- One item after the other, so that they keep their order. What was delivered is removed before the next one.
local function step(username, items, n, more)
	local item = items[n] and items[n].item;
	if not item and more and n > 1 then
		return ask(username, "list", items[n - 1].item, function (answer)
			local page = pnp.object(answer and answer.start == 200 and answer.body or "", { items = "table" });
			if not page.items[1] then
				return finish(username);
			end
			return step(username, page.items, 1, page.more);
		end);
	elseif not item then
		return finish(username);
	end
	local function done()
		ask(username, "done", item, function (answer)
			if not answer then
				return finish(username);
			end
			handed:set(item, nil);
			return step(username, items, n + 1, more);
		end);
	end
	if handed:get(item) then
		return done();
	end
	ask(username, "take", item, function (answer)
		if not answer or (answer.start ~= 200 and answer.start ~= 404) then
			return finish(username);
		elseif answer.start == 200 then
			handed:set(item, true);
			deliver(username, answer);
		end
		done();
	end);
end

-- Whether what is delivered now reaches the user, at once or at the next login.
local function is_reachable(username)
	local user = prosody.bare_sessions[jid_join(username, module.host)];
	for _, session in pairs(user and user.sessions or {}) do
		if session.presence then
			return true;
		end
	end
	return modulemanager.is_loaded(module.host, "offline");
end

-- Hand out what there is for a user.
function run(username)
	if running[username] then
		running[username] = "again";
		return;
	elseif not is_reachable(username) then
		due[username] = true;
		return;
	end
	due[username] = nil;
	running[username] = true;
	local gate = jid_join(username, module.host);
	stanzas.lines.shut_gate(gate);
	timer.add_task(GATE_SECONDS, function () stanzas.lines.open_gate(gate); end);
	ask(username, "list", nil, function (answer)
		local page = pnp.object(answer and answer.start == 200 and answer.body or "", { items = "table" });
		step(username, page.items, 1, page.more);
	end);
end

local function watch(client_, stanzas_)
	client, stanzas = client_, stanzas_;
	-- After the user's first presence was taken in.
	module:hook("presence/initial", function (event)
		local username = event.origin.username;
		if due[username] then
			timer.add_task(0, function () run(username); end);
		end
	end);
end

return { watch = watch; run = run };
