"""The generated parts of the documents: cog writes them, `make docs-check` fails when one is stale."""

from __future__ import annotations

from journey_assistant import errors
from journey_assistant.settings import PREFIX, Settings


def settings_table() -> str:
    """Every setting: its variable, its default, what it is for."""
    rows = ["| variable | default | what it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "", ()) else f"`{field.default}`"
        description = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {description} |")
    return "\n" + "\n".join(rows) + "\n"


def channel_table() -> str:
    """Every way out, and how often a message arrives by it."""
    from journey_assistant.adapters.channel_slack import SlackChannel
    from journey_assistant.adapters.channel_smtp import SmtpChannel
    from journey_assistant.adapters.channel_webhook import WebhookChannel
    from journey_assistant.ports.relay import guarantee

    rows = [
        "| channel | a message arrives |",
        "|---|---|",
        "| `chat` | exactly once: the entry in the conversation is the delivery, and there is one under each key |",
    ]
    channels = (SmtpChannel, WebhookChannel, SlackChannel)
    rows += [f"| `{channel.name}` | {guarantee(takes_key=channel.takes_key)} |" for channel in channels]
    return "\n" + "\n".join(rows) + "\n"


def error_tree() -> str:
    """Every error with the sentence that says what it means."""

    def branch(error: type[Exception], depth: int) -> list[str]:
        sentence = (error.__doc__ or "").strip().splitlines()[0]
        children = [child for child in error.__subclasses__() if child.__module__ == errors.__name__]
        own = f"{'  ' * depth}- `{error.__name__}`: {sentence}"
        return [own, *(line for child in children for line in branch(child, depth + 1))]

    return "\n" + "\n".join(branch(errors.JourneyError, 0)) + "\n"


def graph_picture() -> str:
    """The graph of one moment as Mermaid, drawn from the compiled graph."""
    from journey_assistant.agent.graph import build_graph

    return f"\n```mermaid\n{build_graph().get_graph().draw_mermaid().strip()}\n```\n"
