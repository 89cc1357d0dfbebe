"""Trains the learned half of reading needs: `python training/needs.py --data DATA` (see NEEDS_CARD.md).

Lines are held out by industry: the figures come from folds whose industries no line of the training part mentions.
"""

from __future__ import annotations

import argparse
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from needs_data import CODES, Line, public_lines, public_turns, written_lines
from numpy.typing import NDArray

from journey_assistant.domain.needs import NeedCode
from journey_assistant.perception.encoder import OnnxEncoder
from journey_assistant.perception.needs import NeedsReader
from journey_assistant.perception.needs_head import WORDINGS, NeedsHead, wordings_of
from journey_assistant.perception.sentences import fold
from journey_assistant.ports import EncodedText

FOLDS = 5
HIDDEN = 64
ROUNDS = 24
BATCH = 128
RATE = 4e-3
DECAYS = (2e-3, 0.0, 2e-3, 0.0, 5e-3)
DROP = 0.25
NOISE = 0.02
UNHEARD = 0.3
MEMBERS = 2
"""Networks that are trained from different starts and joined side by side in one hidden layer."""

A_MISS_IS_A_DISASTER = frozenset(
    {NeedCode.INJURY, NeedCode.SECURITY, NeedCode.PRIVACY_REQUEST, NeedCode.LEGAL_THREAT, NeedCode.VULNERABLE}
)
FALSE_ALARMS = {True: 0.008, False: 0.004}
"""Share of ordinary lines that one code may take, by whether missing it is a disaster."""
MOSTLY_WORDS = frozenset({NeedCode.MONEY_DECISION})
"""Near every price question: here the lexicon reads, and the learned half only what it is very sure of."""
Matrix = NDArray[np.float32]


