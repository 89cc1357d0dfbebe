"""All public yardsticks: which files each needs, and its figures; finished ones are kept and not measured again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.journal import Journal
from journey_assistant.evaluation.numbers import Number
from journey_assistant.evaluation.public import attacks, records, retrieval, texts
from journey_assistant.evaluation.public.lab import Lab


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One set of figures. Without one of its files it is left out."""

    measure: Callable[[Lab], Iterator[Number]]
    files: tuple[str, ...]

    @property
    def means(self) -> str:
        """What it is about."""
        return (self.measure.__doc__ or "").split("\n")[0]


@dataclass(frozen=True, slots=True)
class Measured:
    """A yardstick's figures; None where its files are not there."""

    name: str
    means: str
    numbers: tuple[Number, ...] | None


YARDSTICKS: Mapping[str, Yardstick] = {
    "sentiment": Yardstick(texts.sentiment, ("sentiment/goemotions_dev.jsonl",)),
    "clinc150": Yardstick(texts.clinc, ("intent/clinc150_train.jsonl", "intent/clinc150_dev.jsonl")),
    "banking77": Yardstick(texts.banking77, ("intent/banking77_train.jsonl",)),
    "nlupp": Yardstick(texts.nlupp, ("intent/nlupp_banking.jsonl", "intent/nlupp_hotels.jsonl")),
    "dstc11": Yardstick(retrieval.dstc, ("kb/dstc11t5_kb.jsonl", "retrieval/dstc11t5_dev.jsonl")),
    "dstc10_faq": Yardstick(retrieval.dstc_faq, ("kb/dstc_faq_kb.jsonl",)),
    "tau2_banking": Yardstick(
        retrieval.tau2_banking, ("kb/tau2_banking_kb.jsonl", "retrieval/tau2_banking_retrieval_dev.jsonl")
    ),
    "product_docs": Yardstick(retrieval.product_docs, ("kb/chatwoot_docs.jsonl",)),
    "injections": Yardstick(attacks.injections, ("attacks/deepset_injections_train.jsonl",)),
    "over_defence": Yardstick(attacks.over_defence, ("attacks/notinject_dev.jsonl",)),
    "spikee": Yardstick(attacks.spikee, ("attacks/spikee_seeds.jsonl",)),
    "jailbreaks": Yardstick(attacks.jailbreaks, ("attacks/inthewild_jailbreaks_dev.jsonl",)),
    "inside_mails": Yardstick(
        attacks.inside_mails,
        ("attacks/bipia_email_contexts_train.jsonl", "attacks/bipia_text_attacks_train.jsonl"),
    ),
    "agentdojo_places": Yardstick(attacks.places_of_agentdojo, attacks.PLACES),
    "personal_data": Yardstick(records.personal_data, ("pii/presidio_synth_dev.jsonl",)),
    "policies": Yardstick(
        records.policies,
        tuple(
            f"policy/tau2_{domain}_{what}"
            for domain in ("retail", "airline")
            for what in ("policy.md", "train_tasks.jsonl")
        ),
    ),
}


def measured(lab: Lab, *, only: Sequence[str] = (), journal: Journal | None = None) -> Iterator[Measured]:
    """Every yardstick with its figures, or those named ``only``. Raises Rejected for no folder or an unknown name."""
    if not lab.folder.is_dir():
        raise Rejected("there is no such folder", where=str(lab.folder), allowed="a folder with the public data sets")
    if unknown := sorted(set(only) - set(YARDSTICKS)):
        raise Rejected(f"there is no yardstick {unknown[0]}", where="--only", allowed=", ".join(YARDSTICKS))
    kept = Journal() if journal is None else journal
    for name, yardstick in YARDSTICKS.items():
        if only and name not in only:
            continue
        is_there = all(lab.has(file) for file in yardstick.files)
        numbers = _numbers(name, yardstick, lab, kept) if is_there else None
        yield Measured(name, yardstick.means, numbers)


def _numbers(name: str, yardstick: Yardstick, lab: Lab, journal: Journal) -> tuple[Number, ...]:
    if not journal.is_kept:
        return tuple(yardstick.measure(lab))
    key = hashlib.sha256(f"{name} {lab.fingerprint(yardstick.files)}".encode()).hexdigest()
    known = journal.known(key)
    if known is None:
        known = {"numbers": [asdict(number) for number in yardstick.measure(lab)]}
        journal.keep(key, known)
    return tuple(Number(**number) for number in known["numbers"])


def public_markdown(found: Sequence[Measured]) -> str:
    """The figures as a table for a model card."""
    lines = ["| yardstick | figure | value | cases | means |", "|---|---|---:|---:|---|"]
    for one in found:
        lines += [f"| {one.name} | {n.name} | {n.value:.3f} | {n.n} | {n.means} |" for n in one.numbers or ()]
    return "\n".join(lines) + "\n"
