-- Stanzas that are held until their verdict is there, in line: one line for each sender and recipient, so that
-- none overtakes another of its own conversation and nobody waits behind somebody else's.
--
-- A line that is full makes its stream wait, which slows down who floods it and loses nothing. Where a stream
-- cannot wait (components), the line's stanzas are let go unjudged.

local async = require "util.async";
local timer = require "util.timer";

local MAX_LINE = 100;
-- Fewer than the client lets be under way, so that a flood waits and is not waved through.
local MAX_HELD = 600;
-- A stream that goes on has worked off by then what it had read before it waited, or waits again.
local READ_ON_SECONDS = 0.01;

local lines = {}; -- key -> { first, last, [n] = place, room = { function… } }
local held = 0;
local crowd = {}; -- streams that wait because too much is held in all
local shut = {}; -- gate -> true: what stands behind it does not leave yet

local release;

local function leave(line)
	while line.first <= line.last do
		local place = line[line.first];
		if not place.leave or (shut[place.gate] and not place.overdue) then
			return;
		end
		line[line.first] = nil;
		line.first = line.first + 1;
		held = held - 1;
		if place.leave ~= "gone" then
			release(place.event_name, place.event);
		end
	end
	if lines[line.key] == line then
		lines[line.key] = nil;
	end
end

-- Let a stream that waited for room go on.
local function call_in(queue)
	local go_on = table.remove(queue, 1);
	if go_on then
		go_on();
	end
end

local function is_full(line)
	return line.last - line.first + 1 >= MAX_LINE;
end

-- What became of a held stanza: "pass" or "gone".
local function decide(place, what)
	if not place.leave then
		place.leave = what;
		leave(place.line);
		if not is_full(place.line) then
			call_in(place.line.room);
		end
		if held < MAX_HELD then
			call_in(crowd);
		end
	end
end

local function let_go(line)
	for n = line.first, line.last do
		local place = line[n];
		place.overdue = true;
		place.leave = place.leave or "pass";
	end
	leave(line);
end

-- COMPAT Prosody 0.12 and 13: a stream that goes on is read when its socket has something new, and what TLS had
-- decrypted before the wait would lie there until then. The end of a pause looks for it.
local function read_on(origin)
	local conn = origin.conn;
	if conn and conn.pausefor and not conn._pausefor and origin.thread and origin.thread.state == "ready" then
		conn:pausefor(0);
	end
end

-- Wait until there is room, if this stream can.
local function wait_in(queue, origin)
	if not async.ready() then
		return false;
	end
	local wait, go_on = async.waiter();
	table.insert(queue, go_on);
	wait();
	timer.add_task(READ_ON_SECONDS, function () read_on(origin); end);
	return true;
end

local function line_of(key)
	lines[key] = lines[key] or { key = key; first = 1; last = 0; room = {} };
	return lines[key];
end

-- Take a place in line for an event; `gate` is what may be shut before it. Nil: there is no room, let it pass.
local function join(key, gate, event_name, event)
	local line = line_of(key);
	while is_full(line) or held >= MAX_HELD do
		if not wait_in(is_full(line) and line.room or crowd, event.origin) then
			let_go(line);
			return nil;
		end
		line = line_of(key);
	end
	line.last = line.last + 1;
	held = held + 1;
	local place = { line = line; gate = gate; event_name = event_name; event = event };
	line[line.last] = place;
	return place;
end

-- Whether something is held that a newcomer must not overtake.
local function is_waiting(key)
	return lines[key] ~= nil;
end

-- Hold back whatever leaves by this gate.
local function shut_gate(gate)
	shut[gate] = true;
end

local function open_gate(gate)
	if shut[gate] then
		shut[gate] = nil;
		for _, line in pairs(lines) do
			local place = line[line.first];
			if place and place.gate == gate then
				leave(line);
			end
		end
	end
end

-- Let everything go, in order.
local function clear()
	shut = {};
	for _, line in pairs(lines) do
		let_go(line);
		while line.room[1] do
			call_in(line.room);
		end
	end
	while crowd[1] do
		call_in(crowd);
	end
end

local function on_release(f)
	release = f;
end

return {
	join = join; decide = decide; is_waiting = is_waiting; shut_gate = shut_gate; open_gate = open_gate;
	clear = clear; on_release = on_release;
};
