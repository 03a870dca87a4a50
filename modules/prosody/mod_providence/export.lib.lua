-- A user's data as one file, by a link that works once (GDPR, articles 15 and 20).
--
-- The link shows a page with a button, and the button loads the file: programs that look at links in chats would use
-- it up, and get the file. The file goes from the daemon to the socket part by part and is written down nowhere.
-- Served only where the operator has mod_http and HTTPS; this module opens no port.

local formdecode = require "util.http".formdecode;
local id = require "util.id";
local jid_join = require "util.jid".join;
local modulemanager = require "core.modulemanager";
local timer = require "util.timer";

local LIFETIME_SECONDS = 600;
local ASK_SECONDS = 30;
local MAX_FORM = 1024;
-- Fewer parts than a daemon in good order has.
local MAX_PARTS = 100000;
local PATH = "/export";

local LINK = "Your data, for one download in the next ten minutes: %s";
local NO_LINK = "This server offers no download. The ad-hoc command “Junk box: export” shows everything, in parts.";

local PAGE = [[<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Junk box</title>
<h1>Your data</h1>
<p>All that the spam filter keeps of you, in one file. The link works once.</p>
<form method="post"><input type="hidden" name="key" value="%s"><button>Download</button></form>
</html>
]];
local GONE = "This link was used already, or is too old. Ask the junk box for a new one.\n";
local CLOSED = "The junk box is locked or away. Log in to your account, then ask it for a new link.\n";

local HEADERS = {
	cache_control = "no-store"; referrer_policy = "no-referrer"; x_content_type_options = "nosniff";
	x_frame_options = "DENY"; content_security_policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
};

local links = {}; -- key -> username
local keys = {}; -- username -> key: one each

local client;

local function drop(key)
	local username = links[key];
	if username then
		links[key], keys[username] = nil, nil;
	end
	return username;
end

local function address()
	if not modulemanager.is_loaded(module.host, "http") then
		return nil;
	end
	local url = module:http_url(nil, "/providence");
	return url:find("^https://") and url:gsub("/$", "") .. PATH or nil;
end

-- What to tell a user who asked for all their data; nil if there is no way to load a file from this server.
local function offer(username)
	local url = address();
	if not url then
		return nil;
	end
	drop(keys[username]);
	local key = id.long();
	links[key], keys[username] = username, key;
	timer.add_task(LIFETIME_SECONDS, function () drop(key); end);
	return LINK:format(url .. "?key=" .. key);
end

local function respond(response, code, kind, body)
	for name, value in pairs(HEADERS) do
		response.headers[name] = value;
	end
	response.headers.content_type = kind .. "; charset=utf-8";
	response.status_code = code;
	return response:send(body);
end

-- done(body, more), or done(nil) if the vault was locked meanwhile or the daemon is away.
local function fetch(username, part, done)
	client:ask("EXPORT", { "User", jid_join(username, module.host), "Part", ("%d"):format(part) }, nil, ASK_SECONDS,
		function (answer)
			if answer and answer.start == 200 then
				done(answer.body, answer.headers.more == "yes" and part < MAX_PARTS);
			else
				done(nil);
			end
		end);
end

-- Send the first part and all that follow, each when the socket has taken the one before. A file that does not come
-- whole ends without its last chunk, which tells the browser.
local function stream(response, username, body, more)
	local conn, part, asking = response.conn, 0, false;
	local pump;
	local function write(chunk)
		if #chunk > 0 then
			conn:write(("%x\r\n%s\r\n"):format(#chunk, chunk));
		else
			pump();
		end
	end
	function pump()
		if asking then
			return;
		elseif not more then
			conn:write("0\r\n\r\n");
			conn:close();
			return;
		end
		asking, part = true, part + 1;
		fetch(username, part, function (next_body, still_more)
			asking, more = false, still_more;
			if not conn then
				return;
			elseif next_body then
				write(next_body);
			else
				conn:close();
			end
		end);
	end
	response.headers.transfer_encoding = "chunked";
	response.headers.connection = "close";
	response.headers.content_type = "application/x-ndjson";
	response.headers.content_disposition = 'attachment; filename="junk-box.jsonl"';
	for name, value in pairs(HEADERS) do
		response.headers[name] = value;
	end
	conn:setlistener {
		onincoming = function () end;
		ondrain = function () if conn then pump(); end end;
		ondisconnect = function () asking, conn = true, nil; end;
	};
	response:write_headers();
	write(body);
end

local function on_get(event)
	local query = event.request.url.query;
	local form = query and #query <= MAX_FORM and formdecode(query);
	local key = type(form) == "table" and form.key;
	if not links[key] then
		return respond(event.response, 404, "text/plain", GONE);
	end
	return respond(event.response, 200, "text/html", PAGE:format(key));
end

local function on_post(event)
	local response, body = event.response, event.request.body;
	local form = body and #body <= MAX_FORM and formdecode(body);
	local username = type(form) == "table" and drop(form.key);
	if not username then
		return respond(response, 404, "text/plain", GONE);
	end
	fetch(username, 0, function (first, more)
		if response.finished then
			return;
		elseif not first then
			respond(response, 503, "text/plain", CLOSED);
		else
			stream(response, username, first, more);
		end
	end);
	return true;
end

local function watch(client_)
	client = client_;
	-- Heard of by mod_http alone, if it is there.
	module:provides("http", {
		default_path = "/providence"; route = { ["GET " .. PATH] = on_get; ["POST " .. PATH] = on_post };
	});
end

return { watch = watch; offer = offer; NO_LINK = NO_LINK };
