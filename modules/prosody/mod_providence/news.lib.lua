-- What the bot has to say unasked: asked for when a vault was opened, and now and then for who is available.

local jid_join = require "util.jid".join;
local timer = require "util.timer";

local ASK_SECONDS = 30;
local EVERY_SECONDS = 3600;

local due = {}; -- username -> true: the vault was opened, and nobody there yet to hear it
local client, heed, bot;

local function is_available(username)
	local user = prosody.bare_sessions[jid_join(username, module.host)];
	for _, session in pairs(user and user.sessions or {}) do
		if session.presence then
			return true;
		end
	end
	return false;
end

local function ask(username, done)
	client:ask("NEWS", { "User", jid_join(username, module.host) }, nil, ASK_SECONDS, function (answer)
		if answer and answer.start == 200 then
			heed(username, answer);
			for _, text in ipairs(bot.replies_of(answer)) do
				bot.say(username, text);
			end
		end
		done();
	end);
end

-- The vault of this user was opened.
local function opened(username)
	if not bot then
		return;
	elseif is_available(username) then
		due[username] = nil;
		ask(username, function () end);
	else
		due[username] = true;
	end
end

-- One user after the other, so that this never fills the line to the daemon.
local function go_round(usernames)
	local username = table.remove(usernames);
	if username then
		timer.add_task(0, function ()
			if is_available(username) then
				ask(username, function () go_round(usernames); end);
			else
				go_round(usernames);
			end
		end);
	end
end

local function watch(client_, heed_, bot_)
	client, heed, bot = client_, heed_, bot_;
	-- After the user's first presence was taken in.
	module:hook("presence/initial", function (event)
		local username = event.origin.username;
		if due[username] then
			timer.add_task(0, function () opened(username); end);
		end
	end);
	module:hook("resource-unbind", function (event)
		local username = event.session.username;
		if not prosody.bare_sessions[jid_join(username, module.host)] then
			due[username] = nil;
		end
	end);
	module:add_timer(EVERY_SECONDS, function ()
		local usernames = {};
		for username in pairs(prosody.hosts[module.host].sessions or {}) do
			table.insert(usernames, username);
		end
		go_round(usernames);
		return EVERY_SECONDS;
	end);
end

return { watch = watch; opened = opened };
