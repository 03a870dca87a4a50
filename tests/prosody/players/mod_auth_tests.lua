-- internal_hashed, and beside it logins that bring no secret of their own: the password "token", and a certificate
-- whose common name is the user's (SASL EXTERNAL).

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

local function named_by_certificate(session)
	local certificate = session.secure and session.conn:socket():getpeercertificate();
	local trusted = certificate and session.conn:socket():getpeerverification();
	for _, part in ipairs(trusted and certificate:subject() or {}) do
		if part.name == "commonName" then
			return part.value;
		end
	end
end

function provider.get_sasl_handler(session)
	local profile = hashed.get_sasl_handler({}).profile;
	local plain_test = profile.plain_test;
	function profile.plain_test(...)
		local _, _, password = ...;
		if password == "token" then
			return true, true;
		end
		return plain_test(...);
	end
	local name = named_by_certificate(session);
	profile.external = name and function () return name, true; end;
	profile.mechanisms = nil; -- to be found out anew
	return new_sasl(module.host, profile);
end

module:provides("auth", provider);
