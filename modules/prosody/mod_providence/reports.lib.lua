-- What a user teaches in passing: what they write is ham, what they report is spam (XEP-0191, XEP-0377).
--
-- Reports come in every dialect that clients send: urn:xmpp:reporting:0 with <spam/> or <abuse/>, :1 with a reason
-- attribute; with a stanza-id by the reported JID, by one's own, by nobody, or with none; with the words along.

local jid_bare = require "util.jid".bare;
local jid_join = require "util.jid".join;
local jid_prep = require "util.jid".prep;
local cache = require "util.cache";
local modulemanager = require "core.modulemanager";
local st = require "util.stanza";

local forwarding = module:require "forwarding";
local pnp = module:require "pnp";

local ASK_SECONDS = 30;
local MAX_ITEMS = 50; -- reports in one <block/>
local MAX_STANZAS = 5; -- taught by a report that names none
local MAX_LOOKED = 100; -- for the one that is named
local MAX_ID = 256;
local MAX_WRITERS = 10000;
-- Before mod_blocklist (-1), which hands the element on to the user's other clients; after whoever else reads it.
local PRIORITY = -0.5;
-- After everything that may still refuse the user's message.
local LAST = -100;

local FEATURES = {
	"urn:xmpp:reporting:0", "urn:xmpp:reporting:reason:spam:0", "urn:xmpp:reporting:reason:abuse:0",
	"urn:xmpp:reporting:1",
};
local REASONS = { ["urn:xmpp:reporting:spam"] = "spam"; ["urn:xmpp:reporting:abuse"] = "abuse" };

local writers = cache.new(MAX_WRITERS); -- "user<sender" of what was delivered lately
local archive;
local client, ears, participants;

-- A stranger's stanza was delivered.
local function note_writer(jid, sender)
	writers:set(jid .. "<" .. sender, true);
end

local function reason_of(report)
	if report.attr.xmlns == "urn:xmpp:reporting:0" then
		return report:get_child("abuse") and "abuse" or "spam";
	end
	return REASONS[report.attr.reason];
end

-- Whether a stanza is of `sender`: of a room's, whoever has the id.
local function is_of(stanza, sender, occupant)
	local from = jid_bare(stanza.attr.from);
	if occupant then
		return from == jid_bare(sender) and participants.id_in(stanza) == occupant;
	end
	return from == sender;
end

-- What the archive has of whom a report is about, newest first, each with the time that it came: the named stanza, or
-- a few.
local function archived(case, id)
	local found = {};
	if not modulemanager.is_loaded(module.host, "mam") then
		return found;
	end
	local limit = (id or case.occupant) and MAX_LOOKED or MAX_STANZAS;
	local results = archive:find(case.username, { with = jid_bare(case.sender); limit = limit; reverse = true });
	if results then
		for archive_id, stanza, when in results do
			if #found < MAX_STANZAS and is_of(stanza, case.sender, case.occupant)
				and (not id or archive_id == id or stanza.attr.id == id) then
				table.insert(found, { stanza = stanza; when = when });
			end
		end
	end
	return found;
end

-- Some clients send the words along.
local function quoted(report, sender, jid)
	local body = report:get_child_text("body", "jabber:client") or report:get_child_text("body");
	return body and body ~= "" and st.message({ from = sender; to = jid; type = "chat" }, body) or nil;
end

-- done(code): what the daemon answered, if it did.
local function send(case, stanza, done)
	local bytes = stanza and tostring(stanza) or nil;
	if bytes and #bytes > pnp.MAX_BODY then
		return;
	end
	local headers = {
		"User", case.jid, "From", case.sender, "Reason", case.reason, "Stanza-Id", case.id,
		"Third-Party", forwarding.is_shared(case) and "yes" or nil, "Occupant", case.occupant; n = 12;
	};
	client:ask("REPORT", headers, bytes, ASK_SECONDS, function (answer, err)
		if not answer or answer.start >= 300 then
			module:log("debug", "A report was not taken: %s", err or answer.start);
		end
		ears.hear(case.username, answer);
		done(answer and answer.start);
	end, true);
