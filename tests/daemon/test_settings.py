"""Settings: what a file may say, and how a wrong one is told."""

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from providence.daemon.binding import MAX_FILE_BYTES, MAX_LIST
from providence.daemon.rendering import as_markdown, as_toml, as_values, tables
from providence.daemon.settings import MAX_COMMIT_MS, MAX_LINGER, MAX_SOCKET_PATH, MAX_WORKERS, Settings
from providence.errors import SettingsError

PERSON = {"HOME": "/home/romeo", "XDG_RUNTIME_DIR": "/run/user/1000"}
SECRET = "correct horse battery staple"


def load(folder: Path, text: str | bytes) -> Settings:
    file = folder / "providence.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Settings.load(file, PERSON, 1000)


def refusal(folder: Path, text: str | bytes) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(folder, text)
    return caught.value


def test_no_settings_are_needed() -> None:
    settings = Settings.load(None, PERSON, 1000)

    assert Path("/home/romeo/.local/state/providence") == settings.folders.data
    assert Path("/home/romeo/.config/providence/host.keys") == settings.folders.host_key
    assert Path("/run/user/1000/providence/providence.sock") == settings.socket.path
    assert settings.workers.count == 1


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    settings = load(tmp_path, '[workers]\ncount = 4\n[socket]\npath = "/srv/p.sock"\nmode = "0600"\n')

    assert settings.workers.count == 4
    assert Path("/srv/p.sock") == settings.socket.path
    assert settings.socket.mode == "0600"
    assert Settings.load(None, PERSON, 1000).folders == settings.folders


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "providence.toml"
    file.write_text('[socket]\npath = "/srv/p.sock"\nmode = "0600"\n')

    settings = Settings.load(file, PERSON, 1000, socket=Path("/srv/other.sock"))

    assert Path("/srv/other.sock") == settings.socket.path
    assert settings.socket.mode == "0600"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[worker]\n", "table “worker” is unknown", "did you mean “workers”?"),
        ("[workers]\ncuont = 2\n", "[workers] “cuont” is unknown", "did you mean “count”?"),
        ("[sessions]\nxyzzy = 2\n", "[sessions] “xyzzy” is unknown", "known are linger, orphan"),
    ],
)
def test_an_unknown_name_is_refused_with_a_proposal(tmp_path: Path, text: str, message: str, hint: str) -> None:
    error = refusal(tmp_path, text)

    assert str(error) == f"{tmp_path}/providence.toml: {message}"
    assert error.__notes__ == [hint]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[workers]\ncount = true\n", "[workers] count must be a whole number"),
        ('[workers]\ncount = "2"\n', "[workers] count must be a whole number"),
        ("[workers]\ncount = 2.0\n", "[workers] count must be a whole number"),
        ("[workers]\nwipe_on_free = 1\n", "[workers] wipe_on_free must be true or false"),
        ("[verdicts]\njunk = true\n", "[verdicts] junk must be a number"),
        ("[socket]\nmode = 432\n", "[socket] mode must be one of 0600, 0660"),
        ('[socket]\nmode = "0666"\n', "[socket] mode must be one of 0600, 0660"),
        ('[socket]\npeers = "romeo"\n', f"[socket] peers must be a list of at most {MAX_LIST} texts"),
        ("[socket]\npeers = [1]\n", "[socket] peers must be a text"),
        ('[socket]\npath = "run/p.sock"\n', "[socket] path must be an absolute path"),
        ("[socket]\npath = 1\n", "[socket] path must be a path"),
        ('[socket]\npath = ""\n', "[socket] path must be a path"),
        ('[socket]\npath = "/a\\u0000b"\n', "[socket] path must be a path"),
        ("workers = 3\n", "[workers] must be a table"),
        ("[[workers]]\ncount = 3\n", "[workers] must be a table"),
        ('[tcp]\nhost = "127.0.0.1"\n', "[tcp] host must come with certificate, key and client_ca"),
        ('[tcp]\nkey = "/k"\n', "[tcp] certificate, key and client_ca must be given together"),
        (
            '[tcp]\nkey = "k"\ncertificate = "/c"\nclient_ca = "/a"\n',
            "[tcp] certificate, key and client_ca must be absolute paths",
        ),
        (
            '[tcp]\nhost = "shop.example"\nkey = "/k"\ncertificate = "/c"\nclient_ca = "/a"\n',
            "[tcp] host must be an IP address",
        ),
    ],
)
def test_a_wrong_value_is_told_by_file_table_and_key(tmp_path: Path, text: str, message: str) -> None:
    assert str(refusal(tmp_path, text)) == f"{tmp_path}/providence.toml: {message}"


@pytest.mark.parametrize(
    ("table", "key", "low", "high"),
    [
        ("workers", "count", 1, MAX_WORKERS),
        ("workers", "commit_ms", 0, MAX_COMMIT_MS),
        ("sessions", "linger", 0, MAX_LINGER),
        ("tcp", "port", 1, 65535),
    ],
)
def test_a_number_is_taken_at_its_bounds_and_not_past_them(
    tmp_path: Path, table: str, key: str, low: int, high: int
) -> None:
    for value in (low, high):
        assert value == getattr(getattr(load(tmp_path, f"[{table}]\n{key} = {value}\n"), table), key)
    for value in (low - 1, high + 1):
        error = refusal(tmp_path, f"[{table}]\n{key} = {value}\n")
        assert str(error) == f"{tmp_path}/providence.toml: [{table}] {key} must lie in {low}..{high}"


