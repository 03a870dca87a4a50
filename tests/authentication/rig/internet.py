"""The servers: NSD with the zones, unbound that validates, rbldnsd, Prosody, ejabberd, a website."""

import contextlib
import functools
import http.server
import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import zlib
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509 import verification

from .certificates import Issuer, authority, leaf, tlsa, write
from .zones import Zones

os.environ["PATH"] += os.pathsep + "/usr/sbin"
NEEDED = ("nsd", "unbound", "rbldnsd", "ldns-keygen", "ldns-signzone", "prosody", "ejabberdctl")
PATIENCE = 30.0
# Servers listen on addresses of their own: of loopback, and of nobody else's tests.
MAIN, OTHER, BAD = "127.77.0.1", "127.77.0.2", "127.77.0.66"
NETWORK = "127.77.0.0/16"
SILENT = "250.77.127.in-addr.arpa"
SERVER_PORT = 5269  # where a domain without SRV records is looked for


def free_port(address: str = MAIN) -> int:
    """Return a port that nobody has."""
    with socket.socket() as free:
        free.bind((address, 0))
        port: int = free.getsockname()[1]
        return port


class Internet:
    """Everything, in a folder of its own."""

    def __init__(self) -> None:
        # rbldnsd gives up its rights and must still read its files.
        self.folder = Path(tempfile.mkdtemp(prefix="pv-net-"))
        self.folder.chmod(0o755)
        for name in ("certs", "zones", "nsd", "unbound", "lists", "data", "ejabberd", "web"):
            (self.folder / name).mkdir()
        self.dns, self.nsd, self.lists = free_port("127.0.0.1"), free_port("127.0.0.1"), free_port("127.0.0.1")
        self.c2s, self.s2s, self.https = free_port(), free_port(), free_port()
        self.captcha_c2s = free_port(OTHER)
        self.root = authority("Root of the tests")
        self.between = authority("Intermediate of the tests", self.root)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.website: http.server.HTTPServer | None = None

    @staticmethod
    def missing() -> list[str]:
        """Return which programs are not installed."""
        return [name for name in NEEDED if shutil.which(name) is None]

    @property
    def authorities(self) -> verification.Store:
        """Whom the tests trust."""
        return verification.Store([self.root[0]])

    def start(self) -> None:
        """Start every server and wait until it answers."""
        hosts = self._certificates()
        anchor = self._zones(hosts)
        self._nsd()
        self._rbldnsd()
        self._unbound(anchor)
        self._prosody(hosts)
        self._ejabberd()
        self._website()

    def stop(self) -> None:
        """Stop all of it."""
        if self.website is not None:
            self.website.shutdown()
            self.website.server_close()
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _certificates(self) -> dict[str, Issuer]:
        between = self.between
        made: dict[str, Issuer] = {
            "expired": leaf(["expired.example"], between, (-100, -10)),
            "notyet": leaf(["notyet.example"], between, (10, 100)),
            "wronghost": leaf(["other.example"], between),
            "selfsigned": leaf(["selfsigned.example"], None),
            "unknownca": leaf(["unknownca.example"], authority("Nobody's authority")),
            "nochain": leaf(["nochain.example"], between),
            "cnonly": leaf([], between, title="cnonly.example"),
            "wildcard": leaf(["*.example"], between),
            "srvid": leaf([], between, srv="_xmpp-server.srvid.example", title="srvid"),
            "daneself": leaf(["daneself.example"], None),
        }
        for name in ("good", "daneta", "danebad", "insecure", "ibropen", "nosrv"):
            made[name] = leaf([f"{name}.example"], between)
        for name, own in made.items():
            alone = name in {"selfsigned", "unknownca", "nochain", "daneself"}
            write(self.folder / "certs", f"{name}.example", own, [] if alone else [between[0]])
        return {f"{name}.example": own for name, own in made.items()}

    def _zones(self, hosts: dict[str, Issuer]) -> str:
        zones: Zones = Zones(self.folder / "zones")

        self.zones = zones

        def served(host: str) -> list[str]:
            return [
                f"_xmpp-client._tcp.{host}. SRV 5 0 {self.c2s} xmpp.{host}.",
                f"_xmpp-server._tcp.{host}. SRV 5 0 {self.s2s} xmpp.{host}.",
                f"xmpp.{host}. A {MAIN}",
            ]

        def record(host: str, usage: int, selector: int, certificate: x509.Certificate) -> str:
            return f"_{self.s2s}._tcp.xmpp.{host}. {tlsa(usage, selector, certificate)}"

        zones.add("", "ns.example. A 127.0.0.1")
        for host in hosts:
            if host not in {"insecure.example", "nosrv.example"}:
                zones.add("example", *served(host))
        zones.add(
            "example",
            "ns A 127.0.0.1",
            f"good.example. A {MAIN}",
            "good.example. MX 10 mail.good.example.",
            f"mail.good.example. A {MAIN}",
            f"conference.good.example. A {MAIN}",
            record("good.example", 3, 1, hosts["good.example"][0]),
            record("daneself.example", 3, 0, hosts["daneself.example"][0]),
            record("daneta.example", 2, 1, self.between[0]),
            record("danebad.example", 3, 1, hosts["good.example"][0]),
            record("srvid.example", 9, 9, hosts["srvid.example"][0]),
            f"nosrv.example. A {MAIN}",
            f"nullsrv.example. A {MAIN}",
            "_xmpp-server._tcp.nullsrv.example. SRV 0 0 0 .",
            "_xmpp-client._tcp.nullsrv.example. SRV 0 0 0 .",
            f"_xmpp-server._tcp.aliassrv.example. SRV 5 0 {self.s2s} alias.aliassrv.example.",
            "alias.aliassrv.example. CNAME xmpp.good.example.",
            f"_xmpp-server._tcp.dangling.example. SRV 5 0 {self.s2s} nowhere.dangling.example.",
            "ibropen.example. MX 0 .",
            f"ibropen.example. A {BAD}",
            "expired.example. MX 10 nowhere.expired.example.",
            "_xmpp-server._tcp.inner.example. SRV 5 0 6379 xmpp.inner.example.",
            "xmpp.inner.example. A 10.1.2.3",
            "xmpp.inner.example. AAAA ::ffff:169.254.169.254",
            *(f"{child}.example. NS ns.example." for child in ("insecure", "bogus", "expsig", "dnsbl", "asn")),
            "lame.example. NS ns.lame.example.",
            "ns.lame.example. A 127.77.0.250",
        )
        for host, port in (("captcha", self.captcha_c2s), ("redirect", self.captcha_c2s)):
            zones.add("example", f"_xmpp-client._tcp.{host}.example. SRV 5 0 {port} xmpp.{host}.example.")
            zones.add("example", f"xmpp.{host}.example. A {OTHER}")
        zones.add("insecure.example", f"@ A {MAIN}", "@ MX 10 xmpp.insecure.example.", *served("insecure.example"))
        zones.add("insecure.example", record("insecure.example", 3, 1, hosts["insecure.example"][0]))
        for host in ("bogus.example", "expsig.example"):
            zones.add(host, f"@ A {MAIN}", *served(host))
        zones.add("127.in-addr.arpa", "1.0.77 PTR xmpp.good.example.", "2.0.77 PTR liar.good.example.")
        zones.add(
            "asn.example",
            '*.113.0.203.origin TXT "64510 64599 | 203.0.113.0/24 | ZZ | tests | 2026-01-01"',
            '*.100.51.198.origin TXT "64512 | 198.51.0.0/16 | ZZ | tests | 2026-01-01"',
            '*.100.51.198.origin TXT "64513 | 198.51.100.0/24 | ZZ | tests | 2026-01-01"',
            '*.100.51.198.origin TXT "64514 | 192.0.2.0/25 | ZZ | tests | 2026-01-01"',
            '*.100.51.198.origin TXT "nonsense" "4294967296 | 198.51.100.0/25" "| |"',
            '*.8.b.d.0.1.0.0.2.origin6 TXT "64511 | 2001:db8::/32 | ZZ | tests | 2026-01-01"',
        )
        return zones.write(BAD)

    def _nsd(self) -> None:
        folder = self.folder / "nsd"
        zones = "".join(f'zone:\n  name: "{zone}"\n  zonefile: {file}\n' for zone, file in self.zones.files())
        (folder / "nsd.conf").write_text(f"""server:
  ip-address: 127.0.0.1@{self.nsd}
  port: {self.nsd}
  username: ""
  chroot: ""
  zonesdir: {self.folder}/zones
  database: ""
  pidfile: {folder}/pid
  logfile: {folder}/log
  xfrdfile: {folder}/xfrd
  xfrdir: {folder}
  zonelistfile: {folder}/zones
  server-count: 1
remote-control:
  control-enable: no
{zones}""")
        self._run("nsd", "-d", "-c", str(folder / "nsd.conf"))
        _until(lambda: _accepts("127.0.0.1", self.nsd))

    def _rbldnsd(self) -> None:
        folder = self.folder / "lists"
        (folder / "ip4").write_text(
            f":127.0.0.2:listed\n127.0.0.2\n{BAD} :127.0.0.4:bot\n127.77.0.7 :127.255.255.254:no\n"
        )
        (folder / "ip6").write_text(":127.0.0.2:listed\n::ffff:7f00:2\n2001:db8:15::/64\n")
        (folder / "dom").write_text(":127.0.0.2:listed\ntest\n.spam.example\n")
        (folder / "all").write_text(":127.0.0.2:everybody\n0.0.0.0/1\n")
        (folder / "none").write_text(":127.0.0.2:nobody\n10.0.0.1\n")
        meta = "$SOA 300 ns.example hostmaster.example 0 600 300 86400 300\n$NS 300 ns.example\n"
        (folder / "meta").write_text(meta)
        sets = ["dnsbl.example:ip4set:ip4", "dnsbl.example:ip6trie:ip6", "dom.dnsbl.example:dnset:dom"]
        sets += ["all.dnsbl.example:ip4set:all", "none.dnsbl.example:ip4set:none", "dnsbl.example:generic:meta"]
        for path in folder.iterdir():
            path.chmod(0o644)
        folder.chmod(0o755)
        bound = ["-b", f"127.0.0.1/{self.lists}"]
        user = ["-u", "rbldns"] if os.geteuid() == 0 else []
        self._run("rbldnsd", "-n", *user, *bound, "-w", str(folder), "-c", "1s", "-q", *sets)

    def _unbound(self, anchor: str) -> None:
        folder = self.folder / "unbound"
        (folder / "root.key").write_text(anchor + "\n")
        nobody = f"127.77.0.250@{self.lists}"
        ports = {"dnsbl.example": f"127.0.0.1@{self.lists}", "lame.example": nobody, SILENT: nobody}
        names = [*(zone for zone, _ in self.zones.files()), *ports]
        stubs = "".join(
            f'stub-zone:\n  name: "{name}"\n  stub-addr: {ports.get(name, f"127.0.0.1@{self.nsd}")}\n' for name in names
        )
        (folder / "unbound.conf").write_text(f"""server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: "{folder}/pid"
  logfile: "{folder}/log"
  use-syslog: no
  interface: 127.0.0.1@{self.dns}
  port: {self.dns}
  do-ip6: no
  num-threads: 1
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor-file: "{folder}/root.key"
  ede: yes
  qname-minimisation: no
  local-zone: "127.in-addr.arpa." nodefault
  domain-insecure: "dnsbl.example"
  domain-insecure: "asn.example"
  domain-insecure: "{SILENT}"
remote-control:
  control-enable: no
{stubs}""")
        self._run("unbound", "-d", "-c", str(folder / "unbound.conf"))
        _until(lambda: _accepts("127.0.0.1", self.dns))

    def _prosody(self, hosts: dict[str, Issuer]) -> None:
        folder, certs = self.folder / "data", self.folder / "certs"
        virtual = "".join(
            f'VirtualHost "{host}"\n  ssl = {{ certificate = "{certs}/{host}.crt"; key = "{certs}/{host}.key" }}\n'
            f"  allow_registration = {'true' if host == 'ibropen.example' else 'false'}\n"
            for host in hosts
        )
        (folder / "prosody.cfg.lua").write_text(f"""
run_as_root = true
pidfile = "{folder}/pid"; data_path = "{folder}"; storage = "memory"
log = {{ debug = "{folder}/log" }}
interfaces = {{ "{MAIN}" }}; local_interfaces = {{ "{MAIN}" }}; use_ipv6 = false
c2s_ports = {{ {self.c2s} }}; s2s_ports = {{ {self.s2s}, {SERVER_PORT} }}
c2s_direct_tls_ports = {{}}; s2s_direct_tls_ports = {{}}; http_ports = {{}}; https_ports = {{}}
modules_enabled = {{ "saslauth", "tls", "dialback", "disco", "register" }}
authentication = "internal_hashed"; c2s_require_encryption = true; s2s_require_encryption = true
s2s_secure_auth = false
{virtual}
""")
        self._run("prosody", "-F", "--config", str(folder / "prosody.cfg.lua"))
        _until(lambda: _accepts(MAIN, self.s2s) and _accepts(MAIN, self.c2s))

    def _ejabberd(self) -> None:
        folder = self.folder / "ejabberd"
        own = leaf(["captcha.example", "redirect.example"], self.between)
        write(folder, "own", own, [self.between[0]])
        (folder / "all.pem").write_bytes((folder / "own.crt").read_bytes() + (folder / "own.key").read_bytes())
        image = folder / "captcha.sh"
        (folder / "captcha.png").write_bytes(_picture())
        image.write_text(f"#!/bin/sh\ncat {folder}/captcha.png\n")
        image.chmod(0o755)
        (folder / "ejabberd.yml").write_text(f"""
hosts: ["captcha.example", "redirect.example"]
loglevel: info
certfiles: ["{folder}/all.pem"]
captcha_cmd: {image}
captcha_url: https://captcha.example/captcha
listen:
  - {{port: {self.captcha_c2s}, ip: "{OTHER}", module: ejabberd_c2s, starttls: true, starttls_required: true}}
access_rules: {{everybody: {{allow: all}}}}
modules: {{mod_disco: {{}}}}
append_host_config:
  captcha.example:
    modules: {{mod_register: {{captcha_protected: true, access: everybody, ip_access: everybody}}}}
  redirect.example:
    modules:
      mod_register: {{redirect_url: "https://redirect.example/register", access: everybody, ip_access: everybody}}
""")
        home = {
            "HOME": str(folder),
            "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        # Without a distribution name there is no epmd, and no port for it.
        erl = ["erl", "-noinput", "-noshell", "-mnesia", "dir", f'"{folder}/mnesia"', "-s", "ejabberd"]
        libraries = sorted(Path("/usr/lib").glob("*/ejabberd-*/ebin")) + sorted(
            Path("/usr/lib/erlang/lib").glob("*/ebin")
        )
        log = ["-ejabberd", "log_path", f'"{folder}/ejabberd.log"', "config", f'"{folder}/ejabberd.yml"']
        ebin = [part for path in libraries if "ejabberd" in str(path) for part in ("-pa", str(path))]
        self._run(*erl, *ebin, *log, environment=home)
        _until(lambda: " is started in the node " in (self.folder / "erl.out").read_text())

    def _website(self) -> None:
        (self.folder / "web" / "index.html").write_text("<title>good.example</title>")
        handler = functools.partial(_Quiet, directory=str(self.folder / "web"))
        self.website = http.server.ThreadingHTTPServer((MAIN, self.https), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "certs/good.example.crt", self.folder / "certs/good.example.key")
        self.website.socket = context.wrap_socket(self.website.socket, server_side=True)
        threading.Thread(target=self.website.serve_forever, daemon=True).start()

    def _run(self, *command: str, environment: dict[str, str] | None = None) -> None:
        log = (self.folder / f"{command[0]}.out").open("wb")
        with log:
            self.processes.append(
                subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})}
                )
            )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _picture() -> bytes:
    """Return the smallest PNG there is: ejabberd looks whether it is one."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def _accepts(address: str, port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection((address, port), 0.2).close()
        return True
    return False


def _until(what: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "a server of the tests did not start"
        time.sleep(0.02)
