"""Builds the ONNX file the product ships: the frozen encoder and, above its lower half, the trained branch.

python training/export.py base  --work BUILD                # before training
python training/export.py model --work BUILD --head support # after it: writes the package's model folder
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from base import DIMENSION, WEIGHTS_SHA256, BaseGraph, export_base, weights_directory, write_graph
from head import SentimentBranch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoTokenizer

MODEL_FOLDER = Path(__file__).parents[1] / "src" / "journey_assistant" / "perception" / "model"
MAX_TOKENS = 256
PROBE = ("How do I change my plan?", "The export has stopped working.", "Thank you, that helps a lot!")
"""Texts whose vectors name the encoder: its id changes when they do."""


class FullGraph(nn.Module):
    """Token ids in; the base model's sentence vector and four mood logits out, in one pass."""

    def __init__(self, base: BaseGraph, branch: SentimentBranch) -> None:
        super().__init__()
        self.base = base
        self.branch = branch.eval()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        vector, states = self.base(input_ids, attention_mask)
        label, frustrated = self.branch(states, attention_mask)
        return vector, torch.cat([label, frustrated.unsqueeze(-1)], dim=-1)


def encoder_id(graph: Path, tokenizer: Tokenizer) -> str:
    """A name that stays while vectors stay: retraining the branch alone does not force a new index."""
    session = onnxruntime.InferenceSession(str(graph))
    digest = hashlib.sha256()
    for text in PROBE:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        (vector,) = session.run(["vector"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        digest.update(np.round(np.asarray(vector), 2).tobytes())
    return f"all-minilm-l6-v2-int8-{digest.hexdigest()[:8]}"


def export_model(work: Path, head: str) -> None:
    """Writes model.onnx, tokenizer.json and the manifest; measure.py then adds calibration and figures."""
    directory = weights_directory()
    branch = SentimentBranch(directory)
    branch.load_state_dict(torch.load(work / f"{head}.pt"))
    outputs = {"vector": {0: "batch"}, "mood": {0: "batch"}}
    _, small = write_graph(FullGraph(BaseGraph(directory), branch), outputs, work / "full")
    MODEL_FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copy(small, MODEL_FOLDER / "model.onnx")
    tokenizer = AutoTokenizer.from_pretrained(directory).backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(MODEL_FOLDER / "tokenizer.json"), pretty=False)
    manifest = {
        "id": encoder_id(small, tokenizer),
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "base_sha256": WEIGHTS_SHA256,
        "sha256": {name: digest(MODEL_FOLDER / name) for name in ("model.onnx", "tokenizer.json")},
    }
    path = MODEL_FOLDER / "manifest.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(kept | manifest, indent=2) + "\n")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("base", "model"))
    parser.add_argument("--work", type=Path, required=True, help="scratch folder, never inside the package")
    parser.add_argument("--head", default="support", help="trained stage to ship")
    args = parser.parse_args()
    if args.what == "base":
        export_base(args.work)
        shutil.copy(weights_directory() / "tokenizer.json", args.work / "tokenizer.json")
    else:
        export_model(args.work, args.head)


if __name__ == "__main__":
    main()
