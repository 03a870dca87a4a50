-- A client of the daemon: one connection, many requests at once, an answer or an error word for each.
--
-- It never blocks the server and never grows without bound: what cannot be asked now is answered at once, by
--   "away"   there is no daemon, or it has not said a word for longer than a question may take
--   "busy"   too much is under way already
--   "late"   no answer in time; it may still have been handled
--   "lost"   the connection ended first; likewise
--   a rule   of docs/spec/pnp.md that the request would have broken

local pnp = module:require "pnp";
local now = require "util.time".now;
local timer = require "util.timer";

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

-- Connects by this way (transport.lib.lua); `on_open` is called on each new connection, before anything else is asked,
-- and `on_ready` once the daemon has said what it can: `features` (by name) and `commands` (a list) are what it last
-- said of itself.
local function new(way, on_open, on_ready)
	local self = setmetatable({
		way = way; on_open = on_open; on_ready = on_ready; features = {}; commands = {};
		waiting = {}; count = 0; bytes = 0; last_id = 0;
		delay = FIRST_DELAY; tried = 0; heard = 0;
	}, mt);
	self.listener = {
		onconnect = function () end;
		onincoming = function (conn, data) if conn == self.conn then self:take(data); end end;
		ondisconnect = function (conn, err) if conn == self.conn then self:lose(err); end end;
		-- The server ends connections that are silent for long; this one may be.
		onreadtimeout = function () return true; end;
	};
	return self;
end

-- Not after what is still to be written: nobody takes it, and there may be secrets in it.
local function cut(conn)
	(conn.destroy or conn.close)(conn);
end

-- Try to connect, and on until it works.
function methods:connect()
	if self.conn or self.connecting or self.closed then
		return;
	end
	self.tried, self.connecting = now(), true;
	self.way.open(self.listener, function (conn, err)
		self.connecting = nil;
		if not conn then
			self:complain(err);
			self:retry();
		elseif self.closed then
			cut(conn);
		else
			self:greet(conn);
		end
	end);
end

function methods:greet(conn)
	self.conn, self.reader, self.heard, self.stalled = conn, pnp.reader(), now(), nil;
	self:ask("PING", {}, nil, SILENT_SECONDS, function (answer)
		if answer and answer.start == 200 then
			local about = pnp.object(answer.body, { commands = "table"; features = "string" });
			self.delay, self.told = FIRST_DELAY, nil;
			self.commands, self.features = about.commands, {};
			for _, name in ipairs(about.features) do
				self.features[name] = true;
			end
			module:log("info", "Connected to the Providence daemon");
			self.on_ready();
		end
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
		module:log("warn", "No Providence daemon at %s (%s): stanzas pass unjudged until it is back", self.way.name, err);
	end
end

-- Ask the daemon. `done(answer)` or `done(nil, word)` is called once, perhaps before this returns. An answer that
-- comes after "late" goes to `afterwards(answer)`, if given. `urgent`: also while the daemon is silent.
function methods:ask(verb, headers, body, seconds, done, urgent, afterwards)
	if now() - self.tried >= FIRST_DELAY then
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

-- Ask with secrets: `slots` ({ name, secret }) become the body.
function methods:entrust(verb, headers, slots, seconds, done)
	local labels, secrets, password = {}, {}, false;
	for i, slot in ipairs(slots) do
		labels[i], secrets[i] = slot.name, slot.secret;
		password = password or slot.name == "password";
	end
	local body = table.concat(secrets);
	headers = { "Slots", table.concat(labels, ", "), table.unpack(headers) };
	if password then
		headers = pnp.padded(verb, headers, #body);
	end
	self:ask(verb, headers, body, seconds, done, true);
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
			self:drop("silent");
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
	if not call then
		return self:drop("an answer to nothing");
	end
	self.waiting[id], self.count, self.bytes = nil, self.count - 1, self.bytes - call.size;
	if call.timer then
		timer.stop(call.timer);
	end
	-- One answer that makes us stumble is to keep nobody from the others.
	local ok, err = xpcall(call.done, debug.traceback, frame);
	if not ok then
		module:log("error", "An answer of the daemon made us stumble: %s", err);
	end
end

function methods:drop(why)
	local conn = self.conn;
	self:lose(why);
	cut(conn);
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
		conn:close(); -- after the last word
	end
end

return { new = new };
