-- From a login or a new password to the secrets that open a vault (docs/spec/pnp.md, UNLOCK).
--
-- ClientKey (RFC 5802, section 3) is enough to log in as the user, so it never leaves these functions: what is
-- sent is U, from which neither it nor the password can be computed. Only where there is no ClientKey, the password.

local base64 = require "util.encodings".base64;
local saslprep = require "util.encodings".stringprep.saslprep;
local hashes = require "util.hashes";
local sxor = require "util.strbitop".sxor;

local MAX_PASSWORD = 1024;
local LABEL = "providence unlock v1";

local HASHES = {
	["SHA-1"] = {
		name = "sha-1"; profile = "scram_sha_1";
		hash = hashes.sha1; hmac = hashes.hmac_sha1; pbkdf2 = hashes.pbkdf2_hmac_sha1;
	};
	["SHA-256"] = {
		name = "sha-256"; profile = "scram_sha_256";
		hash = hashes.sha256; hmac = hashes.hmac_sha256; pbkdf2 = hashes.pbkdf2_hmac_sha256;
	};
};

-- A slot with its secret, or nil if the key is not the one whose hash the server stores.
local function slot(alg, jid, client_key, stored_key, salt, iterations)
	if alg.hash(client_key) ~= stored_key then
		return nil;
	end
	return {
		name = ("scram;hash=%s;salt=%s;i=%d"):format(alg.name, base64.encode(salt), iterations);
		secret = hashes.hmac_sha256(client_key, LABEL .. "\0" .. alg.name .. "\0" .. jid);
	};
end

-- Whether the server keeps SCRAM records. Where it only asks somebody else whether a password is right, as by LDAP
-- or PAM, there is no ClientKey, and the password itself is what opens a vault.
local function keeps_records(handler)
	for _, alg in pairs(HASHES) do
		if handler.profile[alg.profile] then
			return true;
		end
	end
	return false;
end

-- Slots for a password that was found right or has just been set: one for each SCRAM record the server has.
local function from_password(handler, username, realm, jid, password)
	local slots = {};
	password = saslprep(password);
	if password and not keeps_records(handler) then
		return #password <= MAX_PASSWORD and { { name = "password"; secret = password } } or {};
	end
	for _, alg in pairs(HASHES) do
		local record = password and handler.profile[alg.profile];
		if record then
			local stored_key, _, iterations, salt = record(handler, username, realm);
			if stored_key then
				local client_key = alg.hmac(alg.pbkdf2(password, salt, iterations), "Client Key");
				table.insert(slots, slot(alg, jid, client_key, stored_key, salt, iterations));
			end
		end
	end
	return slots;
end

-- Slots of a PLAIN login (RFC 4616) that succeeded with this message.
local function from_plain(handler, username, realm, jid, message)
	local password = message:match("^[^%z]*%z[^%z]+%z([^%z]+)");
	return password and from_password(handler, username, realm, jid, password) or {};
end

-- The slot of a SCRAM login that succeeded: ClientKey is what the client's proof proves (RFC 5802, section 3).
-- `state` is the mechanism's after the first message, `final` the client's last message.
local function from_scram(mechanism, state, jid, final)
	local alg = HASHES[mechanism:match("^SCRAM%-(SHA%-%d+)")];
	local without_proof, proof = final:match("^(c=[^,]*,r=[^,]*,?.-),p=(.*)$");
	local salt, iterations = state.server_first_message:match("s=([^,]*),i=(%d+)");
	if not alg or not proof or not salt then
		return {};
	end
	local signed = state.client_first_message_bare .. "," .. state.server_first_message .. "," .. without_proof;
	local client_key = sxor(alg.hmac(state.stored_key, signed), base64.decode(proof));
	return { slot(alg, jid, client_key, state.stored_key, base64.decode(salt), tonumber(iterations)) };
end

-- Whether the server keeps passwords as they are: then there is nothing at rest to protect, and SCRAM makes
-- another key at each login.
local function keeps_passwords(handler)
	return handler.profile.plain ~= nil;
end

return {
	from_password = from_password; from_plain = from_plain; from_scram = from_scram;
	keeps_passwords = keeps_passwords; keeps_records = keeps_records;
};
