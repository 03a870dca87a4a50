-- Asks the daemon what a stanza is, and remembers what was let go without an answer.

local cache = require "util.cache";
local now = require "util.time".now;
local sha256 = require "util.hashes".sha256;
local st = require "util.stanza";
local pnp = module:require "pnp";

-- Of a stanza that the daemon cannot read, what a person would read is asked about instead.
local MAX_TEXT = 16384;
local MAX_DEPTH = 100;
-- Stanzas that were let go while their question was under way: the daemon may have kept them nevertheless.
local MAX_UNSURE = 10000;

local deadline = module:get_option_number("providence_deadline", 1);
local unsure = cache.new(MAX_UNSURE); -- hash -> count
local store = module:open_store("providence_unsure");
local underway = {}; -- what was asked about and not answered yet -> true
local reduced = module:measure("reduced", "rate");
local client;

-- Remember, or forget again, that this very stanza was let go without an answer.
local function note_unsure(bytes, by)
	local hash = sha256(bytes, true);
	local count = (unsure:get(hash) or 0) + by;
	unsure:set(hash, count > 0 and count or nil);
end

-- Whether a stanza that the daemon had kept was delivered already; asking takes it off the list.
local function was_delivered(bytes)
	if unsure:get(sha256(bytes, true)) then
		note_unsure(bytes, -1);
		return true;
	end
	return false;
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

-- An answer to CHECK means that the daemon could not read the stanza.
local function is_unread(answer, err)
	return err == "body-too-long" or (answer and (answer.start == 400 or answer.start == 413));
end

-- Ask with these headers of CHECK (a list as pnp.request takes it). done(verdict, answer), with verdict nil where
-- there is none. `looks`: nothing is kept, whatever the verdict.
local function ask(jid, stanza, headers, looks, done)
	local started = now();
	local bytes = tostring(stanza); -- what was asked about last
	local question = { bytes = not looks and bytes or nil };
	underway[question] = true;
	local function settled(answer, err)
		underway[question] = nil;
		if question.bytes and (err == "late" or err == "lost") then
			note_unsure(question.bytes, 1);
		end
		done(answer and answer.start == 200 and answer.headers.verdict, answer);
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
	client:ask("CHECK", headers, bytes, deadline, function (answer, err)
		local left = started + deadline - now();
		if is_unread(answer, err) and left > 0 then
			reduced(1);
			bytes = reduce(stanza);
			question.bytes = not looks and bytes or nil;
			client:ask("CHECK", headers, bytes, left, settled, false, afterwards);
		else
			settled(answer, err);
		end
	end, false, afterwards);
end

-- Why it was judged so, for the log: names and numbers, no words.
local function reasons(answer)
	local parts = {};
	for _, reason in ipairs(pnp.object(answer.body, { reasons = "table" }).reasons) do
		table.insert(parts, ("%s %+.2f"):format(tostring(reason[1]), tonumber(reason[2]) or 0));
	end
	return table.concat(parts, ", ");
end

-- What the user is to be told about a verdict, if anything.
local function notice(answer)
	local text = pnp.object(answer.body, {}).notice;
	return type(text) == "string" and text or nil;
end

local function watch(client_)
	client = client_;
	for hash, count in pairs(store:get(nil) or {}) do
		unsure:set(hash, count);
	end
end

-- What is held was let go because we end: the daemon may keep it nevertheless, and hand it out after the next start.
local function save()
	for question in pairs(underway) do
		if question.bytes then
			note_unsure(question.bytes, 1);
			question.bytes = nil;
		end
	end
	local all = {};
	for hash, count in unsure:items() do
		all[hash] = count;
	end
	store:set(nil, next(all) and all or nil);
end

return { watch = watch; save = save; ask = ask; was_delivered = was_delivered; reasons = reasons; notice = notice };
