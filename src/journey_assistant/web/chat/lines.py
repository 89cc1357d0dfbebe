"""What the chat's API says: conversations and entries as a customer may see them, and what it takes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Header, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from journey_assistant.domain.chat import ASSISTANT, CUSTOMER, PERSON_PREFIX, ChatConversation, Entry
from journey_assistant.services.chat import MOST_CHARACTERS, MOST_FILES

ID = r"^[A-Za-z0-9_:.-]{1,100}$"
ConversationName = Annotated[str, Path(pattern=ID, description="Id of one of the caller's conversations.")]
EntryName = Annotated[str, Path(pattern=ID, description="Id of one of its entries.")]
FileName = Annotated[str, Path(pattern=ID, description="Id of one of the caller's files.")]
Key = Annotated[
    str, Header(alias="Idempotency-Key", pattern=r"^[!-~]{1,200}$", description="The sender's own, one a message.")
]


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a null character cannot be stored")
    return text


Words = Annotated[str, AfterValidator(_storable)]


class Given(BaseModel):
    """A body: nothing that it does not name is taken."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class CitationLine(BaseModel):
    """The piece of the help centre that an answer rests on."""

    article: str
    title: str
    quote: str
    url: str | None = None


class FileLine(BaseModel):
    """An attachment. ``size`` is in bytes."""

    id: str
    name: str
    type: str
    size: int


class EntryLine(BaseModel):
    """One thing in a conversation: a message, or what became of it."""

    seq: int
    id: str
    kind: str
    author: Literal["customer", "assistant", "person", "system"]
    name: str | None = Field(None, description="Of the person who wrote it.")
    text: str
    at: datetime
    citations: list[CitationLine] = []
    attachments: list[FileLine] = []
    why: bool = Field(False, description="There is an answer to why this was said.")
    status: str | None = Field(None, description="What became of the conversation, for entries of the kind `status`.")
    promised_at: datetime | None = Field(None, description="By when a person answers.")


class ColleagueLine(BaseModel):
    """The person who has the conversation."""

    name: str


class ConversationLine(BaseModel):
    """A conversation as it stands."""

    id: str
    state: Literal["assistant", "waiting", "person", "resolved"]
    colleague: ColleagueLine | None
    promised_at: datetime | None
    last_seq: int
    read_seq: int
    seen_seq: int = Field(0, description="The customer's messages up to here were answered, or seen by a person.")
    csat: int | None


class ConversationAnswer(BaseModel):
    """One conversation."""

    conversation: ConversationLine


class OpenedAnswer(ConversationAnswer):
    """One conversation with its newest entries."""

    entries: list[EntryLine]


class ConversationsAnswer(BaseModel):
    """The caller's conversations, the newest first."""

    conversations: list[ConversationLine]


class EntriesAnswer(BaseModel):
    """Entries in their order."""

    entries: list[EntryLine]


class EntryAnswer(BaseModel):
    """The entry as it is stored."""

    entry: EntryLine


class WhyAnswer(BaseModel):
    """Why an answer was given, in the customer's words."""

    sentences: list[str]
    citations: list[CitationLine]
    checked: list[str]


class OpenBody(Given):
    """Which conversation to open; none is a new one."""

    conversation_id: Annotated[str, Field(pattern=ID)] | None = None


class PageBody(Given):
    """The page that the customer is on."""

    path: Words = Field(min_length=1, max_length=2_000)
    title: Words = Field("", max_length=500)


class MessageBody(Given):
    """A customer's message."""

    text: Words = Field(max_length=MOST_CHARACTERS)
    attachments: list[Annotated[str, Field(pattern=ID)]] = Field([], max_length=MOST_FILES)
    page: PageBody | None = None


class TypingBody(Given):
    """Is the customer writing?"""

    on: bool


class ReadBody(Given):
    """The newest entry that the customer has seen."""

    seq: int = Field(ge=0, le=2**31 - 1)


class ScoreBody(Given):
    """How satisfied the customer is."""

    score: int = Field(ge=1, le=5)
    comment: Words = Field("", max_length=MOST_CHARACTERS)


class NoBody(Given):
    """Nothing more to say."""


Names = Mapping[str, str]


def conversation_line(conversation: ChatConversation, names: Names) -> ConversationLine:
    """A conversation for its customer; ``names`` are those of colleagues by id."""
    owner = conversation.ownership
    return ConversationLine(
        id=conversation.id,
        state=owner.state.value,
        colleague=ColleagueLine(name=names.get(owner.colleague, "")) if owner.colleague else None,
        promised_at=owner.promised_at,
        last_seq=conversation.last_seq,
        read_seq=conversation.read_seq,
        seen_seq=conversation.noticed_seq,
        csat=conversation.csat,
    )


def entry_line(entry: Entry, names: Names) -> EntryLine:
    """An entry for the customer: nothing of the inside but whether it can be explained."""
    payload = entry.payload
    colleague = entry.author.removeprefix(PERSON_PREFIX) if entry.author.startswith(PERSON_PREFIX) else None
    return EntryLine(
        seq=entry.seq,
        id=entry.id,
        kind=entry.kind.value,
        author=_author(entry.author),
        name=names.get(colleague) if colleague else None,
        text=entry.text,
        at=entry.at,
        citations=citation_lines(payload),
        attachments=[FileLine(**file) for file in payload.get("attachments", ())],
        why=entry.author == ASSISTANT and bool(payload.get("run_id")),
        status=payload.get("status"),
        promised_at=payload.get("promised_at"),
    )


def citation_lines(payload: Mapping[str, Any]) -> list[CitationLine]:
    """The citations of an answer."""
    return [CitationLine(**given) for given in payload.get("citations", ())]


def _author(author: str) -> Literal["customer", "assistant", "person", "system"]:
    if author.startswith(PERSON_PREFIX):
        return "person"
    return "customer" if author == CUSTOMER else "assistant" if author == ASSISTANT else "system"
