-- Frames of PNP (docs/spec/pnp.md): bytes to values and back, with no socket in sight.
--
-- A reader takes bytes however they are cut. What it refuses it names as the specification does, and refuses
-- for good, because nobody knows where the next frame starts.

local json = require "util.json";
local utf8_valid = require "util.encodings".utf8.valid;
local t_concat, t_insert = table.concat, table.insert;

local MAX_LINE = 4096;
local MAX_HEADERS = 32;
local MAX_HEAD = 8192;
local MAX_BODY = 262144;
local PADDED = 512;
local VERSION = "PNP/1.0";

local CONTROL = "[%z\1-\9\11-\31\127]";

-- The first line of an answer to its status code, or nil and the rule that it breaks.
local function answer_line(line)
	local major, code, phrase = line:match("^PNP/(%d%d?%d?)%.%d%d?%d? ([1-5]%d%d)(.*)$");
	if not major or not (phrase == "" or phrase:sub(1, 1) == " ") then
		return nil, "bad-first-line";
	elseif tonumber(major) ~= 1 then
		return nil, "bad-version";
	end
	return tonumber(code);
end

local function read_length(value)
	if not value then
		return 0;
	elseif not value:find("^%d+$") then
		return nil, "bad-length";
	elseif #value > 7 or tonumber(value) > MAX_BODY then
		return nil, "body-too-long";
	end
	return tonumber(value);
end

local function read_headers(lines)
	local headers = {};
	for i = 2, #lines do
		local name, value = lines[i]:match("^([A-Za-z][A-Za-z0-9-]*): *(.-) *$");
		if not name or #name > 32 then
			return nil, "bad-header";
		end
		name = name:lower();
		if headers[name] then
			return nil, "duplicate-header";
		end
		headers[name] = value;
	end
	if headers.id and (#headers.id > 32 or not headers.id:find("^[A-Za-z0-9._-]+$")) then
		return nil, "bad-id";
	end
	return headers;
end

-- A head up to its last LF to a frame without its body, and the length of that.
local function read_head(raw, first_line)
	if not utf8_valid(raw) then
		return nil, "bad-utf8";
	end
	local text = raw:gsub("\r\n", "\n");
	if text:find(CONTROL) then
		return nil, "control-character";
	end
	local lines = {};
	for line in text:gmatch("([^\n]*)\n") do
		if #line > MAX_LINE then
			return nil, "line-too-long";
		end
		t_insert(lines, line);
	end
	if #lines > MAX_HEADERS + 1 then
		return nil, "too-many-headers";
	end
	local headers, broken = read_headers(lines);
	if not headers then
		return nil, broken;
	end
	local length;
	length, broken = read_length(headers["content-length"]);
	if not length then
		return nil, broken;
	end
	headers["content-length"] = nil;
	local start;
	start, broken = first_line(lines[1]);
	if not start then
		return nil, broken;
	end
	return { start = start; headers = headers }, length;
end

local reader_methods = {};
local reader_mt = { __index = reader_methods };

-- Reads answers; `first_line` reads another first line, as answer_line does.
local function new_reader(first_line)
	return setmetatable({ first_line = first_line or answer_line; pieces = {}; size = 0; need = 1 }, reader_mt);
end

-- Take some bytes. They are put together only once there are enough of them.
function reader_methods:feed(data)
	t_insert(self.pieces, data);
	self.size = self.size + #data;
end

-- Return the next frame { start, headers, body }; nil while it is not whole; nil and the rule that was broken.
function reader_methods:read()
	if self.broken then
		return nil, self.broken;
	elseif self.size < self.need then
		return nil;
	end
	local buffer = t_concat(self.pieces);
	self.pieces = { buffer };
	if not self.frame then
		local stop, after = buffer:find("\n\r?\n");
		if not stop and #buffer < MAX_HEAD then
			self.need = #buffer + 1;
			return nil;
		elseif not stop or after > MAX_HEAD then
			self.broken = "head-too-long";
			return nil, self.broken;
		end
		local frame, length = read_head(buffer:sub(1, stop), self.first_line);
		if not frame then
			self.broken = length;
			return nil, self.broken;
		end
		self.frame, self.body_at, self.need = frame, after + 1, after + length;
		if self.size < self.need then
			return nil;
		end
	end
	local frame = self.frame;
	frame.body = buffer:sub(self.body_at, self.need);
	local rest = buffer:sub(self.need + 1);
	self.frame, self.pieces, self.size, self.need = nil, { rest }, #rest, 1;
	return frame;
end

-- Whether a frame has begun that is not yet whole.
function reader_methods:half()
	return self.size > 0;
end

-- A request as bytes; `headers` is a list of name, value, name, value… in which a nil value leaves the header out
-- (so it has a count, `n`, as table.pack makes it). Nil and the rule if a reader would refuse it: what a sender
-- chose stands in some of the values.
local function request(verb, headers, body)
	local lines = { verb .. " " .. VERSION };
	for i = 1, headers.n or #headers, 2 do
		if headers[i + 1] ~= nil then
			t_insert(lines, headers[i] .. ": " .. headers[i + 1]);
		end
	end
	body = body or "";
	if body ~= "" then
		t_insert(lines, "Content-Length: " .. #body);
	end
	for _, line in ipairs(lines) do
		if line:find("[%z\1-\31\127]") then
			return nil, "control-character";
		elseif #line > MAX_LINE then
			return nil, "line-too-long";
		end
	end
	local head = t_concat(lines, "\r\n") .. "\r\n\r\n";
	if not utf8_valid(head) then
		return nil, "bad-utf8";
	elseif #lines > MAX_HEADERS + 1 then
		return nil, "too-many-headers";
	elseif #head > MAX_HEAD then
		return nil, "head-too-long";
	elseif #body > MAX_BODY then
		return nil, "body-too-long";
	end
	return head .. body;
end

-- These headers and one more, so that a frame's length says little of its body's `length`: TLS hides bytes, no sizes.
-- An `Id` comes on top.
local function padded(verb, headers, length)
	local frame = request(verb, { "Padding", "", table.unpack(headers) }, ("."):rep(length));
	return { "Padding", ("."):rep(-#(frame or "") % PADDED), table.unpack(headers) };
end

-- The JSON object in an answer's body, empty where there is none. The members that `lists` names are lists of one
-- type each, whatever was sent.
local function object(body, lists)
	local value = json.decode(body);
	value = type(value) == "table" and value or {};
	for name, kind in pairs(lists) do
		local list = {};
		for _, each in ipairs(type(value[name]) == "table" and value[name] or {}) do
			if type(each) == kind then
				t_insert(list, each);
			end
		end
		value[name] = list;
	end
	return value;
end

return { object = object; reader = new_reader; request = request; padded = padded; MAX_BODY = MAX_BODY };
