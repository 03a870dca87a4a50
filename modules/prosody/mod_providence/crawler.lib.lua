-- Finds out what the daemon wants to know of a sender (`Ask` in its answer to CHECK), and tells it.
--
-- The questions come from the host and not from the user, whose presence is nobody's business; and they are the same
-- for a user who does not exist. They go to who has just written and to nobody else, a few at a time, and no stanza
-- waits for them. What is not asked now is asked at some later stanza, if the daemon still wants to know.

local cache = require "util.cache";
local calculate_hash = require "util.caps".calculate_hash;
local id = require "util.id";
local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_node = require "util.jid".node;
local jid_resource = require "util.jid".resource;
local now = require "util.time".now;
local st = require "util.stanza";
local timer = require "util.timer";

local MAX_ASKED = 64;
local ASK_SECONDS = 10;
-- Whoever gave no clear answer is left in peace for a while.
local MAX_UNCLEAR, UNCLEAR_SECONDS = 10000, 3600;

local DISCO = "http://jabber.org/protocol/disco#info";

local count, asked = 0, {}; -- questions under way
local unclear = cache.new(MAX_UNCLEAR); -- question -> when it may be asked again
local client, domains, claims;

local function tell(from, name, value)
	client:ask("LEARNT", { "From", from, name, value }, nil, ASK_SECONDS, function () end);
end

-- Ask `to`; done(answer) or done(nil, error) returns what was found out, nil for nothing.
local function ask(to, query, done)
	local question = query.name .. " " .. to;
	if asked[question] or count >= MAX_ASKED or (unclear:get(question) or 0) > now() then
		return;
	end
	count, asked[question] = count + 1, true;
	local iq = st.iq({ type = "get"; id = id.medium(); from = module.host; to = to }):add_child(query);
	module:send_iq(iq, nil, ASK_SECONDS):next(function (event)
		-- COMPAT Prosody 0.12 and 13: from a host of this server an error comes this way, too.
		return event.stanza.attr.type == "result" and done(event.stanza) or nil;
	end, function (err)
		return done(nil, err);
	end):catch(function (err)
		module:log("error", "The answer of a sender made us stumble: %s", err);
	end):next(function (found)
		count, asked[question] = count - 1, nil;
		unclear:set(question, not found and now() + UNCLEAR_SECONDS or nil);
	end);
end

-- Whether nothing came back although there is a stream on which the question went there, or the client is here.
local function is_silent(domain, err)
	local stream = prosody.hosts[module.host].s2sout[domain];
	local is_there = prosody.hosts[domain] or stream and (stream.type == "s2sout" or stream.type == "s2sin");
	return err.condition == "remote-server-timeout" and not err.context.stanza and is_there and true or false;
end

local questions = {};

-- "yes" is any answer, but one that is not what the client had announced (XEP-0115): that is a "no".
--
-- Of errors only feature-not-implemented is a "no": nobody but the client itself says so. service-unavailable is what a
-- server says for a client that has left or does not talk to strangers, and what careful clients say to them; so it
-- tells nothing, nor does any other error, above all of a stream that does not come about. No word within the time is
-- a "no" if the question can have arrived: the client was there a moment ago.
function questions.client(origin, stanza, sender)
	local from = stanza.attr.from;
	if not jid_resource(from) then
		return;
	end
	local hash = claims.hash(origin, stanza, sender);
	ask(from, st.stanza("query", { xmlns = DISCO }), function (answer, err)
		local query, found = answer and answer:get_child("query", DISCO), nil;
		if query then
			found = (not hash or hash == calculate_hash(query)) and "yes" or "no";
		elseif err and (err.condition == "feature-not-implemented" or is_silent(jid_host(from), err)) then
			found = "no";
		end
		if found then
			tell(from, "Client", found);
		end
		return found;
	end);
end

-- What presence says (XEP-0153) is taken for true: who puts a hash there could as well put a picture into a vCard. An
-- error tells nothing: servers say item-not-found for who has no vCard and for who hides it.
function questions.picture(origin, stanza, sender)
	local from = stanza.attr.from;
	local hint = claims.picture(origin, stanza, sender);
	if hint then
		return tell(from, "Picture", hint);
	elseif not jid_node(from) then
		return;
	end
	ask(jid_bare(from), st.stanza("vCard", { xmlns = "vcard-temp" }), function (answer)
		local card = answer and answer:get_child("vCard", "vcard-temp");
		local photo = card and card:get_child("PHOTO");
		local found = answer and (photo and photo.tags[1] and "yes" or "no");
		if found then
			tell(from, "Picture", found);
		end
		return found;
	end);
end

-- A server that says that it does not answer has "none"; of one that says nothing, nothing is known.
function questions.domain(_, stanza)
	local domain = jid_host(stanza.attr.from);
	domains.ask(domain, function (found)
		if found.capabilities then
			tell(domain, "Capabilities", found.capabilities);
		end
	end);
end

-- The daemon answered a question about this stanza: find out, later, what else it wants to know.
local function wonder(answer, origin, stanza, sender)
	local wanted = answer.headers.ask;
	if not wanted or not client.features.learnt then
		return;
	end
	timer.add_task(0, function ()
		for word in wanted:gmatch("%a+") do
			local question = questions[word];
			if question then
				question(origin, stanza, sender);
			end
		end
	end);
end

local function watch(client_, domains_, claims_)
	client, domains, claims = client_, domains_, claims_;
end

return { watch = watch; wonder = wonder };
