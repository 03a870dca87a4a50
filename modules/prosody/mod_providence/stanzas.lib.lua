-- Judges what strangers send: holds it, asks, and lets it go or not.
--
-- It stands after the server's own blocking (100) and before archive (0), carbons (-0.5), offline store and push:
-- what is withheld reaches none of them, what is let go reaches each once. Whoever cannot be judged passes: a
-- filter that is away is no reason to lose mail.

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_split = require "util.jid".split;
local cache = require "util.cache";
local json = require "util.json";
local now = require "util.time".now;
local sha256 = require "util.hashes".sha256;
local st = require "util.stanza";

local facts = module:require "facts";
local lines = module:require "lines";
local strangers = module:require "strangers";

local PRIORITY = 50;
-- Of a stanza that the daemon cannot read, what a person would read is asked about instead.
local MAX_TEXT = 16384;
local MAX_DEPTH = 100;
-- Stanzas that were let go while their question was under way: the daemon may have kept them nevertheless.
local MAX_UNSURE = 10000;

local deadline = module:get_option_number("providence_deadline", 1);
local mode = module:get_option_string("providence_mode", "enforce");
local user_modes = module:get_option("providence_user_modes", {});

local passed = setmetatable({}, { __mode = "k" });
local unsure = cache.new(MAX_UNSURE);
local counts = { deliver = 0; junk = 0; delay = 0; unjudged = 0; reduced = 0 };
local wrote; -- what to tell about a stranger whose stanza was delivered

local client, vaults;

-- Remember, or forget again, that this very stanza was let go without an answer.
local function note_unsure(bytes, by)
	local hash = sha256(bytes);
	local count = (unsure:get(hash) or 0) + by;
	unsure:set(hash, count > 0 and count or nil);
end

-- Whether a stanza that the daemon had kept was delivered already; asking takes it off the list.
local function was_delivered(bytes)
	if unsure:get(sha256(bytes)) then
		note_unsure(bytes, -1);
		return true;
	end
	return false;
end

-- Hand a stanza back to where it was taken from, past this module.
local function pass(event_name, event)
	passed[event.stanza] = true;
	local ok, err = pcall(module.fire_event, module, event_name, event);
	if not ok then
		module:log("error", "A stanza was not handled: %s", err);
	end
end

