"""The words that announce a credential, written as their languages write them: data only."""

# ruff: noqa: RUF001 - some of these words look like others

# A text with one of these anywhere in it, even glued to other letters, is held to say a password.
PASSWORD_STEMS = (
    *("passw", "pasword", "paswrd", "psword", "passord", "pssword", "passphrase", "passcode", "pass phrase", "pass word", "kennwort", "losungswort", "wachtwoord"),
    *("mot de passe", "motdepasse", "contraseñ", "palavra-passe", "palavra passe", "parola d'ordine", "codice segreto"),
    *("contrasenya", "lösenord", "adgangskode", "passord", "lykilorð", "salasana", "parool", "slaptažod", "pasahitz"),
    *("hasło", "hasła", "hasłem", "heslo", "hesla", "jelszó", "jelszav", "geslo", "lozink", "zaporka", "fjalëkalim"),
    *("пароль", "пароля", "паролю", "паролем", "пароли", "парола", "парол", "лозинк", "кодовое слово", "құпиясөз"),
    *(
        "κωδικός πρόσβασης",
        "κωδικό πρόσβασης",
        "συνθηματικ",
        "şifre",
        "mật khẩu",
        "kata sandi",
        "katasandi",
        "nenosiri",
    ),
    *("كلمة السر", "كلمة المرور", "كلمه السر", "كلمه المرور", "كلمة سر", "باسورد", "گذرواژه", "رمز عبور", "پسورد"),
    *("סיסמ", "पासवर्ड", "कूटशब्द", "পাসওয়ার্ড", "கடவுச்சொல்", "పాస్‌వర్డ్", "รหัสผ่าน", "ລະຫັດຜ່ານ", "លេខសម្ងាត់", "စကားဝှက်"),
    *("密码", "密碼", "口令", "パスワード", "パスコード", "合言葉", "暗証番号", "비밀번호", "암호", "비번", "패스워드"),
    *("პაროლ", "գաղտնաբառ", "seed phrase", "recovery phrase", "secret phrase", "mnemonic", "сид фраз", "сид-фраз"),
    *("private key", "приватный ключ", "закрытый ключ", "助记词", "助記詞", "私钥", "私鑰"),
)

# The same, where the word is so short that only the whole word tells.
PASSWORD_WORDS = (
    *("password", "passwords", "passwort", "passwörter", "lozinka", "lozinku", "contraseña", "contraseñas"),
    *("pw", "pwd", "pswd", "psw", "psswd", "mdp", "senha", "senhas", "sandi", "heslem", "clave", "claves"),
)

# Words beside which a credential may stand.
NEAR_WORDS = (
    *(
        "pass",
        "pin",
        "puk",
        "code",
        "codes",
        "otp",
        "tan",
        "totp",
        "2fa",
        "token",
        "tokens",
        "secret",
        "secrets",
        "key",
    ),
    *("keys", "apikey", "login", "logon", "signin", "user", "username", "userid", "uid", "cvv", "cvc", "iban", "wifi"),
    *("wlan", "ssid", "credential", "credentials", "creds", "seed", "recovery", "passport", "ssn", "unlock"),
    *("schlüssel", "geheimzahl", "geheim", "zugangsdaten", "zugang", "benutzername", "benutzer", "anmeldung"),
    *("bestätigungscode", "sicherheitscode", "freischaltcode", "passnummer", "ausweis"),
    *(
        "clé",
        "cle",
        "identifiant",
        "identifiants",
        "utilisateur",
        "secrète",
        "passeport",
        "codigo",
        "código",
        "usuario",
    ),
    *("llave", "secreta", "secreto", "pasaporte", "chave", "usuário", "utilizador", "segredo", "codice", "chiave"),
    *("utente", "segreto", "parola", "sleutel", "gebruikersnaam", "geheime", "kod", "kode", "koden", "koder", "nyckel"),
    *("användarnamn", "inloggning", "brugernavn", "nøgle", "brukernavn", "nøkkel", "koodi", "tunnus", "käyttäjätunnus"),
    *("avain", "kodu", "kodem", "klucz", "klucza", "użytkownik", "sekret", "kód", "kódu", "kľúč", "klíč", "uživatel"),
    *(
        "používateľ",
        "felhasználónév",
        "kulcs",
        "kódot",
        "cod",
        "codul",
        "cheie",
        "utilizator",
        "parolă",
        "parole",
        "parol",
    ),
    *("код", "кода", "коду", "кодом", "коды", "пин", "пинкод", "логин", "логина", "логину", "ключ", "ключа", "ключи"),
    *("токен", "токена", "секрет", "секретный", "пасс", "учётка", "аккаунт", "цвв", "доступ", "паспорт", "сид"),
    *("логін", "ключі", "таємний", "потребител", "корисник", "корисничко", "шифра", "шифр"),
    *("κωδικός", "κωδικό", "κωδικού", "κλειδί", "χρήστης", "όνομα χρήστη", "kodu", "kullanıcı", "anahtar", "kullanici"),
    *("رمز", "كود", "الكود", "الرمز", "مفتاح", "المستخدم", "کد", "کلید", "کاربری", "קוד", "קודי", "מפתח", "משתמש"),
    *("कोड", "पिन", "ओटीपी", "লগইন", "কোড", "पासकोड", "kodenya", "pengguna", "kunci", "rahasia", "pengenal"),
    *("mã", "khóa", "코드", "인증번호", "아이디", "계정", "키", "토큰", "핀", "კოდი", "կոդ", "msimbo", "paswoord"),
)

