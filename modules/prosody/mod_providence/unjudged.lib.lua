-- Counts what strangers send without being judged (errors, receipts, markers, typing), and bounds it.
--
-- Past the bound it is dropped, without an answer. No word of a person is lost by that: such a stanza has none. A
-- conversation never gets there, because each stanza that is delivered and each answer of the user starts it anew.

local cache = require "util.cache";
local throttle = require "util.throttle";

local MAX_PAIRS = 10000;
local MAX_COUNT = 999999;
-- At once, and again in that time, from one stranger to one user who does not answer.
local ALLOWED, SECONDS = 100, 600;

-- By conversation: stanzas since the last question about one, and how many more there may be.
local counts, allowances = cache.new(MAX_PAIRS), cache.new(MAX_PAIRS);

-- Count a stanza, and say whether it may pass.
local function may_pass(key)
	counts:set(key, math.min((counts:get(key) or 0) + 1, MAX_COUNT));
	local allowance = allowances:get(key) or throttle.create(ALLOWED, SECONDS);
	allowances:set(key, allowance);
	return allowance:poll(1);
end

-- The two talk to each other.
local function forgive(key)
	allowances:set(key, nil);
end

-- How many there were since this was asked last.
local function take(key)
	local count = counts:get(key) or 0;
	counts:set(key, nil);
	return ("%d"):format(count);
end

return { may_pass = may_pass; forgive = forgive; take = take };
