"""A process that forks children which die: `python nursery.py` reads jobs, one JSON object a line, and answers each.

Everything is imported once, here; a child has a store, a chat and a runner of its own, and kills itself with SIGKILL at
the point that its job names. What it was told (``ok``) it writes to its log at once, as a client does.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from crash.dying import DyingDatabase, die, log_of
from crash.sending import sending
from deciding import HANDOFF, SetClock
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.ports.chat import Accepted
from records import ANA, NOON
from talking import Echo, fixed, talk

DANA = ColleagueId("dana")


class DyingStore(SqlStore):
    """Dies around one of its calls."""

    point = ""

    async def accept_message(self, *args: Any, **named: Any) -> Accepted:
        if self.point == "before the message is accepted":
            die()
        accepted = await super().accept_message(*args, **named)
        if self.point == "message accepted, not told":
            die()
        return accepted

    async def change_conversation(self, *args: Any, **named: Any) -> None:
        if self.point == "before the change":
            die()
        await super().change_conversation(*args, **named)
        if self.point == "changed, not shown":
            die()


class DyingDecider(Echo):
    """Tells that it was asked, and dies while it decides."""

    dies = False
    log: Any = None

    async def decide(self, case: Any, *, progress: Any = None) -> JourneyRun:
        self.log("asked the model", str(case.snapshot.case_id))
        if self.dies:
            await asyncio.sleep(0)
            die()
        return await super().decide(case, progress=progress)


async def scene(job: dict[str, Any]) -> None:
    """One life: a customer writes, or a colleague acts, or two processes work at once."""
    log = log_of(job["log"])
    url = f"sqlite+aiosqlite:///{job['file']}"
    database = DyingDatabase(url)
    store = DyingStore(database)
    decider: Any = fixed(HANDOFF) if job.get("hands_over") else DyingDecider()
    if isinstance(decider, DyingDecider):
        decider.dies, decider.log = job["point"] == "while it is decided", log
    room = await talk(decider, store, owner=job["owner"])
    room.clock.at = SetClock().at if not job.get("at") else NOON.fromisoformat(job["at"])
    store.point, database.dies_in = job["point"], job.get("dies_in")
    log("ready")
    act = job["act"]
    if act == "say":
        entry = await room.chat.post(ANA, room.id, key=job["key"], text=job["text"])
        log("ok", entry.id)
        await room.runner.idle()
    elif act == "recover":
        await room.runner.recover()
        await room.runner.idle()
    elif act == "sweep":
        await room.hand.sweep_overdue()
    elif act == "ask for a person":
        await room.chat.ask_for_person(ANA, room.id)
    else:
        await getattr(room.hand, act)(room.id, by=ColleagueId(job.get("by", DANA)))
    log("done")
    await store.close()


SCENES = {"chat": scene, "sending": sending}


def main() -> None:
    """Answers each line of jobs (a list: children that live at once) with how each ended."""
    print("ready", flush=True)
    for line in sys.stdin:
        jobs = json.loads(line)
        children = []
        for job in jobs:
            pid = os.fork()
            if pid == 0:
                status = 1
                try:
                    asyncio.run(SCENES[job.get("scene", "chat")](job))
                    status = 0
                except BaseException as error:  # noqa: BLE001  # the child must not go on as another nursery
                    Path(job["log"] + ".error").write_text(repr(error))
                finally:
                    os._exit(status)
            children.append(pid)
        ends = [os.waitpid(pid, 0)[1] for pid in children]
        print(json.dumps([-(end & 0x7F) or end >> 8 for end in ends]), flush=True)


if __name__ == "__main__":
    main()
