"""Words that join a credential word to its secret and are none themselves: data only."""

# ruff: noqa: RUF001 - some of these words look like others

# What says that the next word is it.
COPULAS = (
    *("is", "was", "are", "be", "as", "isnt", "ist", "lautet", "sind", "war", "est", "sont", "c'est", "es", "son"),
    *("era", "é", "è", "são", "sono", "sei", "är", "er", "on", "to", "je", "jest", "jsou", "sú", "su", "este", "eşittir"),
    *("это", "такой", "такая", "был", "це", "є", "е", "είναι", "هو", "هي", "هست", "است", "ہے", "है", "הוא", "היא"),
    *("là", "adalah", "ialah", "ni", "van", "olan", "ir", "yra", "da", "bu", "van", "on", "equals", "called"),
)

# Function words and what people say around a password without giving it away.
FILLERS = (
    *("the", "a", "an", "my", "your", "our", "his", "her", "their", "its", "this", "that", "these", "those", "i", "you"),
    *("he", "she", "it", "we", "they", "me", "him", "us", "them", "and", "or", "but", "if", "for", "of", "in", "at"),
    *("on", "to", "from", "with", "by", "into", "about", "not", "no", "yes", "do", "does", "did", "dont", "can", "cant"),
    *("could", "would", "will", "should", "may", "have", "has", "had", "be", "been", "what", "whats", "which", "who"),
    *("when", "where", "why", "how", "here", "there", "so", "just", "only", "also", "then", "now", "new", "old", "again"),
    *("please", "pls", "plz", "ok", "okay", "thanks", "hi", "hello", "hey", "need", "want", "know", "get", "got", "use"),
    *("using", "send", "sent", "give", "tell", "enter", "type", "try", "change", "changed", "reset", "forgot", "forget"),
    *("forgotten", "lost", "help", "account", "accounts", "email", "mail", "card", "bank", "phone", "app", "number"),
    *("wrong", "correct", "incorrect", "works", "work", "working", "same", "still", "any", "all", "some", "im", "am"),
    *("der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "mein", "meine", "meinen", "meinem"),
    *("dein", "deine", "deinen", "ihr", "ihre", "unser", "ich", "du", "sie", "wir", "und", "oder", "aber", "für", "von"),
    *("vom", "mit", "im", "am", "zu", "zum", "zur", "auf", "bei", "nicht", "kein", "bitte", "danke", "hier", "hallo"),
    *("habe", "hab", "hast", "hat", "kann", "wie", "was", "wo", "neue", "neues", "noch", "nur", "auch", "vergessen"),
    *("le", "la", "les", "un", "une", "du", "de", "des", "mon", "ma", "mes", "ton", "ta", "tes", "votre", "notre", "son"),
    *("je", "tu", "il", "elle", "nous", "vous", "et", "ou", "mais", "pour", "avec", "dans", "sur", "pas", "ne", "que"),
    *("qui", "quel", "quelle", "voici", "voilà", "merci", "bonjour", "salut", "oublié", "el", "los", "las", "una", "uno"),
    *("mi", "mis", "tu", "su", "sus", "del", "al", "y", "o", "pero", "para", "por", "con", "en", "no", "que", "cual"),
    *("aquí", "gracias", "hola", "favor", "he", "olvidado", "olvidé", "o", "os", "as", "um", "uma", "meu", "minha", "teu"),
    *("sua", "seu", "do", "da", "dos", "das", "e", "mas", "com", "em", "não", "obrigado", "aqui", "esqueci", "il", "lo"),
    *("gli", "i", "mio", "mia", "tuo", "tua", "suo", "di", "del", "della", "per", "con", "non", "che", "ecco", "grazie"),
    *("ciao", "ho", "het", "een", "mijn", "jouw", "je", "jij", "ik", "en", "of", "voor", "van", "met", "niet", "min"),
    *("mitt", "din", "ditt", "och", "eller", "för", "till", "inte", "og", "for", "til", "ikke", "moje", "mój", "moja"),
    *("twoje", "do", "na", "w", "z", "nie", "i", "a", "můj", "moje", "tvoje", "k", "od", "ja", "jak", "co", "oto"),
    *("мой", "моя", "мое", "моё", "мои", "твой", "твоя", "ваш", "ваша", "наш", "наша", "его", "ее", "я", "ты", "он"),
    *("она", "мы", "вы", "они", "и", "или", "но", "а", "от", "для", "на", "в", "во", "с", "со", "к", "у", "по", "из"),
    *("не", "нет", "да", "вот", "тут", "там", "так", "такой", "как", "что", "где", "какой", "новый", "старый", "еще"),
    *("пожалуйста", "спасибо", "привет", "забыл", "забыла", "запиши", "мій", "моя", "твій", "від", "до", "та", "ні"),
    *("benim", "senin", "ve", "için", "bir", "şu", "saya", "anda", "dan", "untuk", "yang", "di", "ini", "itu", "dari"),
    *("το", "ο", "η", "μου", "σου", "για", "και", "του", "της", "στο", "هذا", "هذه", "من", "في", "على", "של", "שלי"),
    *("मेरा", "का", "की", "के", "को", "और", "az", "egy", "a", "és", "cua", "toi", "của", "tôi"),
)