# The same in scripts written without spaces: looked for inside of a run.
NEAR_STEMS = (
    *(
        "验证码",
        "驗證碼",
        "校验码",
        "动态码",
        "账号",
        "帐号",
        "賬號",
        "帳號",
        "用户名",
        "用戶名",
        "密钥",
        "密鑰",
        "登录名",
        "卡号",
    ),
    *("認証コード", "確認コード", "ユーザー名", "アカウント名", "ログイン", "秘密鍵", "会員番号"),
    *("รหัส", "ชื่อผู้ใช้", "โอทีพี", "ລະຫັດ", "លេខកូដ", "ကုဒ်"),
)

# After these, said with a colon or "is", comes somebody's name.
NAME_WORDS = (
    *("name", "fullname", "surname", "lastname", "firstname", "nickname", "namens", "vorname", "nachname", "nom", "prénom"),
    *("nombre", "apellido", "apellidos", "nome", "sobrenome", "cognome", "naam", "namn", "navn", "nimi", "imię", "imie"),
    *("nazwisko", "jméno", "příjmení", "meno", "priezvisko", "ime", "prezime", "név", "nume", "isim", "adım", "soyad"),
    *("nama", "tên", "имя", "фамилия", "отчество", "фио", "прізвище", "ім'я", "име", "презиме", "όνομα", "επώνυμο"),
    *("الاسم", "اسم", "اسمي", "نام", "שם", "שמי", "नाम", "নাম", "이름", "성함", "jina", "cardholder"),
)

# These need neither: the name follows at once.
NAME_TITLES = (
    *("mr", "mrs", "dr", "prof", "herr", "herrn", "frau", "heisse", "heiße", "heißt", "monsieur", "madame", "mme", "mlle"),
    *("appelle", "llamo", "llama", "señor", "señora", "senhor", "senhora", "chamo", "chiamo", "chiama", "signor"),
    *("signora", "heet", "heter", "hedder", "nazywam", "jmenuji", "jmenuju", "volám", "zovem", "зовут", "звати"),
    *("казвам", "λένε", "bernama", "pan", "pani", "господин", "госпожа"),
)

NAME_STEMS = ("姓名", "名字", "我叫", "我的名字", "名前", "氏名", "ชื่อ", "お名前")

# After these comes where somebody lives, or when they were born.
PLACE_WORDS = (
    *("address", "adress", "addr", "adresse", "anschrift", "wohnort", "domicile", "dirección", "domicilio", "endereço"),
    *("morada", "indirizzo", "residenza", "adres", "adress", "adresa", "osoite", "cím", "lakcím", "adresi", "alamat"),
    *("адрес", "адреса", "проживаю", "живу", "прописка", "διεύθυνση", "العنوان", "כתובת", "पता", "주소"),
    *("birthday", "birthdate", "dob", "born", "geburtsdatum", "geboren", "geburtstag", "naissance", "nacimiento"),
    *("nascimento", "nascita", "geboortedatum", "född", "født", "urodzenia", "narození", "рождения", "рожден", "др"),
    *("народження", "doğum", "lahir", "γέννησης", "지번", "생일", "coordinates", "coordonnées", "coordenadas", "локация"),
)

PLACE_STEMS = ("地址", "住址", "住所", "生日", "出生", "ที่อยู่", "誕生日")

# Beside a number these are part of an address.
STREETS = (
    *("street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "blvd", "boulevard", "court", "square"),
    *("apt", "apartment", "flat", "suite", "strasse", "straße", "str", "gasse", "weg", "platz", "allee", "rue", "chemin"),
    *("impasse", "calle", "avenida", "avda", "carrera", "plaza", "paseo", "rua", "travessa", "praça", "via", "viale"),
    *("piazza", "corso", "straat", "laan", "gatan", "gata", "vej", "gade", "veien", "ulica", "ul", "aleja", "ulice"),
    *("улица", "ул", "проспект", "пр-т", "переулок", "пер", "шоссе", "дом", "квартира", "кв", "вулиця", "вул", "улиця"),
    *("utca", "út", "strada", "sokak", "sok", "cadde", "cad", "mahalle", "mah", "jalan", "jl", "οδός", "شارع", "רחוב"),
)
STREET_ENDINGS = ("strasse", "straat", "gatan", "gasse", "platz", "allee", "vagen", "utca", "straße")
