"""secret_leak: keys, tokens, one-time codes, private keys, stack traces, internal hosts and paths."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "secret_leak"
_KEYS = re.compile(
    r"\b(?:sk|pk|rk|whsec)[_-](?:live|test|prod|proj|ant)?[_-]?[A-Za-z0-9]{12,120}|\bAKIA[0-9A-Z]{12,20}|"
    r"\bASIA[0-9A-Z]{12,20}|"
    r"\bgh[pousr]_[A-Za-z0-9]{16,80}|\bgithub_pat_[A-Za-z0-9_]{16,100}|\bglpat-[\w-]{12,60}|"
    r"\bxox[abeprs]-[\w-]{8,120}|"
    r"\bAIza[\w-]{20,60}|\bya29\.[\w-]{10,200}|\bSG\.[\w-]{10,60}\.[\w-]{10,80}|\bhf_[A-Za-z0-9]{16,60}|"
    r"\bnpm_[A-Za-z0-9]{20,60}|"
    r"\beyJ[\w-]{5,2000}\.[\w-]{5,2000}(?:\.[\w-]{0,2000})?|-----BEGIN [A-Z ]{2,40}-----|"
    r"\b(?:bearer|basic)\s[A-Za-z0-9+/=._-]{16,600}|\bssh-(?:rsa|ed25519)\s[A-Za-z0-9+/=]{20,800}",
)
_ASSIGNED = re.compile(
    r"\b(?:api[ _-]?key|secret|client[ _-]?secret|access[ _-]?token|auth[ _-]?token|token|private[ _-]?key|"
    r"credentials?)\b"
    r"\s{0,2}(?:=|:|is|ist|est|es|è|é)\s{0,2}[\"']?(?=[^\s\"']{0,80}\d)[A-Za-z0-9+/=._-]{10,200}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:one[- ]time|verification|security|login|log-in|sign-in|otp|2fa|two-factor|backup|recovery|reset|access|"
    r"einmal\w{0,5}|bestätigungs\w{0,5}|sicherheits\w{0,5}|verifizierungs\w{0,5}|tan|código|code|codice|"
    r"verificatiecode)"
    r"[- ]?(?:pass)?(?:code|codes|pin|password|passcode|de verificaci[oó]n|de verificação|de vérification|"
    r"di verifica|otp|lautet)?"
    r"\s{0,2}(?:=|:|is|are|ist|lautet|est|es|è|é)\s{0,2}[\"']?(?:\d{3}[ -]?\d{3}|\d{4,8}|"
    r"(?=[A-Z0-9-]{0,11}\d)[A-Z0-9]{4}-[A-Z0-9]{4})\b",
    re.IGNORECASE,
)
_INTERNAL = re.compile(
    r"(?<![\d.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|"
    r"169\.254(?:\.\d{1,3}){2}|"
    r"127(?:\.\d{1,3}){3})(?![\d.]\d)|\blocalhost\b(?::\d{2,5})?|"
    r"\b[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.(?:internal|intranet|corp|lan|local|svc)\b|"
    r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp|jdbc:\w{2,20})://[^\s]{4,300}|"
    r"(?<![\w.])/(?:home|var|etc|opt|srv|usr|root|tmp|mnt|app)/[\w./-]{2,200}|\b[A-Z]:\\[\w\\. -]{2,200}",
    re.IGNORECASE,
)
_TRACE = re.compile(
    r"Traceback \(most recent|\bFile \"[^\"\n]{1,200}\", line \d|\bat [\w.$<>]{2,120}\([\w.]{1,80}:\d{1,6}\)|"
    r"\b(?:psycopg\d?|sqlalchemy|java|javax|org|com|django|asyncio|sqlite3|pymysql|requests|urllib3|"
    r"botocore)\.[\w.]{0,80}(?:Error|Exception)\b|"
    r"\b(?:NullPointer|OperationalError|KeyError|TypeError|ValueError|SegmentationFault|"
    r"StackOverflow)\w{0,20}\b\s{0,2}[:(]|"
    r"\bORA-\d{5}|\bSQLSTATE\b|\bpanic: |\b(?:ECONNREFUSED|ETIMEDOUT)\b|\bdatabase user\b|\bfailed for user \w",
)
_TOKEN = re.compile(r"(?<![\w/.-])[A-Za-z0-9+/=_-]{24,200}(?![\w-])")
_MIN_ENTROPY = 3.7
_PATTERNS = (
    ("a key or token", _KEYS),
    ("a credential", _ASSIGNED),
    ("a one-time code", _CODE),
    ("an internal host or path", _INTERNAL),
    ("a stack trace", _TRACE),
)


def secret_leak(text: Checked, context: CheckContext) -> list[Finding]:
    """Patterns of secrets, tokens of high entropy, and the configured secrets by their hash."""
    given = [e.text for e in context.evidence if e.kind == "passage" and e.trusted]
    found = [
        Finding(NAME, Severity.BLOCK, what, m.span())
        for what, pattern in _PATTERNS
        for m in pattern.finditer(text.text)
        if not (what == "an internal host or path" and any(m.group() in known for known in given))
    ]
    found += [Finding(NAME, Severity.BLOCK, "a random token", span) for span in _random_tokens(text.text, given)]
    if context.secret_hashes:
        found += [
            Finding(NAME, Severity.BLOCK, "a configured secret", m.span()) for m in _configured(text.text, context)
        ]
    return found


def _random_tokens(text: str, given: list[str]) -> Iterator[tuple[int, int]]:
    for match in _TOKEN.finditer(text):
        token = match.group()
        mixed = any(c.isdigit() for c in token) and any(c.islower() for c in token) and any(c.isupper() for c in token)
        hexadecimal = re.fullmatch(r"(?=[a-f]*\d)[0-9a-f]{32,128}", token) is not None
        is_random = hexadecimal or (mixed and _entropy(token) >= _MIN_ENTROPY)
        if is_random and not any(token in known for known in given):
            yield match.span()


def _entropy(token: str) -> float:
    """Bits a character."""
    counts = Counter(token)
    return -sum(n / len(token) * math.log2(n / len(token)) for n in counts.values())


def _configured(text: str, context: CheckContext) -> Iterator[re.Match[str]]:
    for match in re.finditer(r"[^\s\"'<>()]{6,200}", text):
        for token in {match.group(), match.group().rstrip(".,;:!?")}:
            if hashlib.sha256(token.encode()).hexdigest() in context.secret_hashes:
                yield match
                break
