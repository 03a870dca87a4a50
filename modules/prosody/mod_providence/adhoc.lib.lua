-- The junk box as ad-hoc commands (XEP-0050) with data forms (XEP-0004), for users of this host: at the host's
-- address, at their own account's, and at the bot's. The daemon knows the commands and what they do; here they are
-- only carried.

local id = require "util.id";
local it = require "util.iterators";
local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_join = require "util.jid".join;
local json = require "util.json";
local st = require "util.stanza";

local clean = module:require "texts".clean;
local forms = module:require "forms";
local pnp = module:require "pnp";

local COMMANDS, FORMS = forms.COMMANDS, forms.FORMS;
local ASK_SECONDS = 30;
local MAX_SESSION = 64; -- characters of a session's id that is given back
local ACTIONS = { execute = true; next = true; prev = true; complete = true; cancel = true };

local AWAY = { "wait", "resource-constraint", "The filter is away for a moment. Please try again later." };
local ERRORS = {
	[400] = { "modify", "bad-request" };
	[403] = { "auth", "forbidden", "Your junk box is locked. It opens with your next login by password." };
	[404] = { "cancel", "item-not-found" };
	[413] = { "modify", "not-acceptable" };
	[429] = AWAY; [503] = AWAY;
};

local client, heed, export;

-- Those that the daemon told us of, also while it is away: node -> name.
local function commands()
	local known = {};
	for _, command in ipairs(client.commands or {}) do
		known[clean(command.node)] = clean(command.name);
	end
	return known;
end

-- List the commands in an answer to disco#items.
local function list(reply, jid)
	for node, name in it.sorted_pairs(commands()) do
		reply:tag("item", { jid = jid; node = node; name = name }):up();
	end
end

-- Say what is at this node in an answer to disco#info; false if nothing of ours is.
local function describe(reply, node)
	local name = commands()[node];
	if name then
		reply:tag("identity", { category = "automation"; type = "command-node"; name = name }):up()
			:tag("feature", { var = COMMANDS }):up()
			:tag("feature", { var = FORMS }):up();
	elseif node == COMMANDS then
		reply:tag("identity", { category = "automation"; type = "command-list"; name = "Commands" }):up();
	end
	return name ~= nil or node == COMMANDS;
end

local function fail(stanza, code)
	local error = ERRORS[code] or AWAY;
	return st.error_reply(stanza, error[1], error[2], error[3]);
end

-- One note holds all: clients show one.
local function add_note(said, text)
	local old = type(said.note) == "table" and clean(said.note.text) .. "\n" or "";
	said.note = { type = "info"; text = old .. text };
end

-- Ask the daemon; done(what to answer), or done(nil, code).
local function ask(username, node, action, fields, done)
	client:ask("COMMAND", { "User", jid_join(username, module.host), "Node", node, "Action", action },
		fields and json.encode { fields = fields }, ASK_SECONDS, function (answer, err)
			if not answer or answer.start ~= 200 then
				return done(nil, answer and answer.start or err == "body-too-long" and 413);
			end
			local said = pnp.object(answer.body, {});
			-- Without a link: the next steps of that command show the same.
			local link = heed(username, answer).export and export.offer(username);
			if link then
				add_note(said, link);
			end
			done(said);
		end);
end

-- Run a command for the user of this session; false if it is none of ours.
local function run(origin, stanza)
	local command = stanza.tags[1];
	local node, action = command.attr.node, command.attr.action or "execute";
	if not commands()[node] then
		return false;
	end
	local full_jid, own = origin.full_jid, stanza.attr.to;
	local sessionid = command.attr.sessionid;
	if not sessionid or #sessionid > MAX_SESSION then
		sessionid = id.medium();
	end
	local function done(said, code)
		local session = prosody.full_sessions[full_jid];
		if session then
			local reply = said and st.reply(stanza):add_child(forms.command(node, sessionid, said)) or fail(stanza, code);
			reply.attr.from = own or jid_bare(full_jid);
			session.send(reply);
		end
	end
	if command.name ~= "command" or not ACTIONS[action] then
		done(nil, 400);
	else
		ask(origin.username, node, action, forms.fields(command), done);
	end
	return true;
end

local function is_ours(event)
	return event.origin.type == "c2s" and event.origin.username and event.origin.host == module.host;
end

local function on_command(event)
	return is_ours(event) and run(event.origin, event.stanza) or nil;
end

-- Add to what mod_disco answers about the host (or, `self`, about one's own account) at a node.
local function on_disco(self, add)
	return function (event)
		if is_ours(event) and not (self and event.stanza.attr.to) and add(event) then
			event.exists = true;
		end
	end;
end

local function on_items(event)
	if event.node == COMMANDS then
		list(event.reply, event.stanza.attr.to or jid_bare(event.stanza.attr.from));
		return true;
	end
	return false;
end

local function on_info(event)
	-- mod_adhoc has described the list already, if it is there.
	return event.exists or describe(event.reply, event.node);
end

local function watch(client_, heed_, export_)
	client, heed, export = client_, heed_, export_;
	module:add_feature(COMMANDS);
	module:hook("iq-set/host/" .. COMMANDS .. ":command", on_command);
	module:hook("iq-set/self/" .. COMMANDS .. ":command", on_command);
	-- After mod_adhoc (0).
	module:hook("host-disco-items-node", on_disco(false, on_items), -1);
	module:hook("host-disco-info-node", on_disco(false, on_info), -1);
	module:hook("account-disco-items-node", on_disco(true, on_items), -1);
	module:hook("account-disco-info-node", on_disco(true, on_info), -1);
	module:hook("account-disco-info", function (event)
		local reply = event.reply;
		if jid_host(reply.attr.to) == module.host and jid_bare(reply.attr.to) == reply.attr.from then
			reply:tag("feature", { var = COMMANDS }):up();
		end
	end);
end

return { watch = watch; list = list; describe = describe; run = run };
