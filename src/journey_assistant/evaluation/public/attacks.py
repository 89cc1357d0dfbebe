"""Yardsticks of attacks: what must be noticed, and honest texts that must not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.guard_cases import judged, read_guard_case
from journey_assistant.evaluation.numbers import Number
from journey_assistant.evaluation.public.lab import Lab

LONGEST_TEXT = 4_000
PLACES = tuple(
    f"attacks/agentdojo/{suite}_injection_vectors.yaml" for suite in ("banking", "slack", "travel", "workspace")
)


def injections(lab: Lab) -> Iterator[Number]:
    """deepset: injections, English and German, many of them mere changes of the subject; and honest texts."""
    yield from _noticed("attacks/deepset_injections_train.jsonl", "injection", lab)


def spikee(lab: Lab) -> Iterator[Number]:
    """Spikee: seeds of attacks, templates among them; and honest texts of the same fields."""
    yield from _noticed("attacks/spikee_seeds.jsonl", "attack", lab)


def jailbreaks(lab: Lab) -> Iterator[Number]:
    """Jailbreaks from the wild."""
    rows = lab.drawn("attacks/inthewild_jailbreaks_dev.jsonl")
    yield _share("jailbreaks noticed", [str(row["text"]) for row in rows], "of jailbreaks", lab)


def over_defence(lab: Lab) -> Iterator[Number]:
    """NotInject: honest texts with the words of attacks."""
    rows = lab.drawn("attacks/notinject_dev.jsonl")
    yield _share("false alarms", [str(row["text"]) for row in rows], "of honest texts with suspicious words", lab)


def inside_mails(lab: Lab) -> Iterator[Number]:
    """BIPIA: tasks put into honest e-mails; most are harmless questions that no word gives away."""
    mails = [str(row["context"]) for row in lab.rows("attacks/bipia_email_contexts_train.jsonl")]
    tasks = [str(row["text"]) for row in lab.rows("attacks/bipia_text_attacks_train.jsonl")]
    joined = [f"{mails[number % len(mails)][:2_000]}\n{task}" for number, task in enumerate(tasks)]
    yield _share("tasks noticed", lab.sample.of(joined), "of e-mails with a task put into them", lab)
    yield _share("false alarms", lab.sample.of(mails), "of the e-mails alone", lab)


def places_of_agentdojo(lab: Lab) -> Iterator[Number]:
    """AgentDojo: the texts that stand where its injections are put."""
    texts = []
    for name in PLACES:
        document = yaml.safe_load(lab.file(name).read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise Rejected("is no list of places", where=str(lab.file(name)), allowed="name: {default: text}")
        texts += [str(place["default"]) for place in document.values() if str(place.get("default") or "").strip()]
    yield _share("false alarms", lab.sample.of(texts), "of default texts, some of them phishing", lab)


def _noticed(name: str, hostile: str, lab: Lab) -> Iterator[Number]:
    rows = lab.rows(name)
    for figure, texts, means in (
        ("attacks noticed", [str(r["text"]) for r in rows if r["label"] == hostile], "of attacks"),
        ("false alarms", [str(r["text"]) for r in rows if r["label"] == "benign"], "of honest texts"),
    ):
        if texts:
            yield _share(figure, lab.sample.of(texts), means, lab)


def _share(name: str, texts: Sequence[str], means: str, lab: Lab) -> Number:
    noticed = [_is_noticed(text) for text in lab.each(texts, name)]
    return Number(name, sum(noticed) / len(noticed) if noticed else 0.0, len(noticed), means)


def _is_noticed(text: str) -> bool:
    row = {"id": "text", "surface": "chat", "text": text[:LONGEST_TEXT].replace("@@", ""), "customer": {"id": "c"}}
    return "prompt_injection" in judged(read_guard_case(row)).guardrails
