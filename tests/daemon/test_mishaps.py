"""What is told of an exception that nobody foresaw: its type and place, and no value."""

import logging
import re
import subprocess
import sys

import pytest

from providence.daemon.mishaps import Formatter, describe

SECRET = "correct horse battery staple"


def fail() -> Exception:
    """Return an error whose text, and whose cause's text, hold the secret."""

    def look_up() -> None:
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error

    with pytest.raises(KeyError) as caught:
        look_up()
    return caught.value


def test_an_exception_is_told_by_the_types_and_places_of_its_chain() -> None:
    told = describe(fail())

    assert re.fullmatch(r"KeyError at test_mishaps.py:\d+, from ValueError at test_mishaps.py:\d+", told)
    assert SECRET not in told


def test_a_chain_that_bites_its_own_tail_comes_to_an_end() -> None:
    error = ValueError()
    error.__cause__ = error

    assert describe(error).count("ValueError") == 4


def test_a_log_line_with_an_exception_holds_no_traceback() -> None:
    error = fail()
    record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), (type(error), error, error.__traceback__))

    line = Formatter("%(message)s").format(record)

    assert line == f"failed\n{describe(error)}"


def test_nothing_uncaught_shows_a_value() -> None:
    code = f"""
import logging, threading
from providence.daemon.mishaps import install
logging.basicConfig(format="%(message)s")
install()
def fail():
    raise ValueError({SECRET!r})
class Vase:
    def __del__(self):
        fail()
thread = threading.Thread(target=fail, name={SECRET!r})
thread.start()
thread.join()
Vase()
fail()
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)

    lines = [line.split(" at ")[0] for line in done.stderr.splitlines()]
    assert lines == ["a thread ended: ValueError", "ignored: ValueError", "uncaught: ValueError"]
    assert done.returncode == 1
