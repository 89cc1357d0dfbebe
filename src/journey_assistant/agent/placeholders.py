"""Personal data as typed placeholders: a model reads ⟦EMAIL_1⟧ and never learns the address behind it.

What a run knows to be personal (the record of the customer, the colleague's name, addresses on the timeline) and what
looks personal in any text (e-mail addresses, phone, card and account numbers) is hidden in everything from outside.
Names of strangers in free text are not recognised without a model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from journey_assistant.domain.moment import Snapshot

NEVER_SAID = frozenset({"CARD", "IBAN"})
"""Kinds that no answer may contain, not even the customer's own."""

_PLACEHOLDER = re.compile(r"⟦([A-Z]+_\d+)⟧")
_REMAINS = re.compile(r"[⟦⟧]|\b(?:NAME|COMPANY|COLLEAGUE|EMAIL|PHONE|ADDRESS|CARD|IBAN)_\d+\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.%+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8}\b")
_CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d.,]\d)")
_NUMBER = re.compile(r"(?<![\w.,/-])[+(]?\d[\d ().-]{7,18}\d(?![\w/-])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}")
_ADDRESS_KEYS = frozenset(
    {"address", "street", "postcode", "postal_code", "zip", "shipping_address", "billing_address"}
)
_PHONE_REGIONS = {
    "en": ("US", "GB"),
    "de": ("DE", "AT", "CH"),
    "es": ("ES", "MX"),
    "fr": ("FR",),
    "it": ("IT",),
    "pt": ("PT", "BR"),
    "nl": ("NL",),
}
_ALSO_WORDS = (
    "will mark may rose grace hope bill pat sue art jack frank grant drew dean faith joy amber april june august "
    "summer dawn iris ivy lily page chase hunter mason carter guy rob ray jay max miles penny star van chance don "
    "gene glen lance nick rich rusty sonny ward wade young white black brown green long short day week best price sales"
)
_ORDINARY_WORDS = frozenset(_ALSO_WORDS.split())
"""Names that are also words: hidden only as they are written in the record."""


class AlteredPlaceholder(ValueError):
    """A text has a placeholder that was never given out, a changed one, or one that must not be said."""


class Placeholders:
    """The placeholders of one run. The same value has the same placeholder everywhere."""

    def __init__(self, known: Iterable[tuple[str, str]] = (), language: str = "en") -> None:
        self._values: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._regions = (None, *_PHONE_REGIONS.get(language[:2], ("US", "GB")))
        self._known = [
            (kind, _pattern(kind, value), value)
            for kind, value in sorted(set(known), key=lambda pair: (-len(pair[1]), pair))
            if len(value) > 1
        ]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Placeholders:
        """Placeholders that know what is personal in this snapshot."""
        language = (snapshot.customer.language or "en").casefold()
        return cls(_known(snapshot), language)

    def hide(self, text: str) -> str:
        """The text with every personal value replaced. Brackets of ours that came from outside are no placeholders."""
        text = text.replace("⟦", "[").replace("⟧", "]")
        text = self._sub("EMAIL", _EMAIL, text)
        text = self._sub("IBAN", _IBAN, text, _is_iban)
        text = self._sub("CARD", _CARD, text, _is_card)
        for kind, pattern, value in self._known:
            text = pattern.sub(lambda _, k=kind, v=value: self._given(k, v), text)  # type: ignore[misc]
        text = self._hide_phones(text)
        return self._sub("PHONE", _NUMBER, text, _is_long_number)

    def restore(self, text: str) -> str:
        """The text with every placeholder filled in. Raises AlteredPlaceholder."""
        self.check(text)
        return _PLACEHOLDER.sub(lambda match: self._values[match.group(1)], text)

    def check(self, text: str) -> None:
        """Raises AlteredPlaceholder unless every placeholder in the text is one that may be filled in."""
        for name in _PLACEHOLDER.findall(text):
            if name not in self._values:
                raise AlteredPlaceholder(f"⟦{name}⟧ is not a placeholder of this conversation")
            if name.partition("_")[0] in NEVER_SAID:
                raise AlteredPlaceholder(f"⟦{name}⟧ must not be said")
        if _REMAINS.search(_PLACEHOLDER.sub("", text)):
            raise AlteredPlaceholder("a placeholder was changed; copy it with its brackets")

    def _sub(self, kind: str, pattern: re.Pattern[str], text: str, really: Callable[[str], bool] = bool) -> str:
        return pattern.sub(lambda m: self._given(kind, m.group()) if really(m.group()) else m.group(), text)

    def _given(self, kind: str, value: str) -> str:
        key = (kind, value.casefold())
        if key not in self._names:
            number = 1 + sum(1 for known, _ in self._names if known == kind)
            self._names[key] = f"{kind}_{number}"
            self._values[f"{kind}_{number}"] = value
        return f"⟦{self._names[key]}⟧"

    def _hide_phones(self, text: str) -> str:
        from phonenumbers import PhoneNumberMatcher

        for region in self._regions:
            for match in reversed(list(PhoneNumberMatcher(text, region))):
                text = text[: match.start] + self._given("PHONE", match.raw_string) + text[match.end :]
        return text


def _known(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    customer, account = snapshot.customer, snapshot.customer.account
    yield from _person("NAME", customer.name)
    yield from _person("COLLEAGUE", customer.csm or "")
    if account is not None and account.name:
        yield "COMPANY", account.name
    company = customer.extra.get("company")
    if isinstance(company, str) and company:
        yield "COMPANY", company
    if customer.email:
        yield "EMAIL", customer.email
    if customer.phone:
        yield "PHONE", customer.phone
    for event in snapshot.timeline:
        for key in _ADDRESS_KEYS & event.properties.keys():
            if value := event.text_of(key):
                yield "ADDRESS", value


def _person(kind: str, name: str) -> Iterator[tuple[str, str]]:
    """A whole name and each part of it that can stand for the person."""
    parts = name.split()
    if len(parts) > 1:
        yield kind, " ".join(parts)
    yield from ((kind, part) for part in parts if len(part.strip(".")) > 1)


def _pattern(kind: str, value: str) -> re.Pattern[str]:
    if kind == "PHONE":
        digits = re.sub(r"\D", "", value)[-9:]
        return re.compile(r"[+(]?[\d ().-]{0,8}" + r"[ ().-]*".join(digits)) if len(digits) > 5 else re.compile(r"(?!)")
    spellings = dict.fromkeys((value, _unaccented(value)))
    words = "|".join(r"\s+".join(map(re.escape, spelling.split())) for spelling in spellings)
    flags = re.NOFLAG if value.casefold() in _ORDINARY_WORDS else re.IGNORECASE
    return re.compile(rf"(?<!\w)(?<!⟦)(?:{words})(?![\w]|_\d)", flags)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _is_iban(text: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(text))


def _is_card(text: str) -> bool:
    from stdnum import luhn

    return bool(luhn.is_valid(re.sub(r"\D", "", text)))


def _is_long_number(text: str) -> bool:
    """Nine digits or more with something between them; dates are none."""
    digits = re.sub(r"\D", "", text)
    return 9 <= len(digits) <= 15 and not text.isdigit() and not _DATE.search(text)