-- At most MAX_TEXT bytes, and no half letter at the end.
local function cut(text)
	local stop = math.min(#text, MAX_TEXT);
	while stop < #text and stop > 0 and text:find("^[\128-\191]", stop + 1) do
		stop = stop - 1;
	end
	return text:sub(1, stop);
end

-- Every word in an element, wherever it stands; `left` is how deep to look.
local function gather(element, texts, left)
	for _, child in ipairs(element) do
		if type(child) == "string" then
			table.insert(texts, child);
		elseif left > 0 then
			gather(child, texts, left - 1);
		end
	end
end

-- A stanza with the same words and nothing around them.
local function reduce(stanza)
	local attr, texts = stanza.attr, {};
	gather(stanza, texts, MAX_DEPTH);
	local small = st.stanza(stanza.name, { from = attr.from; to = attr.to; type = attr.type });
	return tostring(small:text_tag(stanza.name == "message" and "body" or "status", cut(table.concat(texts, "\n"))));
end

local function ask(event, jid, explain, bytes, seconds, done, afterwards)
	local from = event.stanza.attr.from;
	local host = jid_host(from);
	local ip, ip_value, secure, secure_value, cert, cert_value, auth, auth_value = facts.headers(event.origin, host);
	client:ask("CHECK", {
		"User", jid, "From", from, ip, ip_value, secure, secure_value, cert, cert_value, auth, auth_value,
		"Mode", explain and "explain" or nil; n = 14;
	}, bytes, seconds, done, false, afterwards);
end

-- An answer to CHECK means that the daemon could not read the stanza.
local function is_unread(answer, err)
	return err == "body-too-long" or (answer and (answer.start == 400 or answer.start == 413));
end

-- done(verdict, answer) with verdict nil where there is none; `bytes` is what was asked about last.
local function judge(event, jid, explain, done)
	local started = now();
	local bytes = tostring(event.stanza);
	local function settled(answer, err)
		local verdict = answer and answer.start == 200 and answer.headers.verdict;
		if not explain and (err == "late" or err == "lost") then
			note_unsure(bytes, 1);
		end
		done(verdict, answer);
	end
	local function afterwards(answer)
		-- It was delivered when no answer came in time. What the daemon did keep in a locked vault's queue, or
		-- in the waiting room, is recognised when it is handed out.
		if answer.headers.verdict == "deliver" then
			was_delivered(bytes);
		elseif answer.headers.verdict == "junk" and answer.headers.item then
			client:ask("JUNK", { "User", jid, "Action", "delete", "Item", answer.headers.item }, nil, 10, function () end);
		end
	end
	ask(event, jid, explain, bytes, deadline, function (answer, err)
		local left = started + deadline - now();
		if is_unread(answer, err) and left > 0 then
			counts.reduced = counts.reduced + 1;
			bytes = reduce(event.stanza);
			ask(event, jid, explain, bytes, left, settled, afterwards);
		else
			settled(answer, err);
		end
	end, afterwards);
end

local function reasons_of(answer)
	local parts = {};
	for _, reason in ipairs((json.decode(answer.body) or {}).reasons or {}) do
		table.insert(parts, ("%s %+.2f"):format(tostring(reason[1]), tonumber(reason[2]) or 0));
	end
	return table.concat(parts, ", ");
end

-- Whether the vault is locked, or was held by a process that is gone.
local function is_locked(answer)
	return answer and (answer.start == 503 or answer.headers.verdict == "delay" and not answer.headers.item);
end

-- Passive: nothing is held, kept or changed, and the log tells what would have been.
local function watch_only(event, jid)
	judge(event, jid, true, function (verdict, answer)
		if verdict then
			counts[verdict] = (counts[verdict] or 0) + 1;
			module:log("info", "Passive: %s %s for a stanza from %s: %s", verdict, answer.headers.score or "",
				jid_host(event.stanza.attr.from), reasons_of(answer));
		end
	end);
end

local function remove_marks(stanza)
	stanza:maptags(function (child)
		return not (child.name == "mark" and child.attr.xmlns == "urn:xmpp:spim-marker:0") and child or nil;
	end);
end

local function hold(event_name, event, username, jid, key, how)
	local copy = {};
	for name, value in pairs(event) do
		copy[name] = value;
	end
	-- Whoever sent it may go on to change it.
	copy.stanza = st.clone(event.stanza);
	local place = lines.join(key, jid, event_name, copy);
	if not place then
		counts.unjudged = counts.unjudged + 1;
		return nil;
	end
	local marks = how == "mark";
	if marks then
		remove_marks(copy.stanza);
	end
	judge(copy, jid, marks, function (verdict, answer)
		counts[verdict or "unjudged"] = (counts[verdict or "unjudged"] or 0) + 1;
		if is_locked(answer) then
			vaults.doubt(username);
		end
		if marks and verdict == "junk" then
			copy.stanza:tag("mark", { xmlns = "urn:xmpp:spim-marker:0"; filter = module.host }):up();
		end
		if not marks and (verdict == "junk" or verdict == "delay") then
			lines.decide(place, "gone");
		else
			wrote(jid, jid_bare(copy.stanza.attr.from));
			lines.decide(place, "pass");
		end
	end);
	return true;
end

local function handle(event_name, event)
	local stanza = event.stanza;
	local from, to = stanza.attr.from, stanza.attr.to;
	if passed[stanza] then
		passed[stanza] = nil;
		return nil;
	elseif not from or not to or event.origin.type == "local" then
		return nil;
	end
	local username = jid_split(to);
	local jid, sender = jid_bare(to), jid_bare(from);
	local how = user_modes[username] or mode;
	local key = sender .. ">" .. jid;
	if how == "off" or not username or not strangers.is_judged(stanza)
		or not strangers.is_stranger(username, jid, sender) then
		if not lines.is_waiting(key) then
			return nil;
		end
		local place = lines.join(key, jid, event_name, { origin = event.origin; stanza = st.clone(stanza) });
		if place then
			lines.decide(place, "pass");
		end
		return place and true;
	elseif how == "passive" then
		watch_only({ origin = event.origin; stanza = st.clone(stanza) }, jid);
		wrote(jid, sender);
		return nil;
	end
	return hold(event_name, event, username, jid, key, how);
end

local function watch(client_, vaults_, wrote_)
	client, vaults, wrote = client_, vaults_, wrote_;
	lines.on_release(pass);
	for _, name in ipairs { "message/bare", "message/full", "presence/bare", "presence/full" } do
		module:hook(name, function (event) return handle(name, event); end, PRIORITY);
	end
end

return { watch = watch; pass = pass; was_delivered = was_delivered; lines = lines };