def wordings(texts: list[str]) -> Matrix:
    """The words and pairs of words of every text as rows of unit length."""
    rows = np.zeros((len(texts), WORDINGS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        buckets = wordings_of(text)
        row[buckets] = max(len(buckets), 1) ** -0.5
    return rows


@dataclass
class Network:
    """A hidden layer over the vector beside one weight per wording, both trained together."""

    weights: list[Matrix]

    @classmethod
    def fresh(cls, inputs: int, outputs: int, rng: np.random.Generator) -> Network:
        hidden = rng.normal(0, np.sqrt(2 / inputs), (inputs, HIDDEN))
        out = rng.normal(0, np.sqrt(1 / HIDDEN), (HIDDEN, outputs))
        parts = [hidden, np.zeros(HIDDEN), out, np.full(outputs, -3.0), np.zeros((WORDINGS, outputs))]
        return cls([part.astype(np.float32) for part in parts])

    def gradients(self, x: Matrix, words: Matrix, y: Matrix, w: Matrix, rng: np.random.Generator) -> list[Matrix]:
        hidden, hidden_bias, out, out_bias, wide = self.weights
        kept = (rng.random((len(x), HIDDEN), dtype=np.float32) > DROP).astype(np.float32) / np.float32(1 - DROP)
        inner = np.maximum(x @ hidden + hidden_bias, 0) * kept
        wrong = (1 / (1 + np.exp(-(inner @ out + out_bias + words @ wide))) - y) * w / len(x)
        back = (wrong @ out.T) * (inner > 0) * kept
        return [x.T @ back, back.sum(0), inner.T @ wrong, wrong.sum(0), words.T @ wrong]


def train(x: Matrix, words: Matrix, y: Matrix, w: Matrix, seed: int) -> Network:
    """Adam with weight decay and a falling rate; vectors get a little noise, and words go missing now and then."""
    rng = np.random.default_rng(seed)
    network = Network.fresh(x.shape[1], y.shape[1], rng)
    first = [np.zeros_like(part) for part in network.weights]
    second = [np.zeros_like(part) for part in network.weights]
    step, steps = 0, ROUNDS * (len(x) // BATCH + 1)
    for _ in range(ROUNDS):
        for rows in np.array_split(rng.permutation(len(x)), len(x) // BATCH + 1):
            step += 1
            noisy = x[rows] + NOISE * rng.standard_normal((len(rows), x.shape[1]), dtype=np.float32)
            heard = words[rows] * (rng.random((len(rows), 1), dtype=np.float32) > UNHEARD)
            slope = network.gradients(noisy, heard, y[rows], w[rows], rng)
            rate = np.float32(RATE * (1 - step / steps))
            for i, part in enumerate(network.weights):
                first[i] = 0.9 * first[i] + 0.1 * slope[i]
                second[i] = 0.999 * second[i] + 0.001 * slope[i] ** 2
                move = (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                network.weights[i] = part - rate * (move + np.float32(DECAYS[i]) * part)
    return network


def head_of(x: Matrix, words: Matrix, y: Matrix, w: Matrix, thresholds: dict[NeedCode, float]) -> NeedsHead:
    """The members' average as one network: their hidden layers side by side."""
    members = [train(x, words, y, w, seed).weights for seed in range(MEMBERS)]
    return NeedsHead(
        codes=CODES,
        hidden=np.concatenate([m[0] for m in members], axis=1),
        hidden_bias=np.concatenate([m[1] for m in members]),
        out=np.concatenate([m[2] for m in members]) / MEMBERS,
        out_bias=np.mean([m[3] for m in members], axis=0, dtype=np.float32),
        wordings=np.mean([m[4] for m in members], axis=0, dtype=np.float32),
        thresholds=thresholds,
    )


def held_out(lines: list[Line], x: Matrix, words: Matrix, y: Matrix, w: Matrix) -> Matrix:
    """Probabilities of every written line from a head that saw no line of its industry."""
    fold = np.array([zlib.crc32(line.family.encode()) % FOLDS if line.family else -1 for line in lines])
    found = np.zeros_like(y)
    for number in range(FOLDS):
        rest = fold != number
        head = head_of(x[rest], words[rest], y[rest], w[rest], {})
        found[~rest] = head.probabilities(
            x[~rest], [line.text for line, kept in zip(lines, rest, strict=True) if not kept]
        )
    return found


def chosen_thresholds(found: Matrix, y: Matrix, written: NDArray[np.bool_]) -> dict[NeedCode, float]:
    """The lowest probability that takes no more ordinary lines than a code may."""
    ordinary = found[written & (y.sum(1) == 0)]
    thresholds = {}
    for column, code in enumerate(CODES):
        share = FALSE_ALARMS[code in A_MISS_IS_A_DISASTER] if code not in MOSTLY_WORDS else 0.002
        thresholds[code] = float(np.clip(np.quantile(ordinary[:, column], 1 - share), 0.3, 0.95))
    return thresholds


def report(lines: list[Line], found: Matrix, y: Matrix, thresholds: dict[NeedCode, float], show: bool) -> None:
    """Prints per code: the learned half alone, the lexicon alone, both; and the false alarms on ordinary lines."""
    lexicon = NeedsReader(head=None)
    by_words = np.array(
        [[n.code in {c.code for c in lexicon.read(line.text, "en")} for n in _codes()] for line in lines]
    )
    learned = np.array([[found[i, j] >= thresholds[c] for j, c in enumerate(CODES)] for i in range(len(lines))])
    harmless = [lexicon.harmless(fold(line.text)) for line in lines]
    learned &= np.array([[c not in calm for c in CODES] for calm in harmless])
    both = learned | by_words
    print(f"{'code':18}{'lines':>6}{'threshold':>10}  recall: learned lexicon both   precision both")
    for j, code in enumerate(CODES):
        mine = y[:, j] == 1
        right = both[mine, j].mean()
        precise = both[mine, j].sum() / max(both[:, j].sum(), 1)
        print(
            f"{code.value:18}{mine.sum():6}{thresholds[code]:10.2f}          {learned[mine, j].mean():6.3f}"
            f"  {by_words[mine, j].mean():6.3f} {right:6.3f}  {precise:6.3f}"
        )
    ordinary = y.sum(1) == 0
    for name, part in (("learned", learned), ("lexicon", by_words), ("both", both)):
        print(f"ordinary lines with any need, {name}: {part[ordinary].any(1).mean():.4f} of {ordinary.sum()}")
    if show:
        _show(lines, found, y, both, learned)


def _codes() -> list[Line]:
    return [Line("", code, "") for code in CODES]


def _show(lines: list[Line], found: Matrix, y: Matrix, both: NDArray[np.bool_], learned: NDArray[np.bool_]) -> None:
    for i, line in enumerate(lines):
        missed = [c.value for j, c in enumerate(CODES) if y[i, j] and not both[i, j]]
        false = [c.value for j, c in enumerate(CODES) if not y[i].any() and both[i, j]]
        if missed or false:
            how = "" if missed else ("learned" if learned[i].any() else "lexicon")
            own = [round(float(found[i, j]), 2) for j in range(len(CODES)) if y[i, j]]
            print("MISSED" if missed else "FALSE", missed or false, how, own, "|", line.text)


def alarms(head: NeedsHead, texts: list[str], keep: Path | None) -> None:
    """Prints which ordinary turns of public dialogues, none of them trained on, show a need to the whole reader."""
    reader = NeedsReader(head=head)
    count = 0
    for text, vector in zip(texts, vectors_of(texts, keep), strict=True):
        needs = [n for n in reader.read(text, "en", EncodedText(text, vector)) if n.code is not NeedCode.SMALL_TALK]
        count += bool(needs)
        if needs:
            print("TURN", [(n.code.value, n.score) for n in needs], text)
    print(f"public ordinary turns, unseen: {count / len(texts):.4f} of {len(texts)} show a need")


def vectors_of(texts: list[str], keep: Path | None) -> Matrix:
    """One vector per text; those of an earlier run are taken from ``keep``."""
    known: dict[str, Matrix] = {}
    if keep is not None and keep.is_file():
        with np.load(keep) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    known.update(zip(missing, OnnxEncoder().encode(missing) if missing else [], strict=True))
    if keep is not None:
        np.savez(keep, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


def main() -> None:
    """Measures by held-out industries, then trains on everything and writes the package data."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with intent/*.jsonl.gz")
    options.add_argument("--keep", type=Path, help="where vectors are kept between runs")
    options.add_argument("--show", action="store_true", help="print what is missed and what is a false alarm")
    chosen = options.parse_args()
    turns = public_turns(chosen.data)
    heard = [Line(text, code, "") for text, code, kept in turns if not kept]
    lines = [*written_lines(), *public_lines(chosen.data), *heard]
    x = vectors_of([line.text for line in lines], chosen.keep)
    y = np.array([[line.code is code for code in CODES] for line in lines], dtype=np.float32)
    written = np.array([bool(line.family) for line in lines])
    w = np.where(y == 1, 3.0, 1.0).astype(np.float32) * np.where(written, 1.0, 0.5).astype(np.float32)[:, None]
    words = wordings([line.text for line in lines])
    found = held_out(lines, x, words, y, w)
    thresholds = chosen_thresholds(found, y, written)
    own = [line for line in lines if line.family]
    report(own, found[written], y[written], thresholds, chosen.show)
    head = head_of(x, words, y, w, thresholds)
    head.save()
    alarms(head, [text for text, code, kept in turns if kept and code is None], chosen.keep)


if __name__ == "__main__":
    main()
