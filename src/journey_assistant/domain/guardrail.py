"""Finding and Verdict: what a guardrail saw, and the worst of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """``info`` is only recorded, ``repair`` allows one rewrite, ``block`` stops the text."""

    INFO = 0
    REPAIR = 1
    BLOCK = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation of one guardrail on one text. ``span`` counts characters of the checked text."""

    guardrail: str
    severity: Severity
    why: str
    span: tuple[int, int] = (0, 0)
    evidence: tuple[str, ...] = ()
    rule_version: str = "1"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one check, most severe first."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Verdict:
        """Order findings by severity; equal ones keep their order."""
        return cls(tuple(sorted(findings, key=lambda f: -f.severity)))

    @property
    def severity(self) -> Severity:
        """The worst severity; ``info`` when nothing was found."""
        return max((f.severity for f in self.findings), default=Severity.INFO)

    @property
    def passes(self) -> bool:
        """True when the text may go out as it is."""
        return self.severity is Severity.INFO

    @property
    def guardrails(self) -> tuple[str, ...]:
        """Names of those that object, most severe first, each once."""
        return tuple(dict.fromkeys(f.guardrail for f in self.findings if f.severity > Severity.INFO))
