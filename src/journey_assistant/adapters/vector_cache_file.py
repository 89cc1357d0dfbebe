"""Vectors of texts in one file an encoder, in half precision (half the room, the same neighbours)."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import numpy as np

from journey_assistant.errors import PortError
from journey_assistant.ports import Vector

PORT = "vector cache"


class FileVectorCache:
    """Keys and vectors as two arrays in ``<folder>/<encoder id>.npz``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, encoder_id: str) -> dict[str, Vector]:
        """What is kept for this encoder; a missing or damaged file is an empty cache."""
        try:
            with np.load(self._file(encoder_id), allow_pickle=False) as kept:
                keys, vectors = kept["keys"], kept["vectors"].astype(np.float32)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}
        return {str(key): vector for key, vector in zip(keys, vectors, strict=False)}

    def save(self, encoder_id: str, vectors: Mapping[str, Vector]) -> None:
        """Replaces the file, all or nothing. Raises PortError when it cannot be written."""
        file = self._file(encoder_id)
        waiting = file.with_name(f"{file.stem}-{uuid4().hex}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with waiting.open("wb") as out:
                stacked = np.array(list(vectors.values()), dtype=np.float16)
                np.savez(out, keys=np.array(list(vectors), dtype=np.str_), vectors=stacked)
            os.replace(waiting, file)
        except OSError as error:
            raise PortError(f"{file} cannot be written", port=PORT, retryable=True) from error

    def _file(self, encoder_id: str) -> Path:
        return self._folder / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', encoder_id)}.npz"
