"""The command tree."""

from __future__ import annotations

import typer

from journey_assistant.cli import (
    audit,
    classify,
    crm,
    decide,
    deliveries,
    demo,
    doctor,
    eval,
    explain,
    guard,
    kb,
    migrate,
    playbook,
    queue,
    replay,
    serve,
    user,
    widget,
)

app = typer.Typer(
    name="journey",
    help="One agent, one explained decision for every customer moment: answer, hand over, draft or hold.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("decide")(decide.decide)
app.command("classify")(classify.classify)
app.add_typer(kb.app, name="kb")
app.add_typer(eval.app, name="eval")
app.add_typer(playbook.app, name="playbook")
app.command("guard")(guard.guard)
app.command("doctor")(doctor.doctor)
app.add_typer(crm.app, name="crm")
app.add_typer(queue.app, name="queue")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(user.app, name="user")
app.add_typer(audit.app, name="audit")
app.command("explain")(explain.explain)
app.command("replay")(replay.replay)
app.command("serve")(serve.serve)
app.add_typer(widget.app, name="widget")
app.command("migrate")(migrate.migrate)


@app.callback()
def journey() -> None:
    """Every command takes --help, prints for people on a terminal, and JSON with --json."""
