"""Any chat model of the langchain ecosystem behind our port: its errors end here, its calls count."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field

from journey_assistant.errors import PortError
from journey_assistant.ports import turn_budget

PORT = "model"


class BorrowedChatModel(BaseChatModel):
    """A foreign chat model with our limit of seconds a call. Whatever it raises becomes PortError(port="model")."""

    inner: BaseChatModel
    timeout_s: float = Field(default=20.0, gt=0)
    tools: tuple[Any, ...] = ()

    @property
    def _llm_type(self) -> str:
        return f"borrowed {self.inner._llm_type}"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The foreign model with tools, behind the same limits."""
        return self.model_copy(update={"tools": tuple(tools)})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return asyncio.run(self._agenerate(messages, stop, None, **kwargs))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self._take()
        try:
            async with asyncio.timeout(self.timeout_s):
                model = self.inner.bind_tools(list(self.tools)) if self.tools else self.inner
                answer = await model.ainvoke(messages, stop=stop, **kwargs)
        except Exception as error:  # a foreign class may raise anything
            what = f"{type(self.inner).__name__} failed: {type(error).__name__}"
            raise PortError(what, port=PORT, retryable=isinstance(error, TimeoutError | OSError)) from error
        if not isinstance(answer, AIMessage):
            raise PortError(f"{type(self.inner).__name__} gave no message", port=PORT, retryable=False)
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _take(self) -> None:
        budget = turn_budget()
        if budget is None:
            return
        if not budget.calls_left:
            raise PortError("the turn has no call left", port=PORT, retryable=False)
        budget.used += 1
