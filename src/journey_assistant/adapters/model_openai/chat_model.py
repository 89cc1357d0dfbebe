"""OpenAICompatibleChatModel: langchain-core's chat model over ``AsyncOpenAI``, with limits of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field, PrivateAttr, SecretStr

from journey_assistant.adapters.model_openai.failures import (
    PORT,
    AnswerUnreadable,
    port_error,
    refused_field,
    retry_after_s,
    vendor_errors,
)
from journey_assistant.adapters.model_openai.limits import Breaker, open_client
from journey_assistant.adapters.model_openai.wire import answer_in, chunk_in, messages_out
from journey_assistant.errors import PortError
from journey_assistant.ports import TurnBudget, turn_budget

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_Answer = TypeVar("_Answer", AIMessage, AIMessageChunk)
Sleep = Callable[[float], Awaitable[None]]
OPTIONAL: Mapping[str, str | None] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": None,
    "temperature": None,
    "response_format": None,
}
"""Fields that some servers refuse, and what is sent in their place."""
UNLIMITED_TURN_S = 3600.0
"""A call outside of a turn is limited by its own time-out alone."""


class OpenAICompatibleChatModel(BaseChatModel):
    """Any server that speaks Chat Completions. Times in seconds, prices in USD per million tokens.

    One call has ``timeout_s`` for everything, however slowly bytes trickle in, and at most ``largest_bytes``. One
    retry follows a failure that may pass, after the wait that the server asks for if that is at most
    ``longest_wait_s``; the turn's budget limits both. Every failure is a PortError(port="model").
    An optional field that a server refuses (``OPTIONAL``) is left out from then on, at the price of that retry.
    The answer's ``response_metadata`` has ``finish_reason``, ``refusal`` if there is one, and ``cost_usd``.
    """

    model: str
    base_url: str
    api_key: SecretStr | None = None
    timeout_s: float = Field(default=20.0, gt=0)
    retries: int = Field(default=1, ge=0, le=1)
    retry_wait_s: float = Field(default=0.5, ge=0)
    longest_wait_s: float = Field(default=20.0, ge=0)
    largest_bytes: int = Field(default=500_000, gt=0)
    max_tokens: int = Field(default=1_200, gt=0)
    temperature: float | None = 0.0
    answer_format: dict[str, Any] | None = None
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)
    sleep: Sleep = Field(default=asyncio.sleep, exclude=True)
    breaker: Breaker = Field(default_factory=Breaker, exclude=True)

    _client: AsyncOpenAI | None = PrivateAttr(None)
    _loop: asyncio.AbstractEventLoop | None = PrivateAttr(None)
    _left_out: set[str] = PrivateAttr(default_factory=set)

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model": self.model, "base_url": self.base_url}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with tools it may call; ``tool_choice`` is auto, none, required or a tool's name."""
        formatted = [convert_to_openai_tool(tool) for tool in tools]
        if tool_choice is not None:
            kwargs["tool_choice"] = _choice(tool_choice)
        return self.bind(tools=formatted, **kwargs)

    def rests(self, tenant_id: str) -> bool:
        """Whether this tenant's calls are stopped for a while after failures."""
        return self.breaker.is_open(tenant_id)

    async def aclose(self) -> None:
        """Close the connections that the running event loop holds."""
        if self._client is not None and self._loop is asyncio.get_running_loop():
            await self._client.close()
        self._client = self._loop = None

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        async def alone() -> ChatResult:
            try:
                return await self._agenerate(messages, stop, None, **kwargs)
            finally:
                await self.aclose()

        return asyncio.run(alone())

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        client = self._connected()
        answer = await self._with_one_retry(lambda: _completed(client, self._request(messages, stop, kwargs)))
        return ChatResult(generations=[ChatGeneration(message=self._priced(answer))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Pieces of one answer, without a retry; a stream that ends early raises PortError."""
        request = self._request(messages, stop, kwargs)
        client, budget = self._connected(), self._budget()
        deadline = self._take(budget)
        finished = False
        try:
            async with asyncio.timeout_at(deadline):
                stream = await client.chat.completions.create(
                    **request, stream=True, stream_options={"include_usage": True}
                )
            pieces = aiter(stream)
            while True:
                async with asyncio.timeout_at(deadline):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                chunk = chunk_in(piece.model_dump())
                finished = finished or "finish_reason" in chunk.response_metadata
                yield ChatGenerationChunk(message=self._priced(chunk))
            if not finished:
                raise AnswerUnreadable("the stream ended early")
        except vendor_errors() as error:
            self.breaker.failed(budget.tenant_id)
            raise port_error(error) from error
        self.breaker.worked(budget.tenant_id)

    async def _with_one_retry(self, call: Callable[[], Awaitable[AIMessage]]) -> AIMessage:
        budget = self._budget()
        for attempt in range(self.retries + 1):
            deadline = self._take(budget)
            try:
                async with asyncio.timeout_at(deadline):
                    answer = await call()
            except vendor_errors() as error:
                failure = port_error(error)
                wait = self._wait(error, failure, budget, last=attempt == self.retries)
                if (field := refused_field(error, self._sent_optional())) is not None:
                    self._left_out.add(field)
                    wait = 0.0 if attempt < self.retries and budget.calls_left else None
                if wait is None:
                    raise failure from error
                await self.sleep(wait)
            else:
                self.breaker.worked(budget.tenant_id)
                return answer
        raise AssertionError("the last attempt returns or raises")

    def _take(self, budget: TurnBudget) -> float:
        """One call from the budget; the loop time by which it must be over."""
        self.breaker.admit(budget.tenant_id)
        if not budget.calls_left or not budget.seconds_left:
            raise PortError("the turn has no call or no time left", port=PORT, retryable=False)
        budget.used += 1
        return asyncio.get_running_loop().time() + min(self.timeout_s, budget.seconds_left)

    def _wait(self, error: BaseException, failure: PortError, budget: TurnBudget, *, last: bool) -> float | None:
        """Seconds to wait before the one retry, or None when there is none."""
        asked = retry_after_s(error)
        if asked is not None and asked > self.longest_wait_s:
            self.breaker.failed(budget.tenant_id, asked)
            return None
        self.breaker.failed(budget.tenant_id)
        wait = self.retry_wait_s if asked is None else asked
        hopeless = last or not failure.retryable or not budget.calls_left or wait >= budget.seconds_left
        return None if hopeless else wait

    def _request(self, messages: Sequence[BaseMessage], stop: list[str] | None, more: dict[str, Any]) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self.model, "messages": messages_out(messages)}
        values = {
            "max_tokens": self.max_tokens,
            "max_completion_tokens": self.max_tokens,
            "temperature": self.temperature,
            "response_format": None if "tools" in more else self.answer_format,
        }
        request |= {name: values[name] for name in self._sent_optional() if values[name] is not None}
        if stop:
            request["stop"] = stop
        return request | more

    def _sent_optional(self) -> list[str]:
        """Optional fields that this server has not refused; a replacement only in place of its original."""
        late = {new: old for old, new in OPTIONAL.items() if new is not None}
        return [n for n in OPTIONAL if n not in self._left_out and (n not in late or late[n] in self._left_out)]

    def _budget(self) -> TurnBudget:
        return turn_budget() or TurnBudget(calls=self.retries + 1, seconds=UNLIMITED_TURN_S)

    def _connected(self) -> AsyncOpenAI:
        """The client of the running event loop; connections cannot move from one loop to another.

        Made before a call's time runs: importing the vendor's client takes seconds, once.
        """
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            key = self.api_key.get_secret_value() if self.api_key else "none"
            self._client, self._loop = open_client(self.base_url, key, self.timeout_s, self.largest_bytes), loop
        return self._client

    def _priced(self, answer: _Answer) -> _Answer:
        usage = answer.usage_metadata
        if usage is not None:
            cost = usage["input_tokens"] * self.price_in + usage["output_tokens"] * self.price_out
            answer.response_metadata["cost_usd"] = cost / 1_000_000
        return answer


async def _completed(client: AsyncOpenAI, request: dict[str, Any]) -> AIMessage:
    response = await client.chat.completions.with_raw_response.create(**request, stream=False)
    return answer_in(response.content)


def _choice(name: str) -> str | dict[str, Any]:
    plain = {"any": "required"}.get(name, name)
    return plain if plain in ("auto", "none", "required") else {"type": "function", "function": {"name": plain}}
