-- Whose vault is open, and why: sessions and tickets.
--
-- A session is a client's connection, by a name of our own: a resumed stream (XEP-0198) logs in before its
-- predecessor ends. A hibernating one keeps the vault open. Secrets are sent and forgotten; of a login there
-- remains a ticket, in memory only, which opens the vault again after the daemon was started anew, and for sessions
-- whose login brought no secret (XEP-0484, EXTERNAL, OAUTHBEARER).

local jid_join = require "util.jid".join;
local cache = require "util.cache";
local now = require "util.time".now;
local timer = require "util.timer";
local uuid = require "util.uuid";

-- Key derivations of a storm of logins take their turn; nobody waits for this but the vault.
local UNLOCK_SECONDS = 120;
local ASK_SECONDS = 30;
-- A login that binds no resource by then was a resumed stream's, or never became a session.
local BIND_SECONDS = 60;
local REOPEN_SECONDS = 10;
local MIN_RETRY, MAX_RETRY = 1, 60;
-- A daemon that is being started anew finds the secrets of logins meanwhile, for no longer than this.
local KEEP_SECONDS = 60;
local MAX_TICKETS = 100000;
local TICKET_BYTES = 32;

local prefix = uuid.generate():sub(1, 8);
local last_name = 0;
local names = setmetatable({}, { __mode = "k" }); -- session object -> name
-- name -> { username, session, state = nil | "asked" | "open", sent = whether the daemon may ever have heard of it }
local sessions = {};
local by_user = {}; -- username -> { [name] = true }
local ended = {}; -- name -> username; the daemon has not confirmed it yet
local tickets = cache.new(MAX_TICKETS);
local kept = {}; -- name -> slots
local doubted = {}; -- username -> true, for a while: no more often than that

local client, on_open;

local function add(username, session)
	last_name = last_name + 1;
	local name = prefix .. "." .. last_name;
	names[session], sessions[name] = name, { username = username; session = session };
	by_user[username] = by_user[username] or {};
	by_user[username][name] = true;
	return name;
end

local function send_end(name, username)
	ended[name] = username;
	client:ask("END", { "User", jid_join(username, module.host), "Session", name }, nil, ASK_SECONDS, function (answer)
		if answer and answer.start == 200 then
			ended[name] = nil;
		end
	end, true);
end

local function remove(name)
	local record = sessions[name];
	if not record then
		return;
	end
	local username = record.username;
	sessions[name], kept[name] = nil, nil;
	by_user[username][name] = nil;
	if not next(by_user[username]) then
		by_user[username] = nil;
	end
	if record.sent then
		send_end(name, username);
	end
end

-- Never a password: nobody asked us to have it in memory.
local function keep(name, slots)
	slots.due = slots.due or now() + KEEP_SECONDS;
	local left = slots.due - now();
	if sessions[name] and slots[1].name ~= "password" and left > 0 then
		kept[name] = slots;
		timer.add_task(left, function ()
			if kept[name] == slots then
				kept[name] = nil;
			end
		end);
	end
end

local announce;

local function opened(name, username, answer)
	if #answer.body == TICKET_BYTES then
		tickets:set(username, answer.body);
	end
	answer.body = nil;
	if sessions[name] then
		sessions[name].state = "open";
	else
		send_end(name, username);
	end
	on_open(username, answer);
	announce(username);
end

local function unlock(username, name, slots)
	local by_ticket = slots[1].name == "ticket";
	sessions[name].state, sessions[name].sent = "asked", true;
	local headers = { "User", jid_join(username, module.host), "Session", name, "Ticket", "yes" };
	if not by_ticket then
		table.insert(headers, "Enrol");
		table.insert(headers, "yes");
	end
	client:entrust("UNLOCK", headers, slots, UNLOCK_SECONDS, function (answer, err)
		if answer and answer.start == 200 then
			return opened(name, username, answer);
		end
		module:log("debug", "No vault of %s was opened: %s", username, err or answer.start);
		if sessions[name] then
			sessions[name].state = nil;
		end
		local code = answer and answer.start;
		local later = code == 429 or code == 503;
		if (later or err == "away" or err == "lost") and not by_ticket then
			keep(name, slots);
		end
		if later then
			local seconds = tonumber(answer.headers["retry-after"]) or MIN_RETRY;
			timer.add_task(math.max(MIN_RETRY, math.min(seconds, MAX_RETRY)), function () announce(username); end);
		elseif code == 403 and by_ticket then
			-- Perhaps a login has brought a newer one meanwhile.
			if tickets:get(username) == slots[1].secret then
				tickets:set(username, nil);
			end
			announce(username);
		end
	end);
end

-- Open the vault for each session of the user that did not, one after the other: each brings the ticket for the next.
function announce(username)
	local ticket = tickets:get(username);
	for name in pairs(by_user[username] or {}) do
		local slots = kept[name] or ticket and { { name = "ticket"; secret = ticket } };
		if slots and not sessions[name].state then
			kept[name] = nil;
			return unlock(username, name, slots);
		end
	end
end

local function mark_closed(username)
	for name in pairs(by_user[username] or {}) do
		sessions[name].state = nil;
	end
end

-- The daemon calls a vault locked that should be open: a part of it was started anew.
local function doubt(username)
	if not doubted[username] then
		doubted[username] = true;
		timer.add_task(REOPEN_SECONDS, function () doubted[username] = nil; end);
		mark_closed(username);
		announce(username);
	end
end

-- A login brought secrets.
local function login(username, session, slots)
	if names[session] then
		remove(names[session]); -- a login that nothing came of
	end
	local name = add(username, session);
	unlock(username, name, slots);
	timer.add_task(BIND_SECONDS, function ()
		if sessions[name] and not session.resource then
			remove(name);
		end
	end);
end

-- There is a daemon, perhaps another one than before.
local function connected()
	for name, username in pairs(ended) do
		send_end(name, username);
	end
	doubted = {};
	for username in pairs(by_user) do
		mark_closed(username);
		announce(username);
	end
end

-- Nothing is left that a ticket could open.
local function erased(username)
	tickets:set(username, nil);
	mark_closed(username);
end

local function bound(session)
	if not names[session] then
		add(session.username, session);
		announce(session.username);
	end
end

local function watch(client_, on_open_)
	client, on_open = client_, on_open_;
	-- Also the sessions that were there before us hold a vault open, once there is a ticket.
	for _, user in pairs(prosody.hosts[module.host].sessions or {}) do
		for _, session in pairs(user.sessions) do
			bound(session);
		end
	end
	module:hook("resource-bind", function (event) bound(event.session); end);
	module:hook("resource-unbind", function (event)
		if names[event.session] then
			remove(names[event.session]);
		end
	end);
	module:hook("smacks-hibernation-end", function (event)
		-- The old session goes on, on the new one's connection.
		if names[event.origin] then
			remove(names[event.origin]);
		end
	end);
end

-- What a reload of the module keeps.
local function save()
	return {
		names = names; sessions = sessions; by_user = by_user; ended = ended;
		tickets = tickets; prefix = prefix; last_name = last_name;
	};
end

local function restore(saved)
	names, sessions, by_user, ended = saved.names, saved.sessions, saved.by_user, saved.ended;
	tickets, prefix, last_name = saved.tickets, saved.prefix, saved.last_name;
end

local function close()
	for name in pairs(sessions) do
		remove(name);
	end
end

return {
	watch = watch; login = login; connected = connected; doubt = doubt; erased = erased;
	save = save; restore = restore; close = close;
};
