-- Prints what CHECK is told of a stream: `lua5.4 facts.lua FACTS.LIB.LUA NAME`, with NAME one of these.

local streams = {
	certificate = {
		type = "s2sin"; ip = "192.0.2.1"; secure = true; external_auth = "succeeded"; from_host = "a.example";
		cert_chain_status = "valid"; cert_identity_status = "valid"; hosts = { ["a.example"] = { authed = true } };
	};
	second_domain = {
		type = "s2sin"; ip = "192.0.2.1"; secure = true; external_auth = "succeeded"; from_host = "b.example";
		cert_chain_status = "valid"; cert_identity_status = "valid"; hosts = { ["a.example"] = { authed = true } };
	};
	dialback = {
		type = "s2sin"; ip = "2001:db8::1"; secure = false; from_host = "a.example";
		cert_chain_status = "invalid"; hosts = { ["a.example"] = { authed = true } };
	};
	zone = { type = "c2s"; ip = "fe80::1%eth0"; secure = true };
	unknown = { type = "s2sin"; hosts = {} };
};

local values = table.pack(assert(loadfile(arg[1]))().headers(streams[arg[2]], "a.example"));
for i = 1, values.n, 2 do
	if values[i + 1] then
		print(values[i] .. ": " .. values[i + 1]);
	end
end
