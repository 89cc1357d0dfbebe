"""Mail that came in: who wrote what in answer to what, what came back, and what a machine sent by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient whom a message of ours did not reach. ``permanent``: it never will at this address."""

    address: str
    status: str
    permanent: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail. ``id`` is its Message-ID; ``text`` are the writer's own new words, what they quote left out.

    ``thread`` are the Message-IDs before it, oldest first. ``automatic`` says why a machine wrote it, empty when a
    person did: nobody answers machines. ``bounces`` tell what became of the message with an id of ``returned``.
    """

    id: str
    sender: str
    subject: str
    text: str
    thread: tuple[str, ...] = ()
    automatic: str = ""
    bounces: tuple[Bounce, ...] = ()
    returned: tuple[str, ...] = ()

    @property
    def is_report(self) -> bool:
        """It tells of the delivery of another message (RFC 3464)."""
        return bool(self.bounces)

    @property
    def answer_subject(self) -> str:
        """The subject of an answer to it."""
        plain = " ".join(self.subject.split())
        return plain if plain.casefold().startswith("re:") else f"Re: {plain}".strip()
