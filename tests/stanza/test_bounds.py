"""Every bound, at it and one past it."""

import pytest

from providence.errors import StanzaError
from providence.stanza import Jid, bound, fallback, jid, parse, reader, tree


def message(inside: str = "", attributes: str = "") -> bytes:
    return f"<message {attributes}>{inside}</message>".encode()


def reason(document: bytes) -> str:
    with pytest.raises(StanzaError) as caught:
        parse(document)
    return str(caught.value)


def test_a_document_has_at_most_max_bytes() -> None:
    padding = tree.MAX_BYTES - len(message())

    assert parse(message(" " * padding)).texts == ()
    assert reason(message(" " * (padding + 1))) == "too-large"


def test_elements_nest_at_most_max_depth() -> None:
    inside = tree.MAX_DEPTH - 1

    assert parse(message("<a>" * inside + "</a>" * inside)).texts == ()
    assert reason(message("<a>" * (inside + 1) + "</a>" * (inside + 1))) == "too-deep"


def test_a_document_has_at_most_max_elements() -> None:
    branch = f"<a>{'<b/>' * 499}</a>"
    most = branch * (tree.MAX_ELEMENTS // 500 - 1) + f"<a>{'<b/>' * 498}</a>"

    assert parse(message(most)).texts == ()
    assert reason(message(most + "<c/>")) == "too-many-elements"


def test_an_element_has_at_most_max_children() -> None:
    assert parse(message("<a/>" * tree.MAX_CHILDREN)).texts == ()
    assert reason(message("<a/>" * (tree.MAX_CHILDREN + 1))) == "too-many-children"


def test_an_element_has_at_most_max_attributes() -> None:
    def attributes(count: int) -> str:
        return " ".join(f"xmlns:a{number}='b'" for number in range(count))

    assert parse(message(attributes=attributes(tree.MAX_ATTRIBUTES))).texts == ()
    assert reason(message(attributes=attributes(tree.MAX_ATTRIBUTES + 1))) == "too-many-attributes"


def test_a_tag_has_at_most_max_name() -> None:
    assert parse(message(f"<{'a' * tree.MAX_NAME}/>")).texts == ()
    assert reason(message(f"<{'a' * (tree.MAX_NAME + 1)}/>")) == "long-name"


def test_a_namespace_in_use_has_at_most_max_name() -> None:
    assert parse(message(f"<a xmlns='{'u' * tree.MAX_NAME}'/>")).texts == ()
    assert reason(message(f"<a xmlns='{'u' * (tree.MAX_NAME + 1)}'/>")) == "long-name"


def test_an_id_longer_than_max_id_is_left_out() -> None:
    longest = "i" * reader.MAX_ID

    assert parse(message(attributes=f"id='{longest}'")).id == longest
    assert parse(message(attributes=f"id='{longest}i'")).id is None


def test_invites_beyond_max_invites_are_left_out() -> None:
    invite = "<x xmlns='jabber:x:conference' jid='room.example'/>"

    for count in (reader.MAX_INVITES, reader.MAX_INVITES + 1):
        assert len(parse(message(invite * count)).invites) == reader.MAX_INVITES


def test_stanzas_beyond_max_forwarded_are_left_out() -> None:
    inner = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns=''/></forwarded>"

    for count in (reader.MAX_FORWARDED, reader.MAX_FORWARDED + 1):
        assert len(parse(message(inner * count)).forwarded) == reader.MAX_FORWARDED


def ranges(count: int) -> bytes:
    cuts = "<body start='0' end='4'/>" * count
    return message(
        "<body>Buy now</body><reply xmlns='urn:xmpp:reply:0'/>"
        f"<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>{cuts}</fallback>",
    )


def test_more_ranges_than_max_ranges_cut_nothing() -> None:
    assert parse(ranges(fallback.MAX_RANGES)).texts == (("body", "now"),)
    assert parse(ranges(fallback.MAX_RANGES + 1)).texts == (("body", "Buy now"),)


def test_a_range_has_at_most_max_digits() -> None:
    def cut(end: str) -> str:
        return parse(ranges(1).replace(b"'4'", f"'{end}'".encode())).bodies[0][1]

    assert cut("4".zfill(fallback.MAX_DIGITS)) == "now"
    assert cut("4".zfill(fallback.MAX_DIGITS + 1)) == "Buy now"


def test_texts_together_have_at_most_max_text() -> None:
    longest = "a" * bound.MAX_TEXT
    at = parse(message(f"<body>{longest}</body>"))
    past = parse(message(f"<body>{longest}a</body>"))

    assert (at.bodies, at.truncated) == ((("", longest),), False)
    assert past.truncated
    assert len(past.bodies[0][1]) == bound.MAX_TEXT


def test_a_long_text_loses_its_middle() -> None:
    ((_, text),) = parse(message(f"<body>Dear {'x' * 20_000} link</body>")).bodies

    assert text.startswith("Dear x")
    assert text.endswith("x link")
    assert "x\nx" in text


def test_a_long_text_pushes_out_no_other() -> None:
    padding = "pad " * 20_000
    stanza = parse(
        message(
            f"<body>{padding}</body><body xml:lang='de'>Kauf das</body>"
            "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'>"
            f"<subject>{padding}</subject><body>Buy this</body></message></forwarded>"
            "<x xmlns='jabber:x:conference' reason='Come in'/>",
        )
    )
    texts = [text for _, text in stanza.texts]

    assert {"Kauf das", "Buy this", "Come in"} <= set(texts)
    assert bound.MAX_TEXT - len(texts) <= sum(map(len, texts)) <= bound.MAX_TEXT


@pytest.mark.parametrize("form", ["{}@a.example", "a@{}", "a@a.example/{}"])
@pytest.mark.parametrize("point", ["a", "\u0101", "\u0915"])
def test_a_part_of_an_address_has_at_most_max_part_bytes(form: str, point: str) -> None:
    size = len(point.encode())
    part = point * (jid.MAX_PART // size)
    if form.startswith("a@{"):  # a domain has dots
        label = "a" * jid.MAX_LABEL + "."
        part = label * (jid.MAX_PART // len(label)) + "a" * (jid.MAX_PART % len(label))

    assert str(Jid.parse(form.format(part))) == form.format(part)
    with pytest.raises(StanzaError):
        Jid.parse(form.format(part + point))


def test_a_label_has_at_most_max_label_bytes_in_ascii() -> None:
    Jid.parse("a" * jid.MAX_LABEL + ".example")
    Jid.parse("\u00fc" * 27 + ".example")

    for label in ("a" * (jid.MAX_LABEL + 1), "\u00fc" * 64):
        with pytest.raises(StanzaError):
            Jid.parse(label + ".example")
