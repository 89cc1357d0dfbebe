"""Identifiers of people and their money: cards, bank accounts, phones, addresses, tax numbers, passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.]\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,9}\b")
_TAX = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b|\b(?:ssn|social security|tax id|tax number|steuer-?id\w{0,20}|steuernummer|nif|"
    r"nie|dni|cpf|codice fiscale|"
    r"bsn|passport|reisepass\w{0,8}|passeport|pasaporte|passaporto|numéro fiscal|national insurance|"
    r"driving licen[cs]e)"
    r"\s{0,2}(?:no\.?|number|nr\.?|is|ist|est|es|é|è|:|#){0,2}\s{0,2}[A-Z0-9][A-Z0-9 ./-]{5,20}\d",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?:password|passwort|kennwort|mot de passe|contraseña|contrasena|senha|palavra-passe|wachtwoord|"
    r"passcode|pin)\b"
    r"(?:\s(?:is|was|ist|lautet|war|est|était|es|era|é|è|still|noch|immer|encore|sigue|siendo|ancora|ainda|"
    r"nog|steeds)){1,3}\s{0,2}[:=]?\s{0,2}"
    r"[\"'“„]?(?=[^\s\"'”]{4,60})(?=[^\s]{0,60}[\d!@#$%&*?])[^\s\"'”]{4,60}"
    r"|\b(?:password|passwort|kennwort|mot de passe|contraseña|contrasena|senha|"
    r"wachtwoord)\s{0,2}[:=]\s{0,2}[\"'“„]?[^\s\"'”]{4,60}",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00|\(0|0(?=[1-9]))[\d][\d\s()/.-]{6,18}\d(?![\w-])")
_EXPIRY = re.compile(r"\b(?:cvv|cvc|security code)\s{0,2}:?\s{0,2}\d{3,4}\b", re.IGNORECASE)


def payment_numbers(text: str, is_known_id: frozenset[str] = frozenset()) -> Iterator[tuple[int, int, str]]:
    """Full card numbers (Luhn) and IBANs (mod 97) with their places; ids of orders given as known do not count."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if digits[0] in "23456" and luhn.is_valid(digits) and digits not in is_known_id and len(set(digits)) > 1:
            yield match.start(), match.end(), "a full card number"
    for match in _IBAN.finditer(text):
        if iban.is_valid(match.group()):
            yield match.start(), match.end(), "a full bank account number"
    for match in _EXPIRY.finditer(text):
        yield match.start(), match.end(), "a card's security code"


def private_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Tax and identity numbers, and passwords that are spelled out."""
    for match in _TAX.finditer(text):
        yield match.start(), match.end(), "a tax or identity number"
    for match in _PASSWORD.finditer(text):
        yield match.start(), match.end(), "a password"


def digits_of(text: str) -> str:
    """Only the digits."""
    return re.sub(r"\D", "", text)
