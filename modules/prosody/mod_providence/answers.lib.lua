-- What a stranger sees of us: the same for a user who is there, who is away and who does not exist, and whatever
-- became of the stanza (XEP-0159: "without informing the sender").
--
-- Prosody acknowledges each stranger's request for a subscription by an `unavailable`, answers a probe as long as
-- the request is undecided (and forgets it), and refuses messages to users who do not exist. We send the first when
-- the request comes, before anything is judged, and never again; we answer no probe; and a message that would be
-- kept for somebody who is away is dropped for somebody who does not exist.

local jid_bare = require "util.jid".bare;
local jid_split = require "util.jid".split;
local modulemanager = require "core.modulemanager";
local st = require "util.stanza";
local user_exists = require "core.usermanager".user_exists;

local hides = module:get_option_boolean("providence_hide_users", true);

local quiet; -- the request that is being handed on: its acknowledgement was sent

-- A request of a stranger came.
local function acknowledge(stanza)
	module:send(st.presence({ from = jid_bare(stanza.attr.to); to = jid_bare(stanza.attr.from); type = "unavailable" }));
end

-- Do what the server does with a stanza, without a second acknowledgement. A stanza that waited for its user's
-- login would tell by it that this user is here now.
local function quietly(stanza, act)
	quiet = stanza.attr.type == "subscribe" and
		{ from = jid_bare(stanza.attr.to); to = jid_bare(stanza.attr.from) } or nil;
	local ok, err = pcall(act);
	quiet = nil;
	if not ok then
		module:log("error", "A stanza was not handled: %s", err);
	end
end

local function is_second(event)
	local attr = event.stanza.attr;
	return quiet and attr.type == "unavailable" and attr.from == quiet.from and attr.to == quiet.to or nil;
end

-- Whether a message to a user who is away would be kept without a word.
local function is_kept(event)
	local kind = event.stanza.attr.type;
	if kind == "groupchat" or kind == "error" then
		return false; -- the one is refused, so that the room knows; the other is never answered
	end
	return modulemanager.is_loaded(module.host, "offline") or (modulemanager.is_loaded(module.host, "mam")
		and module:fire_event("archive-should-store", { stanza = event.stanza; session = event.origin }));
end

-- Whether a stranger's stanza is to vanish, because what becomes of it otherwise tells whether its receiver exists.
local function vanishes(event)
	local stanza, kind = event.stanza, event.stanza.attr.type;
	if not hides or kind == "probe" then
		return hides;
	end
	local is_silent = kind == "subscribe" or (stanza.name == "message" and is_kept(event));
	return is_silent and not user_exists(jid_split(stanza.attr.to), module.host);
end

local function watch()
	module:hook("pre-presence/bare", is_second, 1000);
	module:hook("pre-presence/host", is_second, 1000);
end

return { watch = watch; acknowledge = acknowledge; quietly = quietly; vanishes = vanishes };
