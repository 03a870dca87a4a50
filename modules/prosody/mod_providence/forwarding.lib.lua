-- Hands reports on: to the sender's own server, and to whom the operator names, each only if the user's client
-- asked for it in the report (XEP-0377), and in the form that servers read today.
--
-- Of the user nothing goes along but the stanza that was named, without its `to`, and the words meant to go along.

local cache = require "util.cache";
local datetime = require "util.datetime".datetime;
local id = require "util.id";
local jid_host = require "util.jid".host;
local jid_prep = require "util.jid".prep;
local st = require "util.stanza";
local throttle = require "util.throttle";

local preferences = module:require "preferences";

local MAX_TEXT = 1024;
local MAX_USERS = 1000;
-- Reports handed on, of one user and in all, and the time in which there may be as many again.
local USER_REPORTS, ALL_REPORTS, SECONDS = 10, 100, 3600;

local REPORTING = "urn:xmpp:reporting:1";

local third_parties = {};
for _, address in ipairs(module:get_option_array("providence_report_to", {})) do
	local jid = jid_prep(address);
	if jid then
		table.insert(third_parties, jid);
	else
		module:log("error", "providence_report_to: %s is no address", address);
	end
end

local by_user = cache.new(MAX_USERS);
local all = throttle.create(ALL_REPORTS, SECONDS);
local domains;

local function is_too_much(username)
	local own = by_user:get(username) or throttle.create(USER_REPORTS, SECONDS);
	by_user:set(username, own);
	return not (own:poll(1) and all:poll(1));
end

-- Whether the report asks for it. Some clients always do, and give themselves away by an address: that is no
-- choice of their user, who may make it in the settings.
local function wants(report, name, username)
	local wish = report:get_child(name);
	return wish and (not wish.attr.jid or preferences.get(username).forward) or false;
end

-- Whether others may know of a report.
local function is_shared(case)
	return wants(case.report, "third-party", case.username);
end

-- The stanza as its sender sent it, but for the address.
local function evidence(stanza)
	local copy = st.clone(stanza);
	local user = copy.attr.to;
	copy.attr.to, copy.attr.xmlns = nil, "jabber:client";
	return copy:maptags(function (child)
		-- Ours, and it names the user.
		return not (child.name == "stanza-id" and user and jid_host(child.attr.by) == jid_host(user)) and child or nil;
	end);
end

local function message(to, case)
	local words = ("Report of %s by %s, from a user of %s."):format(case.reason, case.sender, module.host);
	local result = st.message({ from = module.host; to = to; id = id.medium() }, words)
		:tag("report", { xmlns = REPORTING; reason = "urn:xmpp:reporting:" .. case.reason })
			:text_tag("jid", case.sender, { xmlns = "urn:xmpp:jid:0" });
	local text = case.report:get_child_text("text");
	if text and #text <= MAX_TEXT then
		result:text_tag("text", text);
	end
	result:up();
	if case.stanza then
		result:tag("forwarded", { xmlns = "urn:xmpp:forward:0" })
			:tag("delay", { xmlns = "urn:xmpp:delay"; stamp = datetime(case.when) }):up()
			:add_child(evidence(case.stanza)):up();
	end
	return result;
end

-- Hand on a report that the daemon took: `username`, `sender` (a bare JID), `reason`, `report` (the element); and if
-- the report named one that is in the archive, `stanza` and `when` it came.
local function forward(case)
	local to_origin = wants(case.report, "report-origin", case.username);
	local to_others = third_parties[1] and is_shared(case);
	if not (to_origin or to_others) or is_too_much(case.username) then
		return;
	end
	if to_origin then
		domains.ask(jid_host(case.sender), function (found)
			for _, address in ipairs(found.addresses) do
				module:send(message(address, case));
			end
		end);
	end
	for _, address in ipairs(to_others and third_parties or {}) do
		module:send(message(address, case));
	end
end

local function watch(domains_)
	domains = domains_;
end

return { watch = watch; forward = forward; is_shared = is_shared };
