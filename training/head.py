"""The sentiment branch: fine-tuned copies of the encoder's upper layers over its shared, frozen lower half."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from base import BRANCH_LAYER, DIMENSION
from torch import nn
from transformers import AutoModel


class SentimentBranch(nn.Module):
    """Token states in; logits of negative, neutral, positive and of frustrated out."""

    def __init__(self, directory: Path, dropout: float = 0.1) -> None:
        super().__init__()
        encoder = AutoModel.from_pretrained(directory, attn_implementation="eager")
        self.layers = nn.ModuleList(copy.deepcopy(layer) for layer in encoder.encoder.layer[BRANCH_LAYER:])
        self.attend = nn.Linear(DIMENSION, 1)
        self.dropout = nn.Dropout(dropout)
        self.label = nn.Linear(2 * DIMENSION, 3)
        self.frustrated = nn.Linear(2 * DIMENSION, 1)

    def forward(self, states: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = torch.tanh(self.pool(states, attention_mask))
        hidden = self.dropout(hidden)
        return self.label(hidden), self.frustrated(hidden).squeeze(-1)

    def pool(self, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """The first token beside the tokens the branch attends to."""
        blocked = (1.0 - attention_mask.to(states.dtype)) * -10000.0
        for layer in self.layers:
            out = layer(states, blocked[:, None, None, :])
            states = out[0] if isinstance(out, tuple) else out
        weights = torch.softmax(self.attend(states).squeeze(-1) + blocked, dim=-1)
        return torch.cat([states[:, 0], (states * weights.unsqueeze(-1)).sum(1)], dim=-1)
