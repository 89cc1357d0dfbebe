"""How near the int8 vectors are to float32, and what a pass costs beside a transformers pipeline.

PYTHONPATH=src python training/measure_encoder.py --data DATA --work BUILD   # BUILD from export.py base
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from base import weights_directory
from data import read_jsonl
from tokenizers import Tokenizer
from transformers import AutoTokenizer, pipeline

from journey_assistant.perception.encoder import MODEL_FOLDER, OnnxEncoder

TEXT = (
    "Could you tell me how long the export of last month takes to arrive in our accounting tool, and whether "
    "we can safely run it twice a day?"
)


def median_ms(call: Callable[[int], object], rounds: int = 200) -> float:
    """Median processor time of a call in milliseconds (one thread); every call gets its own number."""
    times = []
    for number in range(rounds):
        started = time.thread_time()
        call(number)
        times.append(time.thread_time() - started)
    return float(np.median(times)) * 1000


def compare_vectors(data: Path, work: Path) -> None:
    """Mean cosine and how often the nearest neighbour among 1,000 questions is the same."""
    rows = [str(row["text"]) for row in read_jsonl(data / "intent" / "banking77_train.jsonl.gz")]
    texts = random.Random(5).sample(rows, 1000)
    session = onnxruntime.InferenceSession(str(work / "base.fp32.onnx"))
    tokenizer = Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json"))
    exact = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids])
        exact.append(session.run(["vector"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
    full, small = np.stack(exact), OnnxEncoder().encode(texts)
    alike = [(v @ v.T - 2 * np.eye(len(v))).argmax(axis=1) for v in (full, small)]
    print(f"mean cosine int8 to float32: {(full * small).sum(axis=1).mean():.4f}")
    print(f"same nearest neighbour: {(alike[0] == alike[1]).mean():.3f}")


def compare_speed() -> None:
    """Median of one pass on one thread: ours with its mood logits, and a float32 transformers pipeline."""
    encoder = OnnxEncoder(threads=1)
    tokenizer = AutoTokenizer.from_pretrained(weights_directory())
    reader = pipeline("feature-extraction", model=str(weights_directory()), tokenizer=tokenizer, device="cpu")
    torch.set_num_threads(1)

    def reference(number: int) -> object:
        return reader(f"{number} {TEXT}")

    encoder.read(TEXT)
    reference(0)
    print(f"tokens: {len(tokenizer(f'7 {TEXT}')['input_ids'])}")
    ours, theirs = median_ms(lambda number: encoder.read(f"{number} {TEXT}")), median_ms(reference)
    print(f"ours {ours:.2f} ms, transformers pipeline in float32 {theirs:.2f} ms, ratio {theirs / ours:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with intent/")
    parser.add_argument("--work", type=Path, required=True, help="scratch folder of export.py base")
    args = parser.parse_args()
    compare_vectors(args.data, args.work)
    compare_speed()


if __name__ == "__main__":
    main()
