"""The frozen files, and the vectors of the RFCs that we build on."""

from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from providence.errors import IntegrityError, ProvidenceError, SecretError, VersionError
from providence.keyring import FULL, HostKeys, Keyring, Keys, Secret, SlotKind, Unlock
from providence.keyring.cipher import expand
from providence.keyring.derivation import Cost, Kdf, extract, stretch

FILES = sorted((Path(__file__).parents[1] / "vectors" / "keyring").glob("*.txt"))
ERRORS: dict[str, type[ProvidenceError]] = {
    "integrity": IntegrityError,
    "version": VersionError,
    "secret": SecretError,
}

Lines = dict[str, str]


def parse(path: Path) -> Lines:
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return {key: value.strip() for key, _, value in lines}


def unlock_of(lines: Lines) -> Unlock:
    secret = Secret(bytes.fromhex(lines["secret"]))
    salt = bytes.fromhex(lines["salt"])
    return Unlock(SlotKind[lines["unlock"].upper()], secret, lines["hash"], salt, int(lines["iterations"]))


def open_vault(folder: Path, lines: Lines, record: str) -> Keys:
    path = folder / "host.key"
    path.touch(0o600)
    path.write_bytes(bytes.fromhex(lines["host"]))
    ring = Keyring(HostKeys.load(path))
    return ring.open(bytes.fromhex(lines["uid"]), bytes.fromhex(lines[record]), [unlock_of(lines)], int(lines["today"]))


def open_value(keys: Keys, lines: Lines) -> bytes | bytearray:
    sealed = [bytes.fromhex(value) for key, value in lines.items() if key.startswith("sealed")]
    if lines["kind"] == "table":
        into = bytearray(FULL * max(1, len(sealed)))
        return bytes(into[: keys.open_table(sealed, into)]).rstrip(b"\0")
    if lines["kind"] == "entry":
        return keys.open_entry(int(lines["seq"]), sealed[0])
    if lines["kind"] == "item":
        return keys.open_item(bytes.fromhex(lines["box"]), bytes.fromhex(lines["ident"]), sealed[0])
    return keys.open_queued(sealed[0])


def open_all(folder: Path, lines: Lines) -> bytes | bytearray:
    """Open what a file holds, and with it what it needs."""
    if lines["kind"] == "keyring":
        open_vault(folder, lines, "sealed")
        return b""
    return open_value(open_vault(folder, lines, "record"), lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_read_as_it_says_on_top(tmp_path: Path, path: Path) -> None:
    lines = parse(path)
    expected, _, says = lines["expect"].partition(": ")
    if expected == "opens":
        assert bytes.fromhex(lines.get("plain", "")) == open_all(tmp_path, lines)
        return
    with pytest.raises(ERRORS[expected]) as caught:
        open_all(tmp_path, lines)
    assert says == str(caught.value)


def test_every_kind_of_record_has_its_files() -> None:
    assert {"entry", "item", "keyring", "queue", "table"} == {path.stem.partition("-")[0] for path in FILES}
    assert len(FILES) > 60


def test_argon2id_is_that_of_rfc_9106() -> None:
    """
    RFC 9106, 5.3, has a secret and associated data, which we do not use: this one is of the reference
    implementation's own tests (test.c, "password", "somesalt", t=2, m=65536, p=1), 32 bytes long.
    """
    expected = bytes.fromhex("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7")

    with stretch(b"password", b"somesalt", Cost(Kdf.ARGON2ID, 2, 1, 65536)) as key:
        assert expected == key.view()


def test_hkdf_is_that_of_rfc_5869() -> None:
    """
    Appendix A.1: the first 32 of its 42 bytes of output, whole and by its second half alone.
    """
    salt, info = bytes(range(13)), bytes(range(0xF0, 0xFA))
    pseudorandom = bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
    expected = bytes.fromhex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")

    with extract(b"\x0b" * 20, b"\x0b" * 2, salt, info) as key:
        assert expected == key.view()
    with expand(pseudorandom, info) as key:
        assert expected == key.view()


def test_hpke_is_that_of_rfc_9180() -> None:
    """
    Appendix A.1.1, sequence number 0: our KEM and KDF with the smaller AES, for want of one with ours.

    The public interface takes no associated data, the vector has some.
    """
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    key = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
    enc = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
    sealed = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    private_key = X25519PrivateKey.from_private_bytes(bytes.fromhex(key))
    parts = bytes.fromhex(enc + sealed), private_key, b"Ode on a Grecian Urn", b"Count-0"

    assert b"Beauty is truth, truth beauty" == openssl.hpke._decrypt_with_aad(suite, *parts)  # noqa: SLF001  # see above
