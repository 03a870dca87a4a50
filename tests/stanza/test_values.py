"""What a stanza hands on for judgement."""

from pathlib import Path

import pytest

from providence.stanza import Encryption, Forwarded, Invite, Kind, Stanza, Wrapper, parse, reader

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "stanza").glob("*.txt"))


def test_texts_are_all_that_a_person_may_read() -> None:
    """
    Each under the name of its field, those of a forwarded stanza last; what was cut as fallback is not among them.
    """
    inner = Stanza(Kind.MESSAGE, "chat", bodies=(("", "inner"),))
    stanza = Stanza(
        Kind.MESSAGE,
        "chat",
        bodies=(("en", "one"), ("de", "two")),
        subjects=(("", "title"),),
        statuses=(("", "away"),),
        nick="me",
        markup="bold",
        forms=("label",),
        files=("name",),
        links=("https://a.example/",),
        fallbacks=("quote",),
        invites=(Invite(direct=True, reason="come"), Invite(direct=True)),
        forwarded=(Forwarded(Wrapper.RECEIVED, inner),),
    )

    assert stanza.texts == (
        ("subject", "title"),
        ("body", "one"),
        ("body", "two"),
        ("status", "away"),
        ("nick", "me"),
        ("reason", "come"),
        ("markup", "bold"),
        ("form", "label"),
        ("file", "name"),
        ("link", "https://a.example/"),
        ("body", "inner"),
    )


@pytest.mark.parametrize(
    "path", [path for path in VECTORS if path.stem.startswith("encrypted")], ids=lambda path: path.stem
)
def test_what_is_hidden_gives_no_content(path: Path) -> None:
    stanza = parse(path.read_bytes().partition(b"\n\n")[2])

    assert stanza.encryption is Encryption.HIDDEN
    assert stanza.texts == ()
    assert stanza.fallbacks == ()


def test_every_name_of_an_error_has_a_vector_and_is_written_down() -> None:
    """
    The names in the promise of parse() are those that the vectors expect.
    """
    expected = {path.read_text(encoding="utf-8").partition("# expect: ")[2].split("\n")[0] for path in VECTORS}
    _, _, promise = (reader.parse.__doc__ or "").partition("of the input:")
    names = promise.replace(";", ",").replace(".", ",").split(",")

    assert {name.strip() for name in names} - {""} == expected - {"stanza"}
