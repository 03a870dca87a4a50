-- Who speaks in a room or channel: a participant, by the stable id that the room gives.
--
-- In a room (XEP-0045) it is <occupant-id/> (XEP-0421), which the room puts in place of whatever its participants
-- wrote there, if it says that it does (XEP-0030); else the sender could choose who to be. In a channel (XEP-0369) it
-- is what stands before the `#` of the address (XEP-0404). Either counts if the user is in there: a room that they sent
-- presence to, a channel in their roster. Where one of this is missing, or not known yet, there is no id.

local cache = require "util.cache";
local jid_bare = require "util.jid".bare;
local jid_join = require "util.jid".join;
local jid_resource = require "util.jid".resource;
local jid_split = require "util.jid".split;

local strangers = module:require "strangers";

local OCCUPANT = "urn:xmpp:occupant-id:0";
local MUC = "http://jabber.org/protocol/muc";
local MAX_ID = 128; -- as XEP-0421 and docs/spec/pnp.md have it
local MAX_KNOWN = 10000;

local known = cache.new(MAX_KNOWN); -- address of a participant -> what the room last said of it
local client, domains;

local function is_id(id)
	return id and #id <= MAX_ID and id:find("^[!-~]+$") and id or nil;
end

-- The id in a stanza; two are none.
local function id_in(stanza)
	local found;
	for child in stanza:childtags("occupant-id", OCCUPANT) do
		if found then
			return nil;
		end
		found = child;
	end
	return found and is_id(found.attr.id);
end

-- What a room or channel says of itself, or nil; then it is asked, for the next time.
local function peek(room)
	local found = domains.peek(room);
	if not found then
		domains.ask(room, function () end);
	end
	return found;
end

local function gives_ids(room)
	local found = peek(room);
	return found and found.is_room or false;
end

-- Of a message to one user (XEP-0045, section 7.5), not of what is said to all.
local function is_whispered(stanza)
	local kind = stanza.attr.type;
	return stanza.name == "message" and kind ~= "groupchat" and kind ~= "error" and jid_resource(stanza.attr.from);
end

-- The id in the address of a channel's participant.
local function id_before(username, from)
	local node, host = jid_split(from);
	local id, channel = (node or ""):match("^([^#]+)#(.+)$");
	channel = id and jid_join(channel, host);
	if not is_id(id) or not strangers.is_known(username, channel) then
		return nil;
	end
	local found = peek(channel);
	return found and found.is_channel and id or nil;
end

local function find_in_channel(username, stanza)
	local address = jid_bare(stanza.attr.from);
	local id = is_whispered(stanza) and id_before(username, address);
	if not id then
		return nil;
	end
	known:set(address, id);
	return id, address;
end

-- Take note of a stanza to a user of this host. If a participant wrote it to this user alone, return the id, and the
-- address that stands for the participant here.
local function find(username, jid, stanza)
	if not client.features.occupants then
		return nil;
	end
	local from, id = stanza.attr.from, id_in(stanza);
	local room = id and jid_bare(from);
	if not id or from == room or not strangers.is_greeted(jid, room) then
		return find_in_channel(username, stanza);
	end
	known:set(from, id);
	if not gives_ids(room) or not is_whispered(stanza) then
		return nil;
	end
	return id, from;
end

-- Whom a user means by an address: what stands for them here, and a participant's id.
local function meant(jid)
	local bare, id = jid_bare(jid), known:get(jid);
	if id and jid ~= bare and client.features.occupants and gives_ids(bare) then
		return jid, id;
	end
	return bare, known:get(bare);
end

local function watch(client_, domains_)
	client, domains = client_, domains_;
	-- A user enters a room: ask it before anybody whispers.
	module:hook("pre-presence/full", function (event)
		local stanza = event.stanza;
		if event.origin.username and not stanza.attr.type and stanza:get_child("x", MUC) then
			peek(jid_bare(stanza.attr.to));
		end
	end);
end

return { watch = watch; find = find; meant = meant; id_in = id_in };