end

-- Without a stanza the daemon goes by what it remembers of the sender. It says who never wrote: else a user could
-- speak ill of anybody. Words that a client quotes count only if we know that the sender wrote lately.
local function send_bare(case, done)
	send(case, nil, function (code)
		local words = code == 404 and writers:get(case.jid .. "<" .. case.sender)
			and quoted(case.report, case.sender, case.jid);
		if words then
			send(case, words, done);
		else
			done(code);
		end
	end);
end

local function report(username, jid, element)
	local reason = reason_of(element);
	if not reason then
		return;
	end
	local named = element:get_child("stanza-id", "urn:xmpp:sid:0");
	local id = named and named.attr.id;
	local sender, occupant = participants.meant(jid);
	local case = {
		username = username; jid = jid_join(username, module.host); sender = sender; reason = reason; report = element;
		id = id and #id <= MAX_ID and not id:find("[%c\127]") and id or nil; occupant = occupant;
	};
	local found = archived(case, id);
	if id and found[1] then
		case.stanza, case.when = found[1].stanza, found[1].when;
	elseif id then
		found = archived(case);
	end
	local is_taken = false;
	local function done(code)
		if (code == 200 or code == 202) and not is_taken then
			is_taken = true;
			forwarding.forward(case);
		end
	end
	if not found[1] then
		return send_bare(case, done);
	end
	for _, each in ipairs(found) do
		send(case, each.stanza, done);
	end
end

local function on_block(event)
	local block = event.stanza.tags[1];
	local left = MAX_ITEMS;
	for item in block:childtags("item") do
		local jid = jid_prep(item.attr.jid or "");
		for _, xmlns in ipairs { "urn:xmpp:reporting:1", "urn:xmpp:reporting:0" } do
			local element = item:get_child("report", xmlns);
			if element and jid and left > 0 then
				left = left - 1;
				report(event.origin.username, jid, element);
				break;
			end
		end
		item:maptags(function (child)
			return child.name ~= "report" and child or nil;
		end);
	end
end

-- Whether this is something that the user wrote to somebody.
local function is_written(stanza, jid)
	local kind, to = stanza.attr.type, stanza.attr.to;
	return (kind == nil or kind == "chat" or kind == "normal") and jid_bare(to) ~= jid and to ~= module.host
		and (stanza:get_child("body") or stanza:get_child("encrypted", "eu.siacs.conversations.axolotl")
			or stanza:get_child("encrypted", "urn:xmpp:omemo:2") or stanza:get_child("encrypted", "urn:xmpp:omemo:1")
			or stanza:get_child("openpgp", "urn:xmpp:openpgp:0"));
end

local function on_sent(event)
	local origin, stanza = event.origin, event.stanza;
	local jid = origin.username and jid_join(origin.username, module.host);
	if not jid or not stanza.attr.to then
		return;
	end
	local to, occupant = participants.meant(stanza.attr.to);
	-- Errors may come back from there, and receipts.
	ears.forgive(to .. ">" .. jid);
	if not is_written(stanza, jid) then
		return;
	end
	client:ask("SENT", { "User", jid, "Occupant", occupant; n = 4 }, tostring(stanza), ASK_SECONDS, function (answer)
		ears.hear(origin.username, answer);
	end);
end

-- `ears_`: `forgive(key)` hears that somebody wrote to a stranger, `hear(username, answer)` what the daemon says to it.
local function watch(client_, domains, ears_, participants_)
	client, ears, participants = client_, ears_, participants_;
	forwarding.watch(domains);
	archive = module:open_store(module:get_option_string("archive_store", "archive"), "archive");
	for _, feature in ipairs(FEATURES) do
		module:add_feature(feature);
	end
	module:hook("iq-set/self/urn:xmpp:blocking:block", on_block, PRIORITY);
	module:hook("pre-message/bare", on_sent, LAST);
	module:hook("pre-message/full", on_sent, LAST);
end

return { watch = watch; note_writer = note_writer };
