"""A tape of a model's answers: recorded once, replayed for ever, so that CI needs neither a key nor a network.

An answer is found by its request: messages, tools and settings, with the random marks of evidence blocks taken out. The
same request asked again (a repeat) gets the next answer that was recorded for it, then the last one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, message_to_dict, messages_from_dict
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

from journey_assistant.errors import PortError, Rejected
from journey_assistant.ports import TurnBudget, spending, turn_budget

PORT = "model"
_MARK = re.compile(r'\bmark="\w+"')


def request_key(messages: Sequence[BaseMessage], tools: Sequence[str], model: str = "") -> str:
    """What a request is known by; of no model in particular unless one is named."""
    said = [[message.type, _MARK.sub('mark="…"', str(message.content))] for message in messages]
    told = [said, sorted(tools), *([model] if model else [])]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class TapedChatModel(BaseChatModel):
    """Answers from the tape; what is not on it is asked of ``inner`` and recorded, or fails without one.

    ``of`` names the model: the answers of one model are not those of another.
    """

    tape: Path
    of: str = ""
    inner: BaseChatModel | None = None
    tools: tuple[Any, ...] = ()
    answers: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    played: dict[str, int] = Field(default_factory=lambda: defaultdict(int))

    @property
    def _llm_type(self) -> str:
        return f"taped {self.inner._llm_type}" if self.inner is not None else "taped"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The same tape, with tools."""
        return self.model_copy(update={"tools": tuple(tools)})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise PortError("a taped model answers in async code only", port=PORT, retryable=False)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        names = [convert_to_openai_tool(tool)["function"]["name"] for tool in self.tools]
        key = request_key(messages, names, self.of)
        if self.inner is None or key in self.answers:
            return _result(self._played(key))
        model = self.inner.bind_tools(list(self.tools)) if self.tools else self.inner
        with _within_the_turn():
            answer = await model.ainvoke(messages, stop=stop, **kwargs)
        self._keep(key, answer)
        return _result(answer)

    def _played(self, key: str) -> AIMessage:
        known = self.answers.get(key)
        if not known:
            raise PortError("the tape holds no answer to this request: record it again", port=PORT, retryable=False)
        place = min(self.played[key], len(known) - 1)
        self.played[key] += 1
        (message,) = messages_from_dict([known[place]])
        if not isinstance(message, AIMessage):
            raise PortError("the tape holds something else than an answer", port=PORT, retryable=False)
        return message

    def _keep(self, key: str, answer: Any) -> None:
        line = {"request": key, "answer": message_to_dict(answer)}
        with self.tape.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def _within_the_turn() -> Iterator[None]:
    """The recorded model takes its own calls from the turn; the one that brought us here was taken already."""
    outer = turn_budget()
    if outer is None:
        yield
        return
    with spending(TurnBudget(outer.calls_left + 1, outer.seconds_left, outer.tenant_id)) as inner:
        yield
    outer.used += max(inner.used - 1, 0)


def recording(inner: BaseChatModel, tape: Path) -> TapedChatModel:
    """Asks the model and writes every answer down; the tape begins anew."""
    tape.write_text("", encoding="utf-8")
    return TapedChatModel(tape=tape, inner=inner)


def reusing(inner: BaseChatModel, tape: Path, of: str) -> TapedChatModel:
    """Answers what is on the tape from it, asks the model ``of`` this name for the rest, and writes that down too."""
    answers = _answers(tape) if tape.exists() else {}
    return TapedChatModel(tape=tape, inner=inner, of=of, answers=answers)


def replaying(tape: Path) -> TapedChatModel:
    """Answers from a recorded tape. Raises Rejected naming file and line when it is none."""
    return TapedChatModel(tape=tape, answers=_answers(tape))


def _answers(tape: Path) -> dict[str, list[dict[str, Any]]]:
    answers: dict[str, list[dict[str, Any]]] = {}
    try:
        lines = tape.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected("cannot be read", where=str(tape), allowed="what --record FILE wrote") from error
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            answers.setdefault(entry["request"], []).append(entry["answer"])
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected("is no line of a tape", where=f"{tape}:{number}") from error
    return answers


def _result(message: AIMessage) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=message)])
