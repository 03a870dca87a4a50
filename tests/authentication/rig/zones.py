"""DNS zones, signed with keys of our own up to a root of our own."""

import subprocess
from pathlib import Path

SOA = "@ 60 SOA ns.example. hostmaster.example. 1 3600 600 86400 60"
UNSIGNED = ("insecure.example", "asn.example")


class Zones:
    """The zones in a folder; those with DNSSEC are signed, two of them wrongly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: dict[str, list[str]] = {}

    def add(self, zone: str, *records: str) -> None:
        """Put records into a zone."""
        self.records.setdefault(zone, [SOA, "@ NS ns.example."]).extend(records)

    def write(self, bad_address: str) -> str:
        """Write all zones; return the root's DS record."""
        for zone in ("bogus.example", "expsig.example", "127.in-addr.arpa"):
            self._write(zone)
        above = {"127.in-addr.arpa": self._sign("127.in-addr.arpa")}
        forged = self._sign("bogus.example")
        signed = self.folder / "bogus.example.zone.signed"
        signed.write_text(signed.read_text().replace("127.77.0.1", bad_address))
        old = self._sign("expsig.example", "-i", "20250101000000", "-e", "20250201000000")
        self.add("example", forged, old)
        for zone in ("example", *UNSIGNED):
            self._write(zone)
        above["example"] = self._sign("example")
        self.add("", "example. NS ns.example.", "ns.example. A 127.0.0.1", "127.in-addr.arpa. NS ns.example.")
        self.add("", *above.values())
        self._write("")
        return self._sign("").split(";")[0].strip()

    def files(self) -> list[tuple[str, str]]:
        """Return each zone with its file."""
        return [
            (zone or ".", f"{zone or 'root'}.zone" + ("" if zone in UNSIGNED else ".signed")) for zone in self.records
        ]

    def _write(self, zone: str) -> None:
        lines = [f"$ORIGIN {zone}.", "$TTL 60", *self.records[zone]]
        (self.folder / f"{zone or 'root'}.zone").write_text("\n".join(lines) + "\n")

    def _sign(self, zone: str, *options: str) -> str:
        keys = [self._run("ldns-keygen", "-a", "ECDSAP256SHA256", *kind, zone or ".") for kind in ((), ("-k",))]
        self._run("ldns-signzone", "-n", *options, "-o", zone or ".", f"{zone or 'root'}.zone", *keys)
        return (self.folder / f"{keys[1]}.ds").read_text().strip()

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=self.folder)
        return done.stdout.strip()