def test_a_socket_path_is_taken_at_the_kernels_limit_and_not_past_it(tmp_path: Path) -> None:
    longest = "/" + "x" * (MAX_SOCKET_PATH - 1)

    assert Path(longest) == load(tmp_path, f'[socket]\npath = "{longest}"\n').socket.path
    assert "at most 107 bytes" in str(refusal(tmp_path, f'[socket]\npath = "{longest}x"\n'))


def test_a_file_is_taken_at_its_bound_and_not_past_it(tmp_path: Path) -> None:
    load(tmp_path, b"#" * MAX_FILE_BYTES)

    assert str(refusal(tmp_path, b"#" * (MAX_FILE_BYTES + 1))).endswith("larger than 64 KiB")


@pytest.mark.parametrize("place", ["store/host.keys", "store/keys/host.keys", "link/host.keys", "store/../store/k"])
def test_a_host_key_inside_the_data_folder_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "store")
    text = f'[folders]\ndata = "{tmp_path}/store"\nhost_key = "{tmp_path}/{place}"\n'

    assert str(refusal(tmp_path, text)).endswith("host_key must lie outside of the data folder")


def test_users_and_groups_are_found_by_name_or_number(tmp_path: Path) -> None:
    socket = load(tmp_path, '[socket]\npeers = ["nobody", "1234"]\ngroup = "nogroup"\n').socket

    assert {0, os.geteuid(), 65534, 1234} == socket.uids()
    assert socket.gid() == 65534
    assert load(tmp_path, '[socket]\nmode = "0600"\n').socket.gid() is None


@pytest.mark.parametrize("line", ['peers = ["no such user"]', 'group = "no such group"'])
def test_a_user_or_group_that_does_not_exist_is_refused(tmp_path: Path, line: str) -> None:
    socket = load(tmp_path, f"[socket]\n{line}\n").socket

    with pytest.raises(SettingsError):
        (socket.uids(), socket.gid())


@pytest.mark.parametrize(
    "text",
    [
        f'[workers]\ncount = "{SECRET}"\n',
        f'[tcp]\nhost = "{SECRET}"\nkey = "/k"\ncertificate = "/c"\nclient_ca = "/a"\n',
        f'[socket]\npath = "{SECRET}"\n',
        f'[socket]\nmode = "{SECRET}"\n',
        f"{SECRET}\n",
        f'[socket]\npath = "{SECRET}\n',
        f'[log]\nlevel = "{SECRET}"\n',
    ],
)
def test_no_error_repeats_a_value(tmp_path: Path, text: str) -> None:
    error = refusal(tmp_path, text)

    assert "horse" not in repr(error) + str(getattr(error, "__notes__", "")) + repr(error.__cause__)


def test_what_is_no_toml_is_told_by_its_line(tmp_path: Path) -> None:
    assert str(refusal(tmp_path, "[workers]\ncount == 3\n")) == f"{tmp_path}/providence.toml:2: this is no TOML"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 30_000, b"a = " + b"9" * 5000, b"\0"])
def test_hostile_bytes_are_refused_with_our_error(tmp_path: Path, data: bytes) -> None:
    assert isinstance(refusal(tmp_path, data), SettingsError)


def test_a_missing_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        Settings.load(tmp_path / "none.toml")


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["workers", "socket", "tcp", "vault", "x"]), st.text()))
def test_any_table_of_texts_is_loaded_or_refused(tmp_path: Path, values: dict[str, str]) -> None:
    text = "".join(f"{table} = {value!r}\n" for table, value in values.items())
    try:
        load(tmp_path, text.encode("utf-8", "surrogatepass"))
    except SettingsError:
        return
    assert not values


def test_printed_settings_load_as_the_same_settings(tmp_path: Path) -> None:
    before = load(tmp_path, '[workers]\ncount = 3\n[socket]\npath = "/srv/ü\\u007f\\".sock"\npeers = ["nobody"]\n')

    assert before == load(tmp_path, as_toml(before))


def test_the_example_names_every_setting_and_changes_none(tmp_path: Path) -> None:
    example = as_toml(Settings.defaults(), example=True)
    shown = tomllib.loads("\n".join(line.removeprefix("#") for line in example.splitlines() if line[:2] != "# "))

    assert Settings.load(None, PERSON, 1000) == load(tmp_path, example)
    assert as_values(Settings.defaults()) == shown


def test_every_setting_says_what_it_is_for() -> None:
    silent = [(name, key.name) for name, _, keys in tables(Settings.defaults()) for key in keys if not key.help]

    assert silent == []


def test_the_page_of_the_documentation_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"

    assert as_markdown(Settings.defaults()) == page.read_text()
