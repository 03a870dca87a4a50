"""Everything that is kept of a user, as one file by a link, or in a form."""

import json
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from providence.tests.prosody.verona.box import JunkBox, values
from providence.tests.prosody.verona.words import SPAM

CAPULET = "capulet.example"

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def box(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> JunkBox:
    """The box of a user who has taught what spam is, with spam in it."""
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)
    return box


@pytest.fixture
def browse(capulet: Any) -> Callable[..., Answer]:
    """`browse(method, url)`: what a browser gets. The key goes as the button on the page sends it."""
    context = ssl.create_default_context(cafile=str(capulet.authority.path))

    def ask(method: str, url: str) -> Answer:
        to = urlsplit(url)
        assert ("https", CAPULET, capulet.secure_web) == (to.scheme, to.hostname, to.port)
        connection = HTTPSConnection(CAPULET, to.port)
        raw = socket.create_connection(("127.0.0.1", capulet.secure_web), 10)
        connection.sock = context.wrap_socket(raw, server_hostname=CAPULET)
        if method == "POST":
            connection.request(method, to.path, to.query, {"Content-Type": "application/x-www-form-urlencoded"})
        else:
            connection.request(method, f"{to.path}?{to.query}")
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    return ask


def test_the_link_loads_one_file_once(juliet: str, box: JunkBox, capulet: Any, browse: Callable[..., Answer]) -> None:
    assert "1 stanza in the junk box" in box.say("export")
    url = box.hear().split()[-1]
    for _ in range(2):  # a program that looks at links in chats uses none up
        status, headers, page = browse("GET", url)
        assert (200, "no-store", "no-referrer") == (status, headers["cache-control"], headers["referrer-policy"])
        assert b"<button>" in page

    status, headers, file = browse("POST", url)
    assert (200, "no-store") == (status, headers["cache-control"])
    assert 'attachment; filename="junk-box.jsonl"' == headers["content-disposition"]
    lines = [json.loads(line) for line in file.splitlines()]
    assert juliet == lines[0]["user"]
    assert [SPAM in line["stanza"] for line in lines if line["kind"] == "junk"] == [True]
    assert {"settings", "counts", "slot", "learnt"} <= {line["kind"] for line in lines}

    for method in ("GET", "POST"):
        assert 404 == browse(method, url)[0]
    assert [] == capulet.log_lines(url.partition("key=")[2])


def test_a_new_link_takes_the_place_of_the_last(box: JunkBox, browse: Callable[..., Answer]) -> None:
    box.say("export")
    old = box.hear().split()[-1]
    box.say("export")
    new = box.hear().split()[-1]

    assert [404, 200] == [browse("GET", url)[0] for url in (old, new)]
    for guess in (new[:-1], new.partition("?")[0], f"{new.partition('=')[0]}="):
        assert 404 == browse("POST", guess)[0]


def test_a_link_opens_nothing_once_the_vault_is_locked(
    juliet: str, box: JunkBox, browse: Callable[..., Answer], providence: Any
) -> None:
    box.say("export")
    url = box.hear().split()[-1]
    box.say("lock")
    assert providence.has(juliet, state="locked")

    status, _, body = browse("POST", url)
    assert 503 == status
    assert b"Log in" in body


def test_the_form_has_the_link_and_shows_the_same_in_parts(juliet: str, box: JunkBox) -> None:
    form = box.run("export")
    assert "https://" in form.text
    lines: list[str] = []
    while "next" in form.actions:
        form = box.run("export", action="next", after=form)
        for field in form.fields:
            if field.get("type") == "text-multi":
                lines += values(field)
    kinds = [json.loads(line)["kind"] for line in lines if line]
    assert "about" == kinds[0]
    assert "junk" in kinds


def test_without_a_web_server_the_bot_names_the_form(box: JunkBox, capulet: Any) -> None:
    try:
        capulet.control("shell", "module", "unload", "http", CAPULET)
        assert "junk box" in box.say("export")
        assert "Junk box: export" in box.hear()
    finally:
        capulet.control("shell", "module", "load", "http", CAPULET)
