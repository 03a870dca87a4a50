-- Runs the answers, the frame rules and the encodings of tests/vectors/pnp through the module's reader and writer.
--
--     lua5.4 vectors.lua PNP.LIB.LUA VECTOR...
--
-- Prints a line for each vector that does not come out as it says, and ends with 1 if there is any.

local pnp = assert(loadfile(arg[1]))();

local ESCAPES = { r = "\r"; n = "\n"; ["\\"] = "\\" };
-- Rules about a request in a whole frame: only a daemon has them.
local REQUESTS = {
	["unknown-verb"] = true; ["missing-header"] = true; ["bad-value"] = true; ["body-missing"] = true;
	["body-unexpected"] = true; ["bad-slots"] = true;
};

-- One escape at a time: `\\n` is a backslash and an n.
local function unescape(text)
	local out, at = {}, 1;
	while at <= #text do
		local hex = text:match("^\\x(%x%x)", at);
		local letter = text:match("^\\([rn\\])", at);
		if hex then
			out[#out + 1], at = string.char(tonumber(hex, 16)), at + 4;
		elseif letter then
			out[#out + 1], at = ESCAPES[letter], at + 2;
		else
			out[#out + 1], at = text:sub(at, at), at + 1;
		end
	end
	return table.concat(out);
end

local function load_vector(path)
	local file = assert(io.open(path));
	local top, wire = file:read("a"):match("^(.-)\n%-%-%-\n(.*)$");
	file:close();
	local vector = { data = unescape((wire:gsub("\n", ""))); frames = {} };
	for line in top:gmatch("[^\n]+") do
		local key, value = line:match("^(%a+): ?(.*)$");
		local frame = vector.frames[#vector.frames];
		if key == "frame" then
			table.insert(vector.frames, { start = value; headers = {}; list = {}; body = "" });
		elseif key == "header" then
			local name, text = unescape(value):match("^([^ ]+) ?(.*)$");
			frame.headers[name:lower()] = text;
			table.insert(frame.list, name);
			table.insert(frame.list, text);
		elseif key == "body" then
			frame.body = unescape(value);
		elseif key then
			vector[key] = value;
		end
	end
	return vector;
end

-- What a daemon reads; the module has no use for it.
local function request_line(line)
	local verb, major = line:match("^([A-Z][A-Z0-9-]*) PNP/(%d%d?%d?)%.%d%d?%d?$");
	if not verb or #verb > 32 then
		return nil, "bad-first-line";
	elseif tonumber(major) ~= 1 then
		return nil, "bad-version";
	end
	return verb;
end

local function show(frames, outcome)
	local lines = {};
	for _, frame in ipairs(frames) do
		table.insert(lines, ("frame %s body %q"):format(frame.start, frame.body));
		local names = {};
		for name in pairs(frame.headers) do
			table.insert(names, name);
		end
		table.sort(names);
		for _, name in ipairs(names) do
			table.insert(lines, name .. " = " .. frame.headers[name]);
		end
	end
	table.insert(lines, outcome);
	return table.concat(lines, "\n");
end

local function read(vector, size)
	local reader, frames = pnp.reader(vector.reader == "request" and request_line or nil), {};
	for at = 1, #vector.data, size do
		reader:feed(vector.data:sub(at, at + size - 1));
		while true do
			local frame, broken = reader:read();
			if broken then
				return show(frames, broken);
			elseif not frame then
				break;
			end
			table.insert(frames, frame);
		end
	end
	return show(frames, reader:half() and "half-frame" or "ok");
end

local failed = false;
local function expect(path, expected, actual)
	if expected ~= actual then
		failed = true;
		print(("%s\nexpected: %s\nactual:   %s\n"):format(path, expected, actual));
	end
end

for i = 2, #arg do
	local vector = load_vector(arg[i]);
	local outcome = vector.outcome:match("^refused (%S+)") or vector.outcome;
	if not REQUESTS[outcome] then
		for _, size in ipairs { 1, 7, math.maxinteger // 2 } do
			expect(arg[i], show(vector.frames, outcome), read(vector, size));
		end
	end
	if vector.encodes and vector.reader == "request" then
		local frame = vector.frames[1];
		expect(arg[i], vector.data, pnp.request(frame.start, frame.list, frame.body));
	end
end
os.exit(failed and 1 or 0);
