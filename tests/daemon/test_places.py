"""Where files lie when no setting says so."""

from pathlib import Path

from providence.daemon.places import Places


def test_a_person_keeps_everything_in_their_own_folders() -> None:
    places = Places.of({"HOME": "/home/romeo"}, 1000)

    assert (
        Places(
            Path("/home/romeo/.config/providence/providence.toml"),
            Path("/home/romeo/.local/state/providence"),
            Path("/home/romeo/.config/providence/host.keys"),
            Path("/home/romeo/.local/state/providence/providence.sock"),
        )
        == places
    )


def test_the_xdg_variables_are_heeded_unless_they_are_relative() -> None:
    absolute = {"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_RUNTIME_DIR": "/r"}
    relative = {"HOME": "/h", "XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": "s", "XDG_RUNTIME_DIR": ""}

    assert Places(
        Path("/c/providence/providence.toml"),
        Path("/s/providence"),
        Path("/c/providence/host.keys"),
        Path("/r/providence/providence.sock"),
    ) == Places.of(absolute, 1000)
    assert Places.of({"HOME": "/h"}, 1000) == Places.of(relative, 1000)


def test_root_uses_the_folders_of_the_system() -> None:
    assert Places(
        Path("/etc/providence/providence.toml"),
        Path("/var/lib/providence"),
        Path("/etc/providence/keys/host.keys"),
        Path("/run/providence/providence.sock"),
    ) == Places.of({"HOME": "/root", "XDG_RUNTIME_DIR": "/run/user/0"}, 0)


def test_a_service_uses_what_systemd_gives_it(tmp_path: Path) -> None:
    given = {"STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "RUNTIME_DIRECTORY": "/run/a"}

    places = Places.of({**given, "CREDENTIALS_DIRECTORY": str(tmp_path)}, 999)

    assert Path("/var/lib/a") == places.data
    assert Path("/run/a/providence.sock") == places.socket
    assert Path("/etc/providence/keys/host.keys") == places.host_key


def test_a_host_key_among_the_credentials_goes_first(tmp_path: Path) -> None:
    (tmp_path / "host.keys").touch()

    places = Places.of({"STATE_DIRECTORY": "/var/lib/a", "CREDENTIALS_DIRECTORY": str(tmp_path)}, 999)

    assert tmp_path / "host.keys" == places.host_key
