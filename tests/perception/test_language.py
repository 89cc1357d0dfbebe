import pytest

from journey_assistant.perception.language import LanguageDetector

DETECTOR = LanguageDetector()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I export my contacts as a CSV file?", "en"),
        ("wher do i chnage my pasword", "en"),
        ("Wie kann ich mein Passwort ändern?", "de"),
        ("Kann ich das Dashboard als CSV exportieren?", "de"),
        ("¿Dónde puedo ver mis facturas?", "es"),
        ("Comment modifier mon mot de passe ?", "fr"),
        ("Dove trovo le mie fatture, per favore?", "it"),
        ("Onde encontro as minhas faturas?", "pt"),
        ("Hoe wijzig ik mijn wachtwoord?", "nl"),
        ("Gdzie jest moja ostatnia faktura?", "pl"),
        ("Где мой заказ?", "ru"),
        ("我的订单在哪里", "zh"),
    ],
)
def test_that_a_sentence_names_its_language(text: str, language: str) -> None:
    assert DETECTOR.detect(text) == language


@pytest.mark.parametrize("text", ["", "hi", "Hola", "12345", "44-1207", "ok", "iban", "😀", "Gutschein?", "???"])
def test_that_a_greeting_a_number_or_one_word_says_nothing(text: str) -> None:
    assert DETECTOR.detect(text) is None
    assert DETECTOR.detect_or(text, "pt-BR") == "pt"


@pytest.mark.parametrize("text", ["Dashboard export CSV?", "SSO setup Okta metadata", "Kubernetes Helm rollback"])
def test_that_product_words_do_not_name_a_language(text: str) -> None:
    assert DETECTOR.detect(text) in (None, "en")


def test_that_the_text_goes_before_the_profile() -> None:
    assert DETECTOR.detect_or("Wie kann ich mein Passwort ändern?", "en") == "de"
