-- internal_hashed, and beside it a login that brings no secret of its own, as by a token: the password "token".

module:depends("auth_internal_hashed");
local new_sasl = require "util.sasl".new;

local hashed;
for _, provider in ipairs(module:get_host_items("auth-provider")) do
	hashed = provider.name == "internal_hashed" and provider or hashed;
end

local provider = {};
for name, value in pairs(hashed) do
	provider[name] = value;
end
provider.name = "tests";

function provider.get_sasl_handler()
	local profile = hashed.get_sasl_handler({}).profile;
	local plain_test = profile.plain_test;
	function profile.plain_test(...)
		local _, _, password = ...;
		if password == "token" then
			return true, true;
		end
		return plain_test(...);
	end
	return new_sasl(module.host, profile);
end

module:provides("auth", provider);
