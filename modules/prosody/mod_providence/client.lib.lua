-- A client of the daemon: one connection, many requests at once, an answer or an error word for each.
--
-- It never blocks the server and never grows without bound: what cannot be asked now is answered at once, by
--   "away"   there is no daemon, or it has not said a word for longer than a question may take
--   "busy"   too much is under way already
--   "late"   no answer in time; it may still have been handled
--   "lost"   the connection ended first; likewise
--   a rule   of docs/spec/pnp.md that the request would have broken

local pnp = module:require "pnp";
local json = require "util.json";
local now = require "util.time".now;
local server = require "net.server";
local timer = require "util.timer";
local unix = require "socket.unix";
if type(unix) == "function" then unix = { stream = unix }; end -- COMPAT LuaSocket before 3.0

-- The daemon reads nothing more past 1,000 unanswered requests. The last of them are kept for sessions, so that
-- a flood of stanzas keeps nobody from logging in.
local MAX_STANZAS = 800;
local MAX_WAITING = 1000;
local MAX_BYTES = 16 * 1024 * 1024;
-- A daemon that is silent for this long with questions open gets a new connection.
local SILENT_SECONDS = 10;
local FIRST_DELAY, LAST_DELAY = 0.25, 15;

local methods = {};
local mt = { __index = methods };

-- Connects to the UNIX socket `path`; `on_open` is called on each new connection, before anything else is asked.
local function new(path, on_open)
	local self = setmetatable({
		path = path; on_open = on_open; features = {};
		waiting = {}; count = 0; bytes = 0; last_id = 0;
		delay = FIRST_DELAY; tried = 0; heard = 0;
	}, mt);
	self.listener = {
		onconnect = function () end;
		onincoming = function (conn, data) if conn == self.conn then self:take(data); end end;
		ondisconnect = function (conn, err) if conn == self.conn then self:lose(err); end end;
	};
	return self;
end

local function open(path, listener)
	local sock, err = unix.stream();
	if not sock then
		return nil, err;
	end
	sock:settimeout(0);
	local ok;
	ok, err = sock:connect(path);
	if not ok and err ~= "timeout" then
		sock:close();
		return nil, err;
	end
	return server.wrapclient(sock, path, 0, listener, "*a");
end

-- Try to connect, and on until it works.
function methods:connect()
	if self.conn or self.closed then
		return;
	end
	self.tried = now();
	local conn, err = open(self.path, self.listener);
	if not conn then
		self:complain(err);
		self:retry();
		return;
	end
	self.conn, self.reader, self.heard, self.stalled = conn, pnp.reader(), now(), nil;
	self:ask("PING", {}, nil, SILENT_SECONDS, function (answer)
		if not answer or answer.start ~= 200 then
			return;
		end
		self.delay, self.told = FIRST_DELAY, nil;
		self.features = {};
		for _, name in ipairs((json.decode(answer.body) or {}).features or {}) do
			self.features[name] = true;
		end
		module:log("info", "Connected to the Providence daemon");
	end, true);
	self.on_open();
end

function methods:retry()
	if self.timer or self.closed then
		return;
	end
	self.timer = timer.add_task(self.delay, function ()
		self.timer = nil;
		self:connect();
	end);
	self.delay = math.min(2 * self.delay, LAST_DELAY);
end

-- Once for each time that the daemon goes away, however often we knock.
function methods:complain(err)
	if not self.told then
		self.told = true;
		module:log("warn", "No Providence daemon at %s (%s): stanzas pass unjudged until it is back", self.path, err);
	end
end

-- Ask the daemon. `done(answer)` or `done(nil, word)` is called once, perhaps before this returns. An answer that
-- comes after "late" goes to `afterwards(answer)`, if given. `urgent`: also while the daemon is silent.
function methods:ask(verb, headers, body, seconds, done, urgent, afterwards)
	if not self.conn and now() - self.tried >= FIRST_DELAY then
		self:connect();
	end
	if not self.conn or (self.stalled and not urgent) then
		return done(nil, "away");
	elseif self.count >= (urgent and MAX_WAITING or MAX_STANZAS) or self.bytes > MAX_BYTES then
		return done(nil, "busy");
	end
	self.last_id = self.last_id + 1;
	local id = ("%d"):format(self.last_id);
	local count = headers.n or #headers;
	local bytes, broken = pnp.request(verb, { "Id", id, n = 2 + count, table.unpack(headers, 1, count) }, body);
	if not bytes then
		return done(nil, broken);
	end
	local sent = now();
	local call = { done = done; size = #bytes; afterwards = afterwards };
	self.waiting[id], self.count, self.bytes = call, self.count + 1, self.bytes + #bytes;
	call.timer = timer.add_task(seconds, function ()
		call.timer = nil;
		call.done = call.afterwards or function () end;
		if self.heard <= sent and self.waiting[id] == call then
			self:stall(sent);
		end
		done(nil, "late");
	end);
	self.conn:write(bytes);
end

-- Nothing was heard since `sent`, longer than an answer may take: ask no more until there is a word.
function methods:stall(sent)
	if not self.stalled then
		self.stalled = true;
		module:log("warn", "The Providence daemon is silent: stanzas pass unjudged until it answers");
	end
	local conn = self.conn;
	timer.add_task(math.max(0, sent + SILENT_SECONDS - now()), function ()
		if self.conn == conn and self.stalled then
			self:lose("silent");
			conn:close();
		end
	end);
end

function methods:take(data)
	self.heard, self.stalled = now(), nil;
	self.reader:feed(data);
	while self.conn do
		local frame, broken = self.reader:read();
		if not frame then
			if broken then
				self:drop(broken);
			end
			return;
		elseif not frame.headers.id then
			-- About the connection, which ends.
			self:drop(tostring(frame.start));
			return;
		end
		self:settle(frame);
	end
end

function methods:settle(frame)
	local id = frame.headers.id;
	local call = self.waiting[id];
	if call then
		self.waiting[id], self.count, self.bytes = nil, self.count - 1, self.bytes - call.size;
		if call.timer then
			timer.stop(call.timer);
		end
		call.done(frame);
	end
end

function methods:drop(why)
	local conn = self.conn;
	self:lose(why);
	conn:close();
end

-- The connection is gone: whoever waits is told, and we knock again.
function methods:lose(why)
	local waiting = self.waiting;
	self.conn, self.reader, self.stalled = nil, nil, nil;
	self.waiting, self.count, self.bytes = {}, 0, 0;
	self:complain(why or "closed");
	self:retry();
	for _, call in pairs(waiting) do
		if call.timer then
			timer.stop(call.timer);
			call.done(nil, "lost");
		end
	end
end

function methods:close()
	self.closed = true;
	if self.timer then
		timer.stop(self.timer);
	end
	if self.conn then
		local conn = self.conn;
		self:lose("unloaded");
		conn:close();
	end
end

return { new = new };
