import pytest

from providence.scrubber import scrub
from providence.scrubber.numbers import MAX_DIGITS, MAX_OUTLINE, TOKEN
from providence.scrubber.urls import MAX_DEPTH, MAX_LABEL, MAX_LABELS
from providence.scrubber.words import MAX_MARK, MAX_SYMBOLS, MAX_WORD

# What is written, an arrow, and the pieces: a kind, a colon, its text.
CASES = """
https://www.shop.example/cart -> host:www.shop.example url:/
https://bob:hunter@shop.example/x/y?k=v#f -> host:shop.example url:@//?
https://bob:hun#ter?@shop.example/x -> host:shop.example url:@/
http://shop.example:8080 -> host:shop.example url::
(see:https://shop.example/a) -> host:shop.example url:/
http://k3y.tunnel.example -> host:#.tunnel.example url:
http://xn--e1afmkfd.example -> host:xn--.example url:
http://192.0.2.7:80/login -> ip: url::/
http://[2001:db8::1]/x -> ip: url:/
www.shop.example -> host:www.shop.example url:
shop.example/x -> host:shop.example url:/
shop.example. -> host:shop.example url:
done.now -> word:done mark:. word:now
看https://shop.example领奖 -> run:看 host:shop.example url: run:领奖
看https://shop.example/领奖 -> run:看 host:shop.example url:/
https://用户@shop.example/领奖 -> host:shop.example url:@/
bob@shop.example -> email:
<bob@shop.example>, -> email:
xmpp:bob@chat.example -> jid:
bob@chat.example/phone -> jid:
联系张三@shop.example -> email:
@bob -> mention:
@张三 -> mention:
hun@ter -> mixed:
1234 -> number:####
٠١٢٣ -> number:####
+49(170)1234567 -> phone:############
$500 -> money:###
500руб -> money:###
12:30 -> clock:####
31.12.2024 -> date:########
192.0.2.7 -> ip:
2001:db8::1 -> ip:
fe:ab::cd -> ip:
samantha99 -> mixed:aaaaaaaa##
h4ck3r -> mixed:a#aa#a
amount:500 -> mixed:aaaaaa###
code:500 -> word:code mark:: number:###
login=marble -> word:login mark:= secret:
①② -> number:##
❶ -> number:#
hello,world! -> word:hello mark:, word:world mark:!
"l'eau" -> mark:" word:l word:eau mark:"
"marble" -> quoted:
«marble», -> quoted:
"ok" -> mark:" word:ok mark:"
well-known -> word:well mark:- word:known
*bold* -> mark:* word:bold mark:*
hun$ter -> mixed:
a_b -> mixed:
hello😀😀 -> word:hello mark:😀 mark:😀
👍🏽 -> mark:👍
:-) -> mark::-)
!!!!!! -> mark:!!!
JBSWYDPEHPKPXPBB -> token: shape:capitals all
किताब -> word:किताब
한국어 -> word:한국어
สวัสดี -> run:สวัสดี
"""


@pytest.mark.parametrize("case", [case for case in CASES.splitlines() if case])
def test_a_chunk_gives_these_pieces(case: str) -> None:
    written, _, pieces = case.partition(" -> ")

    assert pieces == " ".join(f"{kind}:{text}" for kind, text in scrub(written))


def test_a_word_is_kept_up_to_its_bound() -> None:
    assert scrub("a" * MAX_WORD)[0].kind == "word"
    assert scrub("a" * (MAX_WORD + 1))[0].kind == "long"


def test_letters_with_digits_are_a_token_from_its_length_on() -> None:
    assert scrub("a1" * (TOKEN // 2 - 1) + "a")[0].kind == "mixed"
    assert scrub("a1" * (TOKEN // 2))[0].kind == "token"


def test_a_host_label_is_kept_up_to_its_bound() -> None:
    assert f"{'a' * MAX_LABEL}.example" == scrub(f"http://{'a' * MAX_LABEL}.example")[0].text
    assert scrub(f"http://{'a' * (MAX_LABEL + 1)}.example")[0].text == "#.example"


def test_a_host_keeps_its_last_labels() -> None:
    assert scrub("http://" + "a." * MAX_LABELS + "example")[0].text == "a." * (MAX_LABELS - 1) + "example"


def test_a_path_tells_its_depth_up_to_the_bound() -> None:
    assert scrub("http://a.example" + "/x" * MAX_DEPTH)[1].text == "/" * MAX_DEPTH
    assert scrub("http://a.example" + "/x" * (MAX_DEPTH + 1))[1].text == "/" * MAX_DEPTH


def test_outlines_end_at_their_bounds() -> None:
    assert "#" * MAX_DIGITS == scrub("1" * MAX_DIGITS)[0].text == scrub("1" * (MAX_DIGITS + 1))[0].text
    assert scrub("a1" * (MAX_OUTLINE // 2))[0].text == "a#" * (MAX_OUTLINE // 2)
    assert scrub("a1" * (MAX_OUTLINE // 2) + "a")[0].text == "a#" * (MAX_OUTLINE // 2)


def test_symbols_in_a_row_are_kept_up_to_the_bound() -> None:
    assert "?" * MAX_MARK == scrub("?" * MAX_MARK)[0].text == scrub("?" * (MAX_MARK + 1))[0].text


def test_a_chunk_with_more_kinds_of_symbols_inside_may_be_a_password() -> None:
    symbols = ".,-!"
    at, past = ("".join(f"at{symbol}" for symbol in symbols[:count]) + "at" for count in (MAX_SYMBOLS, MAX_SYMBOLS + 1))

    assert scrub(at)[0].kind == "word"
    assert list(scrub(past)) == [("mixed", "")]
