-- Keeps no record of a password, as LDAP and PAM do: it can only ask whether one is right.

local new_sasl = require "util.sasl".new;

local passwords = module:open_store("asking");
local provider = {};

function provider.test_password(username, password)
	return password == (passwords:get(username) or {}).password;
end

function provider.user_exists(username)
	return passwords:get(username) ~= nil;
end

function provider.set_password(username, password)
	return passwords:set(username, { password = password });
end
provider.create_user = provider.set_password;

function provider.get_sasl_handler()
	return new_sasl(module.host, {
		plain_test = function (_, username, password) return provider.test_password(username, password), true; end;
	});
end

module:provides("auth", provider);
