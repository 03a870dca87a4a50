-- Hands public lists of senders of spam to the daemon: whole ones now and then, and each change in between.
--
-- Nothing of a list is kept here: it goes on as it comes, part by part, each when the daemon has taken the one
-- before. What changes meanwhile waits, and comes on top. If anything goes wrong, the list is asked for anew, and the
-- daemon goes by what it has until that is whole.

local jid_host = require "util.jid".host;
local jid_prep = require "util.jid".prep;
local now = require "util.time".now;
local throttle = require "util.throttle";

local feeds = module:require "feeds";

local MAX_LISTS = 8;
local MAX_ENTRIES = 100000;
local MAX_PART = 200 * 1024; -- bytes in one frame
-- Changes that wait, and bytes of one; past either the whole list is asked for.
local MAX_CHANGES, MAX_CHANGE = 1000, 16 * 1024;
local ASK_SECONDS = 60;

-- A whole list is asked for once a day; an hour after the last time if the service's stream to us is a new one, for
-- something may have been lost with the old one; this long after it could not be had; and never more often than
-- there are fetches.
local WHOLE_SECONDS, STREAM_SECONDS, RETRY_SECONDS = 24 * 3600, 3600, 600;
local FETCHES, FETCH_SECONDS = 6, 3600;
local LOOK_SECONDS = 60;

-- What is subscribed to: `service` and `node`, the daemon's `number` for it, and
--   `whole`, `due`   when the daemon had all of it last, and when that is to be so again
--   `again`          whether it is to be asked for as soon as may be
--   `busy`           whether something is under way; `changes` wait for that
local lists = {};
local option = module:get_option("providence_lists");
local owners = module:shared("/*/providence/lists"); -- a daemon's address -> the host that has lists for it
local client;

-- Whether there is a daemon that takes lists, and takes them from us: several hosts may have the same.
local function is_wanted()
	local daemon = client.way.name;
	if client.features.lists then
		owners[daemon] = owners[daemon] or module.host;
		return owners[daemon] == module.host;
	end
	return false;
end

-- done(whether the daemon took it)
local function hand(number, action, body, done)
	client:ask("LIST", { "Number", ("%d"):format(number), "Action", action }, body, ASK_SECONDS, function (answer)
		done(answer ~= nil and answer.start == 200);
	end);
end

local look;

-- Hand on the first change that waits.
local function hand_change(list)
	local change = table.remove(list.changes, 1);
	if not change then
		return;
	end
	list.busy = true;
	hand(list.number, change.action, change.body, function (taken)
		list.busy = false;
		if not taken then
			list.again, list.changes = true, {};
		end
		look();
	end);
end

-- The daemon has the whole list, or it could not be had.
local function finish(list, err)
	list.busy = false;
	if not err then
		list.told = nil;
		list.whole, list.due = now(), now() + WHOLE_SECONDS;
		return look();
	end
	list.due, list.changes = now() + RETRY_SECONDS, {};
	if not list.told then
		list.told = true; -- once for each time that it goes wrong
		module:log("warn", "The list %s of %s cannot be had: %s", list.node, list.service, err);
	end
end

-- Hand over the whole list.
local function fetch(list)
	local part, size, left, begun = {}, 0, MAX_ENTRIES, false;
	local function hand_part(action, go_on)
		local body = table.concat(part, "\n");
		part, size, begun = {}, 0, true;
		hand(list.number, action, body, function (taken)
			if taken then
				return go_on();
			end
			finish(list, "the daemon did not take it");
		end);
	end
	local function close()
		hand_part(begun and "end" or "replace", function () finish(list); end);
	end
	local function add(ids, from, go_on)
		for i = from, #ids do
			if left == 0 then
				module:log("warn", "The list %s of %s is too long: its rest is left out", list.node, list.service);
				return close();
			elseif size + #ids[i] > MAX_PART then
				return hand_part(begun and "more" or "begin", function () add(ids, i, go_on); end);
			end
			table.insert(part, ids[i]);
			size, left = size + #ids[i] + 1, left - 1;
		end
		return go_on();
	end
	feeds.fetch(list, function (ids, go_on)
		add(ids, 1, go_on);
	end, function (err)
		if err then
			return finish(list, err);
		end
		close();
	end);
end

-- Subscribe first and read then: so no change is missed.
local function synchronize(list)
	list.busy, list.again, list.changes = true, nil, {};
	feeds.subscribe(list, function (_, err)
		if err and not list.told then
			-- Some let everybody read and nobody subscribe.
			module:log("info", "No subscription to the list %s of %s: %s", list.node, list.service, err);
		end
		fetch(list);
	end);
end

-- Do what is due.
function look()
	if not is_wanted() then
		return;
	end
	for _, list in ipairs(lists) do
		if not list.busy then
			if (list.again or list.due <= now()) and list.allowance:poll(1) then
				synchronize(list);
			else
				hand_change(list);
			end
		end
	end
end

local function note_change(list, change)
	local body = table.concat(change.ids, "\n");
	if #list.changes < MAX_CHANGES and #body <= MAX_CHANGE then
		table.insert(list.changes, { action = change.action; body = body });
	else
		list.again, list.changes = true, {};
	end
end

-- What another address says of a list is none of our business.
local function on_message(event)
	local stanza, is_ours = event.stanza, nil;
	for _, list in ipairs(lists) do
		local changes = stanza.attr.from == list.service and feeds.changes_in(stanza);
		for _, change in ipairs(changes or {}) do
			is_ours = true;
			if change.node == list.node and is_wanted() then
				note_change(list, change);
			end
		end
	end
	if is_ours then
		look();
	end
	return is_ours;
end

-- The daemon was asked what it can; it may be another one than before.
local function connected()
	if not option or not is_wanted() then
		return;
	end
	for _, list in ipairs(lists) do
		list.again = true;
	end
	for number = #lists, MAX_LISTS - 1 do
		hand(number, "replace", nil, function () end);
	end
	look();
end

local function on_stream(event)
	for _, list in ipairs(lists) do
		if jid_host(list.service) == event.session.from_host then
			list.due = math.min(list.due, (list.whole or 0) + STREAM_SECONDS);
		end
	end
end

local function watch(client_)
	client = client_;
	for i, each in ipairs(option or {}) do
		local service = type(each) == "table" and jid_prep(tostring(each.service));
		if i > MAX_LISTS or not service or type(each.node) ~= "string" then
			module:log("error", "providence_lists: number %d has no service and node, or is one too many", i);
		else
			table.insert(lists, {
				number = #lists; service = service; node = each.node; due = 0; changes = {};
				allowance = throttle.create(FETCHES, FETCH_SECONDS);
			});
		end
	end
	if lists[1] then
		module:hook("message/host", on_message);
		module:hook("s2sin-established", on_stream);
		module:add_timer(LOOK_SECONDS, function ()
			look();
			return LOOK_SECONDS;
		end);
	end
end

local function unwatch()
	local daemon = client.way.name;
	if owners[daemon] == module.host then
		owners[daemon] = nil;
	end
end

return { watch = watch; unwatch = unwatch; connected = connected };
