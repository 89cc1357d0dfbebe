"""Passwords hashed by Argon2id, with the cost that its library recommends (about 50 ms and 64 MB a try)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Answers PasswordHasher."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher()

    def hash(self, password: str) -> str:
        """A hash with its own salt and cost inside."""
        return self._argon2.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """Is it this password?"""
        try:
            return self._argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
