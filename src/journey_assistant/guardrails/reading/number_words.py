"""Number words to one hundred in seven languages, spelled and read from one table."""

from __future__ import annotations

from functools import cache

from journey_assistant.guardrails.reading.folding import fold

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")

_SMALL = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    "sedici "
    "diciassette diciotto diciannove",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis "
    "dezessete "
    "dezoito dezenove",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
}
_HUNDRED = {
    "en": "one hundred",
    "de": "hundert",
    "fr": "cent",
    "es": "cien",
    "it": "cento",
    "pt": "cem",
    "nl": "honderd",
}
_OTHER_FORMS = {
    "en": {"a dozen": 12, "a hundred": 100},
    "de": {"ein dutzend": 12, "einhundert": 100, "dreissig": 30},
    "fr": {"une": 1, "une douzaine": 12},
    "es": {"un": 1, "una": 1, "veintiun": 21, "una docena": 12},
    "it": {"un": 1, "una": 1, "una dozzina": 12},
    "pt": {"uma": 1, "duas": 2, "dezasseis": 16, "dezassete": 17, "dezanove": 19, "uma dúzia": 12},
    "nl": {"één": 1, "een dozijn": 12},
}


def spelled(number: int, language: str) -> str:
    """The number in words; ``number`` from 0 to 100."""
    small, tens = _SMALL[language].split(), _TENS[language].split()
    if number < 20:
        return small[number]
    if number == 100:
        return _HUNDRED[language]
    ten, one = divmod(number, 10)
    head = tens[ten - 2]
    if language == "fr" and ten in (7, 9):
        return _french_teen(ten, one, small)
    return head if one == 0 else _joined(language, head, small[one], ten, one)


def _french_teen(ten: int, one: int, small: list[str]) -> str:
    base = "soixante" if ten == 7 else "quatre-vingt"
    return "soixante et onze" if (ten, one) == (7, 1) else f"{base}-{small[10 + one]}"


def _joined(language: str, head: str, unit: str, ten: int, one: int) -> str:
    match language:
        case "de":
            return f"{'ein' if one == 1 else unit}und{head}"
        case "nl":
            return f"{unit}{'ën' if unit.endswith('e') else 'en'}{head}"
        case "es":
            return f"veinti{fold(unit)}" if ten == 2 else f"{head} y {unit}"
        case "it":
            stem = head[:-1] if one in (1, 8) else head
            return f"{stem}{'tré' if one == 3 else unit}"
        case "pt":
            return f"{head} e {unit}"
        case "fr":
            head = head.rstrip("s") if ten == 8 else head
            return f"{head} et un" if one == 1 and ten < 8 else f"{head}-{unit}"
        case _:
            return f"{head}-{unit}"


@cache
def numbers_in_words(language: str) -> dict[str, int]:
    """Every spelling of 0 to 100, folded, to its value; an unknown language knows none."""
    if language not in _SMALL:
        return {}
    known = {fold(spelled(n, language)): n for n in range(101)}
    known |= {word.replace("-", " "): n for word, n in known.items() if "-" in word}
    known |= {fold(word): n for word, n in _OTHER_FORMS[language].items()}
    return known
