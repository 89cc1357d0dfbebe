import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest
from importlinter.cli import lint_imports

from architecture.repository import PACKAGE, ROOT, imported_modules, place, python_files

# Slow to import; the command line answers `--help` without them.
HEAVY = {
    "alembic",
    "bm25s",
    "bs4",
    "chromadb",
    "fastapi",
    "langchain_core",
    "langgraph",
    "numpy",
    "onnxruntime",
    "openai",
    "phonenumbers",
    "py3langid",
    "pypdf",
    "sqlalchemy",
    "tokenizers",
    "torch",
    "transformers",
    "uvicorn",
}


def test_that_the_import_contracts_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert outcome == 0, capsys.readouterr().out


def test_that_no_import_cycle_exists_counting_imports_for_types() -> None:
    graph = grimp.build_graph("journey_assistant", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))
    assert len(imports) > 1


def test_that_the_domain_knows_no_library() -> None:
    own = {"journey_assistant.domain", "journey_assistant.errors"}
    foreign = [
        f"{place(path, line)} imports {name}"
        for path in python_files("src")
        if path.is_relative_to(PACKAGE / "domain")
        for name, line in imported_modules(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and ".".join(name.split(".")[:2]) not in own
    ]
    assert not foreign, "\n".join(foreign)


ENTRANCES = [
    name
    for name in ("journey_assistant", "journey_assistant.cli")
    if (PACKAGE.parent / name.replace(".", "/")).is_dir()
]


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_that_an_entrance_loads_no_heavy_library(entrance: str) -> None:
    program = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); import {entrance}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.split())
