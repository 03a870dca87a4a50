-- Marks that say of a stanza that it is spim (XEP-0287), and by whom: of what other filters thought of it.
--
-- One is believed by which the sender's own server, or a filter below its domain, speaks against its own user; whoever
-- else could have put it there, the sender above all, would speak against themselves. No mark speaks for anybody.

local jid_host = require "util.jid".host;

local MARK = "urn:xmpp:spim-marker:0";

-- Whether a stanza is marked in the name of this host.
local function are_of(stanza, host)
	for mark in stanza:childtags("mark", MARK) do
		local filter = jid_host((mark.attr.filter or ""):lower());
		if filter == host or (filter and filter:sub(-#host - 1) == "." .. host) then
			return true;
		end
	end
	return false;
end

-- Take away the marks of everybody.
local function remove(stanza)
	stanza:maptags(function (child)
		return not (child.name == "mark" and child.attr.xmlns == MARK) and child or nil;
	end);
end

-- Mark a stanza in our name.
local function add(stanza)
	stanza:tag("mark", { xmlns = MARK; filter = module.host }):up();
end

return { are_of = are_of; remove = remove; add = add };
