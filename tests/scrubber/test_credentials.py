import pytest

from providence.scrubber import scrub
from providence.scrubber.credentials import WORDS_AFTER, WORDS_BEFORE

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


@pytest.mark.parametrize("text", ["密码是张三李四", "我的账号张三李四", "รหัสผ่านสมชาย", "パスワードはさくら"])
def test_a_run_with_a_credential_word_in_it_does_not_stay(text: str) -> None:
    assert list(scrub(text)) == [("secret", "")]


def test_only_cue_words_stay_of_a_text_that_speaks_of_a_password() -> None:
    text = "hi there, one two three four five six seven eight nine my password ok"

    assert [piece.text for piece in scrub(text) if piece.kind == "word"] == ["password"]


def test_words_away_from_a_credential_word_stay() -> None:
    before = "abcdefgh"[: WORDS_BEFORE + 1]
    after = "ijklmnop"[: WORDS_AFTER + 1]

    kept = [piece.text for piece in scrub(f"{' '.join(before)} login {' '.join(after)}") if piece.kind == "word"]

    assert [before[0], "login", after[-1]] == kept


def test_a_quotation_beside_a_credential_word_goes_as_a_whole() -> None:
    pieces = scrub("my login is «one two three four five six» bye friend")

    assert [piece.text for piece in pieces if piece.kind == "word"] == ["login", "bye", "friend"]


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
