-- Judges what strangers send: holds it, asks, and lets it go or not.
--
-- It stands after the server's own blocking (100) and before archive (0), carbons (-0.5), offline store and push:
-- what is withheld reaches none of them, what is let go reaches each once. Whoever cannot be judged passes: a
-- filter that is away is no reason to lose mail.

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local jid_split = require "util.jid".split;
local st = require "util.stanza";

local answers = module:require "answers";
local claims = module:require "claims";
local facts = module:require "facts";
local lines = module:require "lines";
local marks = module:require "marks";
local participants = module:require "participants";
local preferences = module:require "preferences";
local privacy = module:require "privacy";
local questions = module:require "questions";
local strangers = module:require "strangers";
local unjudged = module:require "unjudged";

local PRIORITY = 50;

local mode = module:get_option_string("providence_mode", "enforce");
local user_modes = module:get_option("providence_user_modes", {});

local passed = setmetatable({}, { __mode = "k" });
local counts = {}; -- verdict -> function that counts one
local vaults, ears;

for _, name in ipairs { "deliver", "junk", "delay", "unjudged" } do
	counts[name] = module:measure(name, "rate");
end

-- Hand a stanza back to where it was taken from, past this module.
local function pass(event_name, event)
	passed[event.stanza] = true;
	answers.quietly(event.stanza, function () module:fire_event(event_name, event); end);
end

-- Whether the vault is locked, or was held by a process that is gone.
local function is_locked(answer)
	return answer and (answer.start == 503 or answer.headers.verdict == "delay" and not answer.headers.item);
end

-- A conversation goes on: `case` is a stanza on its way, with who it is from and to.
local function note_delivered(case)
	unjudged.forgive(case.key);
	ears.note_writer(case.jid, case.sender);
end

-- What is told about a stanza besides its bytes. Of a participant's client, account and server a room knows nothing.
local function headers(case, looks)
	local origin, stanza, sender = case.event.origin, case.event.stanza, case.sender;
	local common = table.pack("User", case.jid, "From", stanza.attr.from, "Mode", looks and "passive" or nil,
		"Listed", privacy.match(case.username, stanza), "Unjudged", unjudged.take(case.key),
		"Marked", case.is_marked and "yes" or nil);
	local more = case.occupant and table.pack("Occupant", case.occupant)
		or table.pack("Groups", strangers.groups(case.username, sender), "Caps", claims.caps(origin, stanza, sender),
			"Account", claims.account(stanza, sender), facts.headers(origin, jid_host(sender)));
	table.move(more, 1, more.n, common.n + 1, common);
	common.n = common.n + more.n;
	return common;
end

-- Ask; done(verdict, answer), with verdict nil where there is none. `looks`: the stanza goes on whatever it is.
local function judge(case, looks, done)
	questions.ask(case.jid, case.event.stanza, headers(case, looks), looks, function (verdict, answer)
		(counts[verdict] or counts.unjudged)(1);
		if is_locked(answer) then
			vaults.doubt(case.username);
		end
		if verdict then
			-- Before the stanza goes on: what it lets out of the waiting room came earlier.
			ears.heed(case.username, answer);
		end
		local notice = verdict and looks and questions.notice(answer);
		if notice then
			ears.say(case.username, notice);
		end
		done(verdict, answer);
		if verdict then
			ears.wonder(answer, case.event.origin, case.event.stanza, case.sender);
		end
	end);
end

-- Passive: nothing is held, kept or changed. What would have been is told by the log; of users in the test
-- program by a message to them, and by no log.
local function watch_only(case, is_private)
	note_delivered(case);
	case.event = { origin = case.event.origin; stanza = st.clone(case.event.stanza) };
	judge(case, true, function (verdict, answer)
		if verdict and not is_private then
			module:log("info", "Passive: %s %s for a stanza from %s: %s", verdict, answer.headers.score or "",
				jid_host(case.sender), questions.reasons(answer));
		end
	end);
end

