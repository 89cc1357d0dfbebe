"""Shadow: the record holds what would have been done; nobody outside hears a word of it."""

from pathlib import Path

import pytest

from journey_assistant.bootstrap import build_decider
from journey_assistant.services.commit import effects_of
from journey_assistant.services.decide import Decider
from journey_assistant.services.record import run_line
from journey_assistant.settings import Settings
from worlds import help_centre, message, pricing_views, sweep

WATCHED = "channels: {chat: shadow}\nplays: {pricing_velocity: shadow}\n"


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Decider:
    home = tmp_path_factory.mktemp("watched")
    (home / "playbook").mkdir()
    (home / "playbook" / "autonomy.yaml").write_text(WATCHED)
    return build_decider(Settings(home=home), knowledge=help_centre(home), playbook=home / "playbook", in_memory=True)


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Decider:
    home: Path = tmp_path_factory.mktemp("acting")
    return build_decider(Settings(home=home), knowledge=help_centre(home), in_memory=True)


@pytest.mark.parametrize(
    ("case", "does"),
    [
        (message("How do I swap a shift?"), ("route_to_human", "handoff")),
        (message("Thanks, that helped!"), ("route_to_human", "handoff")),
        (message("I want to talk to a human being."), ("route_to_human", "handoff")),
        (sweep(*pricing_views()), ("hold", "hold")),
    ],
)
async def test_that_what_would_have_been_done_is_recorded_and_nothing_is_sent(watched, acting, case, does) -> None:
    run = await watched.decide(case)
    line, unwatched = run_line(run), run_line(await acting.decide(case))
    assert (line["route"], line["outcome"]["kind"]) == does
    assert line["shadow"] == {name: unwatched[name] for name in ("route", "reasons", "outcome")}
    assert line["shadow"]["outcome"]["text"]
    effects = effects_of(run, case)
    assert (effects.outbox, effects.draft) == ((), None)


async def test_that_only_what_is_watched_has_a_shadow(watched, acting) -> None:
    assert run_line(await acting.decide(message("How do I swap a shift?")))["shadow"] is None
    assert run_line(await watched.decide(sweep()))["shadow"] is None


async def test_that_a_watched_run_can_be_replayed(watched) -> None:
    case = message("How do I swap a shift?")
    first, again = run_line(await watched.decide(case)), run_line(await watched.decide(case))
    assert first | {"elapsed_ms": {}} == again | {"elapsed_ms": {}}
