"""Trains the sentiment branch in two stages: GoEmotions first, then support-style lines mixed in.

    python training/train.py public  --data ../shared/data --work BUILD
    python training/train.py support --data ../shared/data --work BUILD

Each stage writes `<work>/<stage>.pt`. Runs on two CPU cores; every random choice is seeded.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from augment import variant
from base import weights_directory
from compose import Composer
from data import LABELS, Row, goemotions, own_lines, plain_questions
from head import SentimentBranch
from states import StateCache
from torch import nn

SEED = 20261123
BATCH = 64
COMPOSED = 3500
"""Composed lines an epoch, drawn afresh each time."""
CLASS_WEIGHTS = torch.tensor([1.4, 1.0, 0.9])
"""A missed angry customer costs more than a needless handover."""

Sample = tuple[np.ndarray, int, float]


def samples(rows: list[Row], cache: StateCache, name: str) -> list[Sample]:
    """Rows as (token states, label number, frustrated)."""
    states = cache.read([row.text for row in rows], name)
    return [(s, LABELS.index(row.label), float(row.frustrated or 0)) for s, row in zip(states, rows, strict=True)]


def batches(pool: list[Sample], size: int, chance: random.Random) -> Iterator[list[Sample]]:
    """Shuffled batches of similar length, so that little padding is computed."""
    order = sorted(range(len(pool)), key=lambda i: len(pool[i][0]) + chance.random() * 4)
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    chance.shuffle(chunks)
    for chunk in chunks:
        yield [pool[i] for i in chunk]


def collate(batch: list[Sample]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded states, mask, labels, frustrated."""
    longest = max(len(s) for s, _, _ in batch)
    states = torch.zeros(len(batch), longest, batch[0][0].shape[1])
    mask = torch.zeros(len(batch), longest)
    for i, (s, _, _) in enumerate(batch):
        states[i, : len(s)] = torch.from_numpy(np.asarray(s, dtype=np.float32))
        mask[i, : len(s)] = 1
    labels = torch.tensor([label for _, label, _ in batch])
    return states, mask, labels, torch.tensor([f for _, _, f in batch])


def fit(branch: SentimentBranch, pools: list[list[Sample]], rate: float, batch_size: int, budget_s: float) -> None:
    """One pass over each pool of `pools`, with a linear warm-up and decay of the learning rate."""
    chance = random.Random(SEED)
    total = sum(-(-len(pool) // batch_size) for pool in pools)
    optimiser = torch.optim.AdamW(branch.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * total + 1), max(0.02, (total - step) / total))
    )
    label_loss = nn.CrossEntropyLoss(weight=CLASS_WEIGHTS, label_smoothing=0.05)
    mood_loss = nn.BCEWithLogitsLoss()
    branch.train()
    started, step, running = time.perf_counter(), 0, 0.0
    for pool in pools:
        for batch in batches(pool, batch_size, chance):
            states, mask, labels, frustrated = collate(batch)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits, mood = branch(states, mask)
            loss = label_loss(logits.float(), labels) + 0.5 * mood_loss(mood.float(), frustrated)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(branch.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            running = 0.98 * running + 0.02 * loss.item()
            if step % 100 == 0:
                print(f"{step}/{total} loss {running:.3f} {time.perf_counter() - started:.0f}s", flush=True)
            if time.perf_counter() - started > budget_s:
                raise SystemExit(f"over the time budget at step {step} of {total}")


@torch.no_grad()
def predict(branch: SentimentBranch, pool: list[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Label logits (n, 3) and frustration logits (n,) in the order of `pool`."""
    branch.eval()
    order = sorted(range(len(pool)), key=lambda i: len(pool[i][0]))
    label, mood = np.zeros((len(pool), 3)), np.zeros(len(pool))
    for start in range(0, len(order), 128):
        chunk = order[start : start + 128]
        states, mask, _, _ = collate([pool[i] for i in chunk])
        logits, frustrated = branch(states, mask)
        label[chunk], mood[chunk] = logits.numpy(), frustrated.numpy()
    return label, mood


def public_pools(data: Path, cache: StateCache, epochs: int) -> list[list[Sample]]:
    """GoEmotions and a sample of plain questions, once an epoch."""
    emotions = samples(goemotions(data, "train"), cache, "train")
    plain = samples(plain_questions(data), cache, "plain")
    chance = random.Random(SEED)
    return [emotions + chance.sample(plain, 5000) for _ in range(epochs)]


def support_pools(data: Path, cache: StateCache, epochs: int) -> list[list[Sample]]:
    """Our own training lines in fresh spellings each epoch, held in place by public data."""
    chance = random.Random(SEED)
    emotions = samples(goemotions(data, "train"), cache, "train")
    questions = plain_questions(data)
    plain = samples(questions, cache, "plain")
    lines = own_lines("train")
    composer = Composer([r.text for r in questions if 15 < len(r.text) < 90], chance)
    pools = []
    for epoch in range(epochs):
        spelled = [replace(r, text=variant(r.text, chance)) for r in lines for _ in range(2)]
        composed = [replace(r, text=variant(r.text, chance)) for r in composer.draw(COMPOSED)]
        own = samples(lines, cache, "lines") + samples(spelled + composed, cache, f"lines-{epoch}")
        pools.append(own + chance.sample(emotions, 3000) + chance.sample(plain, 2500))
    return pools


PLANS = {"public": (public_pools, 3, 2e-4), "support": (support_pools, 4, 1.5e-4)}
"""A stage's data, passes and learning rate."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=("public", "support"))
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/ and intent/")
    parser.add_argument("--work", type=Path, required=True, help="folder of export.py base; caches go here")
    parser.add_argument("--epochs", type=int, help="passes over the data; default 3 for public, 4 for support")
    parser.add_argument("--rate", type=float, help="highest learning rate; default 2e-4, 1.5e-4 for support")
    parser.add_argument("--budget", type=float, default=3600, help="give up after so many seconds")
    args = parser.parse_args()
    random.seed(SEED)
    torch.manual_seed(SEED)
    cache = StateCache(args.work / "base.int8.onnx", args.work / "tokenizer.json", args.work / "states")
    branch = SentimentBranch(weights_directory())
    if args.stage == "support":
        branch.load_state_dict(torch.load(args.work / "public.pt"))
    make, epochs, rate = PLANS[args.stage]
    fit(branch, make(args.data, cache, args.epochs or epochs), args.rate or rate, BATCH, args.budget)
    torch.save(branch.state_dict(), args.work / f"{args.stage}.pt")


if __name__ == "__main__":
    main()