-- `marking`: it goes on whatever it is, with a mark if it is spam.
local function hold(case, marking)
	local copy = {};
	for name, value in pairs(case.event) do
		copy[name] = value;
	end
	-- Whoever sent it may go on to change it.
	local stanza = st.clone(case.event.stanza);
	case.event, copy.stanza = copy, stanza;
	if stanza.attr.type == "subscribe" then
		answers.acknowledge(stanza);
	end
	local place = lines.join(case.key, case.jid, case.event_name, copy);
	if not place then
		counts.unjudged(1);
		if not answers.vanishes(copy) then
			pass(case.event_name, copy);
		end
		return true;
	end
	if marking then
		marks.remove(stanza);
	end
	judge(case, marking, function (verdict)
		if marking and verdict == "junk" then
			marks.add(stanza);
		end
		if (not marking and (verdict == "junk" or verdict == "delay")) or answers.vanishes(copy) then
			lines.decide(place, "gone");
		else
			note_delivered(case);
			lines.decide(place, "pass");
		end
	end);
	return true;
end

-- Let go what is not judged, but not past what is held of the same conversation.
local function follow(case)
	if not lines.is_waiting(case.key) then
		return nil;
	end
	local event = { origin = case.event.origin; stanza = st.clone(case.event.stanza) };
	local place = lines.join(case.key, case.jid, case.event_name, event);
	if place then
		lines.decide(place, "pass");
	end
	return place and true;
end

-- A stranger's stanza that says nothing to a person. Presence goes its way; of messages there may be too many.
local function let_by(case, how)
	local stanza = case.event.stanza;
	local may_pass = true;
	if stanza.name == "presence" and not stanza.attr.type then
		claims.note_presence(case.sender, stanza);
	elseif stanza.name == "message" and not strangers.is_refused(stanza) then
		may_pass = unjudged.may_pass(case.key);
	end
	-- Whoever wants to be passive is hidden as everybody is, unless the operator hides nobody.
	if (not may_pass and how ~= "passive") or (mode ~= "passive" and answers.vanishes(case.event)) then
		return true;
	end
	return follow(case);
end

-- The user's own word, or else the operator's; and whether nobody but the user is to hear of verdicts.
local function mode_of(username)
	local preference = preferences.get(username);
	local how = preference.mode or user_modes[username] or mode;
	return preference.program and how ~= "off" and "passive" or how, preference.program;
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
	local case = {
		event_name = event_name; event = event; username = jid_split(to); jid = jid_bare(to); sender = jid_bare(from);
	};
	local occupant, address = participants.find(case.username, case.jid, stanza);
	local is_stranger = strangers.is_stranger(case.username, case.jid, case.sender, stanza, occupant);
	case.occupant, case.sender = occupant, address or case.sender;
	case.key = case.sender .. ">" .. case.jid;
	local how, is_private = mode_of(case.username);
	if how == "off" or not is_stranger then
		return follow(case);
	elseif not strangers.is_judged(stanza) then
		return let_by(case, how);
	end
	case.is_marked = marks.are_of(stanza, jid_host(case.sender));
	if how == "passive" then
		return watch_only(case, is_private);
	end
	return hold(case, how == "mark");
end

-- `ears_`: `heed(username, answer)` does what else an answer says, `note_writer(jid, sender)` hears of each stranger
-- whose stanza was delivered, `say(username, text)` tells a user something, `wonder(answer, origin, stanza, sender)`
-- finds out more about the sender.
local function watch(client, vaults_, domains, ears_)
	vaults, ears = vaults_, ears_;
	questions.watch(client);
	claims.watch(domains);
	participants.watch(client, domains);
	answers.watch();
	lines.on_release(pass);
	for _, name in ipairs { "message/bare", "message/full", "presence/bare", "presence/full" } do
		module:hook(name, function (event) return handle(name, event); end, PRIORITY);
	end
end

return {
	watch = watch; pass = pass; was_delivered = questions.was_delivered; save = questions.save; lines = lines;
	claims = claims; participants = participants; forgive = unjudged.forgive;
};
