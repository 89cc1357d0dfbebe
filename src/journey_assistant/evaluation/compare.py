"""Compares two reports case by case: what flipped, and whether that is more than chance.

With one run a case, flips are tested by McNemar's exact test (a binomial test of lost against gained). With repeats the
share of passes of each case is compared by a sign-flip permutation test, so that a case that passes now and then is
noise and not news. Statistics come from scipy (extra ``eval``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journey_assistant.errors import ConfigurationError
from journey_assistant.evaluation.suite_report import WORST_ERRORS

ALPHA = 0.05
"""A change that chance makes less often than this is called real."""
RESAMPLES = 9_999
SEED = 20_261_123
DROP, GAIN, SAME = "drop", "gain", "no real change"

Report = Mapping[str, Any]


def compare(before: Report, after: Report) -> dict[str, Any]:
    """The comparison as JSON: suites, flips, significance, cost and time beside quality, and a verdict."""
    old, new = ({suite["suite"]: suite for suite in report["suites"]} for report in (before, after))
    suites = [_suite(old[name], new[name]) for name in new if name in old]
    lost, gained = ([pair for suite in suites for pair in suite[word]] for word in ("lost", "gained"))
    pairs = [pair for name in new if name in old for pair in _pairs(old[name], new[name])]
    p = _p(pairs)
    worst = [f"new {what}: {name}/{case}" for name in new if name in old for what, case in _worse(old[name], new[name])]
    verdict = _verdict(len(lost), len(gained), p, bool(worst))
    return {
        "verdict": verdict,
        "because": [*_because(len(lost), len(gained), p), *worst],
        "cases": len(pairs),
        "before": _mean([a for a, _ in pairs]),
        "after": _mean([b for _, b in pairs]),
        "difference": _interval(pairs),
        "p": p,
        "noise_floor": _noise_floor(old.values(), new.values()),
        "suites": suites,
        "numbers": [line for name in new if name in old for line in _numbers(old[name], new[name])],
        "only_before": sorted(set(old) - set(new)),
        "only_after": sorted(set(new) - set(old)),
    }


def _suite(old: Report, new: Report) -> dict[str, Any]:
    before, after = _passes(old), _passes(new)
    both = [case for case in after if case in before]
    lost = [case for case in both if before[case] > after[case]]
    gained = [case for case in both if before[case] < after[case]]
    pairs = [(before[case], after[case]) for case in both]
    p = _p(pairs)
    return {
        "suite": new["suite"],
        "cases": len(both),
        "before": _mean([a for a, _ in pairs]),
        "after": _mean([b for _, b in pairs]),
        "lost": lost,
        "gained": gained,
        "p": p,
        "verdict": _verdict(len(lost), len(gained), p, any(True for _ in _worse(old, new))),
        "new_cases": [case for case in after if case not in before],
        "gone_cases": [case for case in before if case not in after],
    }


def _passes(suite: Report) -> dict[str, float]:
    """The share of passes of each case."""
    repeats = suite.get("repeats", 1)
    return {
        result["case"]: (result["times_passed"] / repeats if "times_passed" in result else float(result["passed"]))
        for result in suite["results"]
    }


def _pairs(old: Report, new: Report) -> list[tuple[float, float]]:
    before, after = _passes(old), _passes(new)
    return [(before[case], after[case]) for case in after if case in before]


def _worse(old: Report, new: Report) -> Iterator[tuple[str, str]]:
    """Errors of the worst kinds that were not there before, in cases that both reports know."""
    known = _passes(old)
    for what in WORST_ERRORS:
        had = set((old.get("worst") or {}).get(what, []))
        for case in (new.get("worst") or {}).get(what, []):
            if case in known and case not in had:
                yield what, case


def _p(pairs: Sequence[tuple[float, float]]) -> float:
    """How often chance alone makes a difference as large as this."""
    differences = [b - a for a, b in pairs if a != b]
    if not differences:
        return 1.0
    stats = _scipy_stats()
    if all(abs(d) == 1 for d in differences):
        gained = sum(d > 0 for d in differences)
        return float(stats.binomtest(gained, len(differences)).pvalue)
    return float(
        stats.permutation_test(
            (differences,),
            _mean_of,
            permutation_type="samples",
            n_resamples=RESAMPLES,
            rng=SEED,
            vectorized=False,
        ).pvalue
    )


def _mean_of(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _interval(pairs: Sequence[tuple[float, float]]) -> dict[str, float | None]:
    """The mean difference with its 95 % interval (paired bootstrap)."""
    differences = [b - a for a, b in pairs]
    if not any(differences):
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    found = _scipy_stats().bootstrap(
        (differences,), _mean_of, n_resamples=1_999, method="percentile", vectorized=False, rng=SEED
    )
    low, high = found.confidence_interval
    return {"mean": _mean(differences), "low": float(low), "high": float(high)}


def _verdict(lost: int, gained: int, p: float, has_new_worst: bool) -> str:
    if has_new_worst or (lost > gained and p < ALPHA):
        return DROP
    return GAIN if gained > lost and p < ALPHA else SAME


def _because(lost: int, gained: int, p: float) -> list[str]:
    if not lost and not gained:
        return ["no case changed"]
    return [f"{lost} cases lost and {gained} gained; chance alone does that with p = {p:.3f}"]


def _noise_floor(*reports: Any) -> float | None:
    """The largest share of cases that did not do the same in all repeats of one report; None without repeats."""
    shares = []
    for suites in reports:
        unsteady, whole = 0, 0
        for suite in suites:
            if suite.get("repeats", 1) > 1:
                whole += len(suite["results"])
                unsteady += sum(r.get("times_passed", 0) not in (0, suite["repeats"]) for r in suite["results"])
        if whole:
            shares.append(unsteady / whole)
    return max(shares, default=None)


def _numbers(old: Report, new: Report) -> Iterator[dict[str, Any]]:
    """Numbers that both reports have, cost and time among them."""
    before = {number["name"]: number["value"] for number in old.get("numbers", [])}
    for number in new.get("numbers", []):
        if number["name"] in before and before[number["name"]] != number["value"]:
            yield {
                "suite": new["suite"],
                "name": number["name"],
                "before": before[number["name"]],
                "after": number["value"],
            }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _scipy_stats() -> Any:
    try:
        from scipy import stats
    except ImportError as error:
        raise ConfigurationError("comparing needs scipy: pip install 'journey-assistant[eval]'") from error
    return stats
