-- What an answer of the daemon asks this module to do, besides what it says (docs/spec/pnp.md: Released, Preferences,
-- Export, Erased).

local preferences, vaults, waiting;

-- Do it, and return what is left to whoever asked: `export`, an offer of the user's data.
local function heed(username, answer)
	local headers = answer.headers;
	if headers.erased == "yes" then
		vaults.erased(username);
		preferences.set(username, "");
	end
	preferences.set(username, headers.preferences);
	if (tonumber(headers.released) or 0) > 0 then
		waiting.run(username);
	end
	return { export = headers.export == "yes" };
end

-- The answer, if there is one, to what a user did in passing.
local function hear(username, answer)
	if not answer then
		return;
	end
	heed(username, answer);
	if answer.start == 202 or answer.start == 503 then
		vaults.doubt(username);
	end
end

local function watch(preferences_, vaults_, waiting_)
	preferences, vaults, waiting = preferences_, vaults_, waiting_;
end

return { watch = watch; heed = heed; hear = hear };
