import pytest

from providence.scrubber import scrub
from providence.scrubber.credentials import MAX_SKIPPED, REACH, SENTENCES_AFTER, SENTENCES_BEFORE

# A word stands beside a cue of some language, in some way people write it.
PLANTED = [
    *("password: hunter", "my password is hunter", "hunter is my password", "password\nhunter", "PASSWORD=hunter"),
    *("pw hunter", "passwort: hunter", "Kennwort lautet hunter", "mot de passe : hunter", "contraseña: hunter"),
    *("a senha é hunter", "la parola d'ordine è hunter", "wachtwoord hunter", "lösenordet är hunter", "hasło: hunter"),
    *(
        "heslo je hunter",
        "a jelszó: hunter",
        "пароль hunter",
        "парола: hunter",
        "пароль — «hunter»",
        "лозинка је hunter",
    ),
    *("ο κωδικός πρόσβασης είναι hunter", "şifre hunter", "şifrem: hunter", "mật khẩu là hunter", "kata sandi: hunter"),
    *("كلمة السر هي hunter", "كلمة المرور: hunter", "رمز عبور hunter", "הסיסמה היא hunter", "पासवर्ड hunter है"),
    *("รหัสผ่านคือ hunter", "密码是hunter", "密碼：hunter", "パスワードはhunter", "비밀번호는 hunter", "비번 hunter"),
    *("passwordhunter", "wifi hunter", "login: hunter", "hunter as login", 'the code is "hunter"', "username hunter"),
    *("Benutzername: hunter", "логин hunter", "код доступа: hunter", "ключ hunter", "验证码hunter", "账号：hunter"),
    *(
        "認証コード hunter",
        "아이디: hunter",
        "kullanıcı adı hunter",
        "utilisateur hunter",
        "usuario: hunter",
        "mã hunter",
    ),
    *(
        "pass\u200bword: hunter",
        "раssword: hunter",
        "ｐａｓｓｗｏｒｄ hunter",
        "p\u0301assword hunter",
        "token: hunter",
    ),
]


@pytest.mark.parametrize("text", PLANTED)
def test_a_word_beside_a_credential_word_does_not_stay(text: str) -> None:
    assert not any("hunter" in piece.text for piece in scrub(text))


def words(text: str, *, strict: bool = False) -> list[str]:
    return [piece.text for piece in scrub(text, strict=strict) if piece.kind in {"word", "rare"}]


@pytest.mark.parametrize(
    "text",
    ["密码是张三李四", "我的账号张三李四", "รหัสผ่านสมชาย", "パスワードはさくら", "姓名是张三李四", "地址 张三李四"],
)
def test_what_follows_a_cue_inside_of_a_run_does_not_stay(text: str) -> None:
    assert not any("张三李四" in piece.text or "สมชาย" in piece.text or "さくら" in piece.text for piece in scrub(text))


def test_a_sentence_that_mentions_a_cue_in_a_run_stays() -> None:
    assert [("run", "我的账号已经登录不上了怎么办")] == list(scrub("我的账号已经登录不上了怎么办"))


def test_only_cues_and_function_words_stay_of_a_sentence_that_speaks_of_a_password() -> None:
    assert ["my", "password", "is"] == words("my password is marble")


def test_sentences_near_a_password_word_are_held_to_say_it_and_others_are_not() -> None:
    before = "early. " * (SENTENCES_BEFORE + 1)
    after = "late. " * (SENTENCES_AFTER + 1)

    assert ["early", "password", "late"] == words(f"{before}password. {after}")


def test_a_password_word_with_figures_for_letters_is_one() -> None:
    assert "hunter" not in words("p4ssw0rd hunter")


def test_a_password_word_spelled_letter_by_letter_is_one() -> None:
    assert "hunter" not in words("p a s s w o r d: hunter")


def test_strict_mode_leaves_function_words_only() -> None:
    assert ["the", "and", "the"] == words("the marble horse and the garden", strict=True)


def test_a_colon_gives_away_as_many_words_as_a_secret_may_have() -> None:
    told = " ".join("horse" for _ in range(REACH["secret"]))

    assert ["login", "garden"] == words(f"login: {told} garden")


def test_a_word_behind_is_goes_with_some_words_before_the_is() -> None:
    between = "garden " * MAX_SKIPPED

    assert "marble" not in words(f"login {between}is marble")
    assert "marble" in words(f"login garden {between}is marble")


def test_a_credential_word_alone_takes_nothing_from_a_sentence() -> None:
    assert ["your", "login", "page", "was", "down", "this", "morning"] == words("your login page was down this morning")


def test_a_quotation_beside_a_credential_word_goes_as_a_whole() -> None:
    assert ["my", "login", "is", "bye", "friend"] == words("my login is «one big marble horse in town» bye friend")


def test_the_rest_of_a_chunk_goes_with_a_hidden_word() -> None:
    assert ["login"] == words("login: horse.marble")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "login with marble",
            "Türcode marble",
            "Zugangsdaten: horse / marble",
            "cyfrinair: marble",
            "wagwoord is marble",
        ),
        *(
            "security answer: marble",
            "use marble to unlock",
            "parola este marble",
            "şifrə marble",
            "кодовое слово marble",
        ),
    ],
)
def test_other_ways_to_say_a_password_are_known(text: str) -> None:
    assert "marble" not in words(text)


@pytest.mark.parametrize("text", ["horse / h4ck3r", "h4ck3r / horse", "horse.marble / h4ck3r"])
def test_the_partner_of_a_password_goes_with_it(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("my name is Horse Marble", "Name: Horse Marble", "name=Horse Marble", 'имя="Horse Marble"'),
        *("ich heiße Horse Marble", "je m'appelle Horse Marble", "меня зовут Horse Marble", "Mr Horse Marble"),
    ],
)
def test_a_name_that_is_announced_does_not_stay(text: str) -> None:
    assert {"horse", "marble"}.isdisjoint(words(text))


def test_a_street_goes_with_the_number_of_its_house() -> None:
    assert words("see 12 Marble Road") == ["see"]
    assert words("see the Marble Road") == ["see", "the", "marble", "road"]


@pytest.mark.parametrize(
    "text",
    [
        "let us meet at the station",
        "пойдём завтра в кино",
        "明天一起吃饭吗",
        "wir treffen uns am Bahnhof",
        "נפגש מחר בתחנה",
    ],
)
def test_ordinary_text_loses_nothing(text: str) -> None:
    assert not any(piece.kind == "secret" for piece in scrub(text))
