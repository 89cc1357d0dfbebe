"""/autonomy: how far the assistant may go with each play and contact reason, and whether people agree with it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request, Response

from journey_assistant.services.agreement import ANSWER, agreement
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Reader, Running
from journey_assistant.web.pages import page

router = console_router()


@router.get("/autonomy")
async def autonomy(request: Request, console: Running, signed: Reader) -> Response:
    """Levels of the playbook beside what became of drafts and shadow decisions in the last ninety days."""
    plays, reasons = _levels(console)
    return page(
        request,
        "autonomy.html",
        signed,
        found=await agreement(console.store, console.tenant, console.clock.now()),
        plays=plays,
        asked_about=reasons,
        answers=ANSWER,
    )


def _levels(console: Console) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The level of each play and each contact reason in chat; nothing where no playbook runs."""
    if console.talking is None:
        return {}, {}
    playbook = console.talking.commit.playbook
    plays = {play.id: playbook.autonomy_for_play(play) for play in playbook.plays.values()}
    return plays, {name: playbook.autonomy_for_message("chat", name) for name in playbook.contact_reasons}
