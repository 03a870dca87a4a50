-- Stanzas that are held until their verdict is there, in line: one line for each sender and recipient, so that
-- none overtakes another of its own conversation and nobody waits behind somebody else's.
--
-- A line that is full makes its stream wait, which slows down who floods it and loses nothing. Where a stream
-- cannot wait (components), the line's stanzas are let go unjudged.

local async = require "util.async";

local MAX_LINE = 100;
local MAX_HELD = 5000;

local lines = {}; -- key -> { first, last, [n] = place, room = { function… } }
local held = 0;
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

local function make_room(line)
	local room = line.room;
	line.room = {};
	for _, go_on in ipairs(room) do
		go_on();
	end
end

-- What became of a held stanza: "pass" or "gone".
local function decide(place, what)
	if not place.leave then
		place.leave = what;
		local line = place.line;
		leave(line);
		if line.room[1] and line.last - line.first + 1 < MAX_LINE and held < MAX_HELD then
			make_room(line);
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

-- Take a place in line for an event; `gate` is what may be shut before it. Nil: there is no room, let it pass.
local function join(key, gate, event_name, event)
	local line = lines[key];
	if not line then
		line = { key = key; first = 1; last = 0; room = {} };
		lines[key] = line;
	end
	while line.last - line.first + 1 >= MAX_LINE or held >= MAX_HELD do
		if line.first > line.last or not async.ready() then
			let_go(line);
			return nil;
		end
		local wait, go_on = async.waiter();
		table.insert(line.room, go_on);
		wait();
		if lines[key] and lines[key] ~= line then
			line = lines[key];
		else
			lines[key] = line;
		end
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
		make_room(line);
	end
end

local function on_release(f)
	release = f;
end

return {
	join = join; decide = decide; is_waiting = is_waiting; shut_gate = shut_gate; open_gate = open_gate;
	clear = clear; on_release = on_release;
};
