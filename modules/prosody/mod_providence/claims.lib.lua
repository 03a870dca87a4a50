-- What a sender's client and server say of the sender, as values of CHECK's headers; nil for what is not known.

local cache = require "util.cache";
local jid_host = require "util.jid".host;

local MAX_SENDERS = 10000;

local SHA1 = 28; -- length in base64

local CAPS = "http://jabber.org/protocol/caps";
local RAA = "urn:xmpp:raa:0";
local AFFILIATIONS = { anonymous = true; registered = true; member = true; admin = true };

local announced = cache.new(MAX_SENDERS); -- sender -> what the last presence from there said
local domains;

-- What a stanza says of the client that sent it: whether that announces what it can (`caps`), by which hash
-- (`hash`, XEP-0115), and whether its user has a picture (`picture`, XEP-0153).
local function read(stanza)
	local c = stanza:get_child("c", CAPS);
	local photo = stanza:find("{vcard-temp:x:update}x/photo#");
	return {
		client = stanza.attr.from; caps = c and "yes" or "no";
		hash = c and c.attr.hash == "sha-1" and #(c.attr.ver or "") == SHA1 and c.attr.ver or nil;
		picture = photo and (photo ~= "" and "yes" or "no");
	};
end

-- A stranger sent available presence.
local function note_presence(sender, presence)
	announced:set(sender, read(presence));
end

local function last_presence(origin, sender)
	if origin.type == "c2s" then
		return origin.presence and read(origin.presence) or {};
	end
	return announced:get(sender) or {};
end

-- Whether the sender's client says what it can.
local function caps(origin, stanza, sender)
	return stanza:get_child("c", CAPS) and "yes" or last_presence(origin, sender).caps;
end

-- By which hash this very client did, if it is one that we can compare.
local function hash(origin, stanza, sender)
	local here, before = read(stanza), last_presence(origin, sender);
	if here.caps == "yes" then
		return here.hash;
	end
	return before.client == here.client and before.hash or nil;
end

-- Whether the sender says that there is a picture.
local function picture(origin, stanza, sender)
	return read(stanza).picture or last_presence(origin, sender).picture;
end

local function is_date(text)
	local date, zone = text:match("^(%d%d%d%d%-%d%d%-%d%dT[%d:.]+)(.*)$");
	return date and #date >= 19 and #date <= 27 and (zone == "Z" or zone:find("^[+-]%d%d:%d%d$"));
end

-- In the order and the forms of docs/spec/pnp.md, so that nothing of the sender's choice gets into a header.
local function account_of(info)
	local attr, parts = info.attr, {};
	if not AFFILIATIONS[attr.affiliation] then
		return nil;
	end
	table.insert(parts, "affiliation=" .. attr.affiliation);
	if attr.since and is_date(attr.since) then
		table.insert(parts, "since=" .. attr.since);
	end
	if attr.trust and attr.trust:find("^%d%d?%d?$") and tonumber(attr.trust) <= 100 then
		table.insert(parts, ("trust=%d"):format(tonumber(attr.trust)));
	end
	return table.concat(parts, ";");
end

-- What the sender's server tells about the account (XEP-0489), if it says that it does, and so takes away what its
-- users write there themselves. Whether it says so is not known for the first who come from there: nobody waits.
local function account(stanza, sender)
	local info;
	for child in stanza:childtags("info", RAA) do
		if info then
			return nil; -- one of them is not the server's
		end
		info = child;
	end
	if not info then
		return nil;
	end
	local domain = jid_host(sender);
	local found = domains.peek(domain);
	if not found then
		domains.ask(domain, function () end);
	end
	return found and found.embeds[stanza.name] and account_of(info) or nil;
end

local function watch(domains_)
	domains = domains_;
end

return {
	watch = watch; note_presence = note_presence; caps = caps; hash = hash; picture = picture; account = account;
};
