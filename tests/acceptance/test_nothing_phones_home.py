"""Nothing is written to a user's home, and no library reports its use."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_that_reading_a_text_leaves_the_home_folder_empty(tmp_path):
    code = "from journey_assistant.perception.encoder import OnnxEncoder; OnnxEncoder().read('hello')"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, cwd=tmp_path, timeout=60)
    assert list(tmp_path.iterdir()) == []
