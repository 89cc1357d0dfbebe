"""The model port on any OpenAI-compatible server: Chat Completions over the ``openai`` client."""

from journey_assistant.adapters.model_openai.chat_model import OpenAICompatibleChatModel

__all__ = ["OpenAICompatibleChatModel"]
