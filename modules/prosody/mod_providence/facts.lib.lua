-- What the server knows of a stanza besides its bytes, as headers of CHECK. What it does not know is left out.

local function certificate(origin)
	local chain, identity = origin.cert_chain_status, origin.cert_identity_status;
	if not chain or chain == "none" then
		return nil;
	elseif chain == "valid" and identity == "valid" then
		return "valid";
	end
	return "invalid";
end

local function authentication(origin, from_host)
	if origin.type == "c2s" or origin.type == "component" then
		return "local";
	end
	local status = origin.hosts and origin.hosts[from_host];
	if status and status.authed then
		-- A stream may carry several domains: the first by its certificate, the others by dialback.
		return origin.external_auth == "succeeded" and origin.from_host == from_host and "external" or "dialback";
	end
	return nil;
end

-- The address of the other end, without the zone of a link-local one.
local function address(origin)
	local ip = origin.ip and origin.ip:match("^[%x:.]+");
	return ip and #ip >= 2 and #ip <= 45 and ip or nil;
end

local function yes_no(value)
	if value == nil then
		return nil;
	end
	return value and "yes" or "no";
end

local function headers(origin, from_host)
	return "Peer-IP", address(origin), "Secure", yes_no(origin.secure), "Cert", certificate(origin),
		"Auth", authentication(origin, from_host);
end

return { headers = headers };
