-- Whose vault is open, and why: sessions, tickets, new passwords, deletion.
--
-- A session is a client's connection, by a name of our own: a resumed stream (XEP-0198) logs in before its
-- predecessor ends. A hibernating one keeps the vault open. Secrets are sent and forgotten; of a login there
-- remains a ticket, in memory only, which opens the vault again after the daemon was started anew, and at logins
-- that bring no secret (XEP-0484, EXTERNAL, OAUTHBEARER).

local jid_join = require "util.jid".join;
local cache = require "util.cache";
local timer = require "util.timer";
local uuid = require "util.uuid";

-- Key derivations of a storm of logins take their turn; nobody waits for this but the vault.
local UNLOCK_SECONDS = 120;
local ASK_SECONDS = 30;
-- A login that binds no resource by then was a resumed stream's, or never became a session.
local BIND_SECONDS = 60;
local REOPEN_SECONDS = 10;
local RETRY_SECONDS = 1;
-- A daemon that is being started anew finds the secrets of logins meanwhile, for no longer than this.
local KEEP_SECONDS = 60;
local MAX_TICKETS = 100000;

local prefix = uuid.generate():sub(1, 8);
local last_name = 0;
local names = setmetatable({}, { __mode = "k" }); -- session object -> name
local sessions = {}; -- name -> { username, session }
local by_user = {}; -- username -> { [name] = true }
local ended = {}; -- name -> username; the daemon has not confirmed it yet
local tickets = cache.new(MAX_TICKETS);
local kept = {}; -- name -> slots
local reopening = {}; -- username -> true, for a while: no more often than that
local forgotten = module:open_store("providence_forgotten");

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
	client:ask("END", { "User", jid_join(username, module.host), "Session", name }, nil, ASK_SECONDS, function (answer)
		if answer and answer.start == 200 then
			ended[name] = nil;
		end
	end, true);
end

local function remove(name)
	local username = sessions[name] and sessions[name].username;
	if not username then
		return;
	end
	sessions[name], kept[name] = nil, nil;
	by_user[username][name] = nil;
	if not next(by_user[username]) then
		by_user[username] = nil;
	end
	ended[name] = username;
	send_end(name, username);
end

local reopen;

local function keep(name, slots)
	if sessions[name] then
		kept[name] = slots;
		timer.add_task(KEEP_SECONDS, function ()
			if kept[name] == slots then
				kept[name] = nil;
			end
		end);
	end
end

local function unlock(username, name, slots, then_)
	local labels, secrets = {}, {};
	for i, slot in ipairs(slots) do
		labels[i], secrets[i] = slot.name, slot.secret;
	end
	client:ask("UNLOCK", {
		"User", jid_join(username, module.host), "Session", name, "Slots", table.concat(labels, ", "),
		"Enrol", slots[1].name ~= "ticket" and "yes" or nil, "Ticket", "yes"; n = 10;
	}, table.concat(secrets), UNLOCK_SECONDS, function (answer, err)
		if answer and answer.start == 200 then
			tickets:set(username, answer.body);
			if not sessions[name] then
				send_end(name, username);
			end
			on_open(username, tonumber(answer.headers.released) or 0);
			if then_ then
				then_();
			end
			return;
		end
		module:log("debug", "No vault of %s was opened: %s", username, err or answer.start);
		if (err == "away" or err == "lost") and slots[1].name ~= "ticket" then
			keep(name, slots);
		elseif answer and answer.start == 403 and slots[1].name == "ticket" then
			-- Perhaps a login has brought a newer one meanwhile.
			if tickets:get(username) == slots[1].secret then
				tickets:set(username, nil);
			end
			reopening[username] = nil;
			reopen(username);
		elseif answer and (answer.start == 429 or answer.start == 503) then
			timer.add_task(tonumber(answer.headers["retry-after"]) or RETRY_SECONDS, function ()
				reopening[username] = nil;
				reopen(username);
			end);
		end
	end, true);
end

-- Open the vault again for every session of the user, one after the other: each brings the ticket for the next.
function reopen(username)
	if reopening[username] or not by_user[username] or not tickets:get(username) then
		return;
	end
	reopening[username] = true;
	timer.add_task(REOPEN_SECONDS, function () reopening[username] = nil; end);
	local rest = {};
	for name in pairs(by_user[username]) do
		table.insert(rest, name);
	end
	local function step()
		local name, ticket = table.remove(rest), tickets:get(username);
		if name and ticket and sessions[name] then
			unlock(username, name, { { name = "ticket"; secret = ticket } }, step);
		elseif name then
			step();
		end
	end
	step();
end

-- A login brought secrets.
local function login(username, session, slots)
	local name = add(username, session);
	unlock(username, name, slots);
	timer.add_task(BIND_SECONDS, function ()
		if sessions[name] and not session.resource then
			remove(name);
		end
	end);
end

-- A password was set: the open vault is to open by it from now on. A locked one stays as it is.
local function change(username, slots)
	local labels, secrets = {}, {};
	for i, slot in ipairs(slots) do
		labels[i], secrets[i] = slot.name, slot.secret;
	end
	client:ask("REWRAP", { "User", jid_join(username, module.host), "Slots", table.concat(labels, ", ") },
		table.concat(secrets), UNLOCK_SECONDS, function (answer, err)
			if not answer or answer.start ~= 200 then
				module:log("info", "A vault does not know its user's new password: %s", err or answer.start);
			end
		end, true);
end

local function note_forgotten(username, due)
	local all = forgotten:get(nil) or {};
	all[username] = due;
	forgotten:set(nil, next(all) and all or nil);
end

local function send_forget(username)
	client:ask("FORGET", { "User", jid_join(username, module.host) }, nil, ASK_SECONDS, function (answer)
		if answer and answer.start == 200 then
			note_forgotten(username, nil);
		end
	end, true);
end

-- The account was deleted. Written down first: a daemon that is away is told when it is back.
local function forget(username)
	tickets:set(username, nil);
	note_forgotten(username, true);
	send_forget(username);
end

-- There is a daemon, perhaps another one than before.
local function connected()
	for username in pairs(forgotten:get(nil) or {}) do
		send_forget(username);
	end
	for name, username in pairs(ended) do
		send_end(name, username);
	end
	local logins = kept;
	kept, reopening = {}, {};
	for name, slots in pairs(logins) do
		unlock(sessions[name].username, name, slots);
	end
	for username in pairs(by_user) do
		reopen(username);
	end
end

local function watch(client_, on_open_)
	client, on_open = client_, on_open_;
	module:hook("resource-bind", function (event)
		local session = event.session;
		if not names[session] and tickets:get(session.username) then
			-- A login without a secret.
			local name = add(session.username, session);
			unlock(session.username, name, { { name = "ticket"; secret = tickets:get(session.username) } });
		end
	end);
	module:hook("resource-unbind", function (event)
		if names[event.session] then
			remove(names[event.session]);
		end
	end);
	module:hook("smacks-hibernation-end", function (event)
		-- The old session goes on, on the new one's connection.
		local old, new = names[event.resumed], names[event.origin];
		if new and old then
			remove(new);
		elseif new then
			names[event.resumed], sessions[new].session = new, event.resumed;
		end
	end);
	module:hook_global("user-deleted", function (event)
		if event.host == module.host then
			forget(event.username);
		end
	end);
end

-- What a reload of the module keeps.
local function save()
	return {
		names = names; sessions = sessions; by_user = by_user; ended = ended; tickets = tickets;
		prefix = prefix; last_name = last_name;
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
	watch = watch; login = login; change = change; connected = connected; reopen = reopen; doubt = reopen;
	save = save; restore = restore; close = close;
};
