-- Words of the daemon as text that a stanza may hold.

local utf8_valid = require "util.encodings".utf8.valid;

-- XML 1.0 has no way to write these characters, and a stanza with one of them would end its reader's stream.
local function clean(value)
	local text = type(value) == "string" and value or type(value) == "number" and tostring(value) or "";
	text = text:gsub("[%z\1-\8\11\12\14-\31]", ""):gsub("\239\191[\190\191]", "");
	return utf8_valid(text) and text or "";
end

return { clean = clean };
