-- What users chose about how this module treats them. The daemon says it after each change and at each login; it is
-- kept here, because it must hold while the vault is locked. Nothing in it is secret.

local cache = require "util.cache";

local MAX_KNOWN = 10000;
local MAX_HEADER = 256;
local MODES = { enforce = true; mark = true; passive = true; off = true };

local store = module:open_store("providence_preferences");
-- Shared by all files that require this one. It is asked at each stanza, also for users who do not exist.
local shared = module:shared("preferences");
shared.known = shared.known or cache.new(MAX_KNOWN);
local known = shared.known;

local NONE = {};

-- `mode` (one of MODES, or nil: as the operator says), `forward` and `program`. Not to be changed.
local function get(username)
	local found = known:get(username);
	if not found then
		found = store:get(username) or NONE;
		known:set(username, found);
	end
	return found;
end

local function equal(one, other)
	return one.mode == other.mode and one.forward == other.forward and one.program == other.program;
end

-- Take the daemon's word: "mode=passive, forward=yes, program=no". Without one, nothing changes.
local function set(username, header)
	if not header or #header > MAX_HEADER then
		return;
	end
	local new = {};
	for name, value in header:gmatch("(%l+)=(%l*)") do
		new[name] = value;
	end
	new = {
		mode = MODES[new.mode] and new.mode or nil;
		forward = new.forward == "yes" or nil; program = new.program == "yes" or nil;
	};
	if not equal(new, get(username)) then
		known:set(username, new);
		store:set(username, next(new) and new or nil);
	end
end

local function watch()
	-- Before the account's stores are purged, where the server knows of ours.
	module:hook_global("user-deleted", function (event)
		if event.host == module.host then
			known:set(event.username, nil);
			store:set(event.username, nil);
		end
	end);
end

return { get = get; set = set; watch = watch };
