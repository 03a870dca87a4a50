-- Ways to the daemon: a UNIX socket on this machine, or TCP under mutual TLS 1.3 (docs/spec/pnp.md, section 2).
--
-- A way has a `name` for the log and `open(listener, done)`, which calls done(conn) or done(nil, why) once, perhaps
-- at once. Nobody can write to a connection before that, so no secret goes to whom nobody has looked at.

local certmanager = require "core.certmanager";
local connect = require "net.connect".connect;
local resolver = require "net.resolvers.basic";
local server = require "net.server";
local unix = require "socket.unix";
if type(unix) == "function" then unix = { stream = unix }; end -- COMPAT LuaSocket before 3.0
local verify_identity = require "util.x509".verify_identity;

local function over_socket(path)
	local function open(listener)
		local sock, err = unix.stream();
		if not sock then
			return nil, err;
		end
		sock:settimeout(0);
		local ok;
		ok, err = sock:connect(path);
		if not ok and err ~= "timeout" then
			sock:close();
			return nil, err;
		end
		return server.wrapclient(sock, path, 0, listener, "*a");
	end
	return { name = path; open = function (listener, done) done(open(listener)); end };
end

-- What Prosody asks of other servers is too little here: it goes on past a bad certificate, and trusts the system's
-- authorities. `false` takes one of its defaults away.
local function new_context(files)
	if not (files.certificate and files.key and files.cafile) then
		return nil, "providence_tls lacks one of certificate, key and cafile";
	end
	return certmanager.create_context("providence port 0", "client", {
		certificate = files.certificate; key = files.key; cafile = files.cafile; capath = false;
		protocol = "tlsv1_3+"; verify = { "peer", "fail_if_no_peer_cert" };
		verifyext = { lsec_continue = false; lsec_ignore_purpose = false };
	});
end

-- `files`: certificate, key and cafile; and `name`, if the daemon's certificate bears another one than `host`.
local function over_tls(host, port, files)
	local name = files.name or host;
	local way = { name = ("%s, port %d"):format(host, port) };
	local context, broken;

	-- Certificates are read as Prosody reads its own: at the start, and whenever the settings are read again.
	local function load()
		context, broken = new_context(files);
		if not context then
			module:log("error", "No way to the Providence daemon: %s", broken);
		end
	end
	load();
	module:hook_global("config-reloaded", load);

	function way.open(listener, done)
		if not context then
			return done(nil, broken);
		end
		local ours = {
			onincoming = listener.onincoming;
			ondisconnect = listener.ondisconnect;
			onreadtimeout = listener.onreadtimeout;
			onfail = function (_, err) done(nil, err); end;
		};
		function ours.onconnect(conn)
			local read, fits = pcall(verify_identity, name, nil, conn:socket():getpeercertificate());
			if read and fits then
				return done(conn);
			end
			conn:close();
			done(nil, "its certificate is not for " .. name);
		end
		connect(resolver.new(host, port, "tcp", { servername = name }), ours, { sslctx = context });
	end
	return way;
end

-- The way that the settings name.
local function chosen()
	local host = module:get_option_string("providence_host");
	if host then
		return over_tls(host, module:get_option_number("providence_port", 11783), module:get_option("providence_tls") or {});
	end
	return over_socket(module:get_option_string("providence_socket", "/run/providence/providence.sock"));
end

return { chosen = chosen };
