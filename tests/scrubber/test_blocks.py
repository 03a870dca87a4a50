import pytest

from providence.scrubber import scrub
from providence.scrubber.blocks import MAX_CODE, MAX_CODE_CHUNKS

ARMOUR = "-----BEGIN {0}-----\nabcdefgh marble horse\nGarden\n-----END {0}-----"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"the {ARMOUR.format('RSA PRIVATE KEY')} ok", ["word", "key", "word"]),
        (ARMOUR.format("OPENSSH PRIVATE KEY").split("-----END")[0], ["key"]),
        ("see `marble horse` ok", ["word", "code", "word"]),
        ("see ||marble horse|| ok", ["word", "code", "word"]),
        ("```\nmarble\n```", ["code"]),
        ("h u n t e r", ["spelled"]),
        ("h-u-n-t-e-r ok", ["spelled", "word"]),
        ("п.а.р.о", ["spelled"]),
        ("a b c", ["word", "word", "word"]),
        ("加 微 信 领", ["run", "run", "run", "run"]),
        ('try curl -X POST --header "Token: marble" \\\n -d horse\nok', ["word", "code", "word"]),
        ("try curl marble", ["word", "word", "word"]),
        ("see <card:> and <number:####>", ["word", "card", "word", "number"]),
    ],
)
def test_a_stretch_goes_as_a_whole(text: str, kinds: list[str]) -> None:
    assert kinds == [piece.kind for piece in scrub(text) if piece.kind != "shape"]


def test_code_goes_up_to_its_bounds() -> None:
    assert scrub(f"`{'a ' * (MAX_CODE // 2)}`")[0].kind == "code"
    assert scrub(f"`{'a ' * (MAX_CODE // 2)}b`")[0].kind != "code"
    assert scrub(f"```{' marble' * MAX_CODE_CHUNKS} ```")[0].kind == "code"
    assert scrub(f"```{' marble' * (MAX_CODE_CHUNKS + 1)} ```")[0].kind == "word"
