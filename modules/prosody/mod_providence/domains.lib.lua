-- What other servers say of themselves (XEP-0030), asked of the domain only: whoever asked about a person would
-- tell that somebody here was written to. And what rooms do that users of ours are in.
--
-- It is strangers who make us ask. So little is kept of an answer, for a day, and few are asked at once.

local cache = require "util.cache";
local id = require "util.id";
local jid_prep = require "util.jid".prep;
local now = require "util.time".now;
local st = require "util.stanza";
local url_decode = require "util.http".urldecode;

local MAX_DOMAINS = 1000;
local MAX_ASKED = 20;
local MAX_ADDRESSES = 3;
local ASK_SECONDS = 10;
local KEEP_SECONDS = 24 * 3600;
-- A server that did not answer.
local RETRY_SECONDS = 3600;

local DISCO = "http://jabber.org/protocol/disco#info";
local SERVERINFO = "http://jabber.org/network/serverinfo";
-- Where a server writes about its users' accounts, having taken away what they wrote there (XEP-0489).
local EMBEDS = { message = "urn:xmpp:raa:0#embed-message"; presence = "urn:xmpp:raa:0#embed-presence-sub" };
-- The newer field first; the other one is XEP-0157's.
-- Said by a room (XEP-0421) and by a channel (XEP-0369).
local ROOM, CHANNEL = "urn:xmpp:occupant-id:0", "urn:xmpp:mix:core:1";
local ADDRESSES = { "report-addresses", "abuse-addresses" };

-- Said by a server that is there and answers no such question. Other errors may come from a stream that broke.
local REFUSALS = { ["feature-not-implemented"] = true; ["service-unavailable"] = true };

local known = cache.new(MAX_DOMAINS); -- domain -> see peek
local count, asked = 0, {}; -- domain -> list of functions

local function features_of(query)
	local features = {};
	for child in query:childtags("feature") do
		features[child.attr.var or ""] = true;
	end
	return features;
end

local function field_of(form, name)
	for field in form:childtags("field") do
		if field.attr.var == name then
			return field;
		end
	end
end

-- JIDs only: nothing is mailed, and nothing fetched.
local function addresses_in(field)
	local addresses = {};
	for value in field:childtags("value") do
		local jid = jid_prep(url_decode((value:get_text() or ""):match("^xmpp:([^?#]+)") or ""));
		if jid and #addresses < MAX_ADDRESSES then
			table.insert(addresses, jid);
		end
	end
	return addresses;
end

-- The fields of that name in what the server says of itself.
local function fields_of(query, name)
	local fields = {};
	for form in query:childtags("x", "jabber:x:data") do
		local kind, field = field_of(form, "FORM_TYPE"), field_of(form, name);
		if field and kind and kind:get_child_text("value") == SERVERINFO then
			table.insert(fields, field);
		end
	end
	return fields;
end

local function addresses_of(query)
	for _, name in ipairs(ADDRESSES) do
		for _, field in ipairs(fields_of(query, name)) do
			local addresses = addresses_in(field);
			if addresses[1] then
				return addresses;
			end
		end
	end
	return {};
end

-- Here an address of any kind counts.
local function capabilities_of(query)
	for _, field in ipairs(fields_of(query, "abuse-addresses")) do
		if (field:get_child_text("value") or "") ~= "" then
			return "abuse";
		end
	end
	return "some";
end

-- What is known of a domain now, or nil: `embeds`, by stanza name whether it writes about accounts in it;
-- `addresses`, of those who look after reports; `capabilities`: "none", "some", "abuse", or nil if there was no answer;
-- `is_room`, whether it gives its participants stable ids, and `is_channel`; and when that `expires`.
local function peek(domain)
	local found = known:get(domain);
	return found and found.expires > now() and found or nil;
end

local function settle(domain, query, condition)
	local features = query and features_of(query) or {};
	local found = {
		embeds = { message = features[EMBEDS.message]; presence = features[EMBEDS.presence] };
		addresses = query and addresses_of(query) or {};
		is_room = features[ROOM]; is_channel = features[CHANNEL];
		capabilities = query and capabilities_of(query) or REFUSALS[condition] and "none" or nil;
		expires = now() + (query and KEEP_SECONDS or RETRY_SECONDS);
	};
	known:set(domain, found);
	local list = asked[domain];
	count, asked[domain] = count - 1, nil;
	for _, done in ipairs(list) do
		done(found);
	end
end

-- done(what is known), at once or later; never if too many are being asked.
local function ask(domain, done)
	local found = peek(domain);
	if found then
		done(found);
	elseif asked[domain] then
		table.insert(asked[domain], done);
	elseif count < MAX_ASKED then
		count, asked[domain] = count + 1, { done };
		local iq = st.iq({ type = "get"; id = id.medium(); from = module.host; to = domain }):query(DISCO);
		module:send_iq(iq, nil, ASK_SECONDS):next(function (event)
			-- COMPAT Prosody 0.12 and 13: from a host of this server an error comes this way, too.
			local _, condition = event.stanza:get_error();
			settle(domain, not condition and event.stanza:get_child("query", DISCO), condition);
		end, function (err)
			settle(domain, nil, err.condition);
		end):catch(function (err)
			module:log("error", "What %s says of itself was not handled: %s", domain, err);
		end);
	end
end

return { peek = peek; ask = ask };
