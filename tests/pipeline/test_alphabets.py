"""No alphabet is evidence by itself: who gets spam in one language may get letters in it."""

import pytest

from providence.classifier import EMPTY
from providence.pipeline import Lesson, learn, opinion_of, read_texts
from providence.vault import Vault

SPAM = {
    "Russian": ["Лучшее казино, бонус на депозит", "Заработок без вложений, пиши в личку", "Кредит без отказа за час"],
    "Chinese": ["加微信看片", "澳门赌场送彩金", "贷款无抵押当天放款"],
    "Arabic": ["أفضل كازينو اون لاين", "قروض سريعة بدون كفيل", "اربح المال من المنزل"],
}
LETTERS = {
    "Russian": ["Привет, как дела?", "Мама приедет завтра вечером", "Спасибо, поговорим позже"],
    "Chinese": ["今晚一起吃饭吗", "妈妈明天到", "谢谢，晚点聊"],
    "Arabic": ["كيف حالك اليوم؟", "أمي ستصل غدا", "شكرا، نتكلم لاحقا"],
}
HAM = ["hi, how are you?", "see you tomorrow evening", "thanks, talk to you later", "did you read the book?"]


@pytest.mark.parametrize("language", SPAM)
@pytest.mark.parametrize("unread", range(3))
def test_ham_in_the_language_of_the_spam_is_not_junk(vault: Vault, language: str, unread: int) -> None:
    """All spam comes in it, most ham in English; a letter in it that nobody saw before is still a letter."""
    letter = LETTERS[language][unread]
    bilingual = [*HAM, *[other for other in LETTERS[language] if other != letter]]
    for _ in range(5):
        for texts, spam in ((SPAM[language], True), (bilingual, False)):
            for text in texts:
                lesson = Lesson.of_reading(read_texts((("body", text),)), spam=spam)
                assert lesson is not None
                learn(lesson, vault)

    assert opinion_of(read_texts((("body", letter),)), vault, EMPTY).log_odds < 3.04
    for text in SPAM[language]:
        assert opinion_of(read_texts((("body", text),)), vault, EMPTY).log_odds > 3.04
