"""Who may import which library: one row each, so that a library can be exchanged in one place."""

import pytest

from architecture.repository import PACKAGE, imported_modules, place, python_files

AT_HOME = {
    "aiosmtplib": {"adapters"},
    "aiosqlite": {"adapters"},
    "alembic": {"adapters"},
    "argon2": {"adapters"},
    "authlib": {"adapters"},
    "babel": {"playbook"},
    "bm25s": {"adapters", "knowledge"},
    "bs4": {"knowledge"},
    "chromadb": {"adapters"},
    "fastapi": {"web"},
    "httpx2": {"adapters", "evaluation"},
    "jinja2": {"prompts", "web"},
    "jwt": {"web"},
    "joserfc": {"adapters"},
    "langgraph": {"agent"},
    "onnxruntime": {"adapters", "perception"},
    "openai": {"adapters"},
    "psycopg": {"adapters"},
    "pypdf": {"knowledge"},
    "rich": {"cli"},
    "snowballstemmer": {"adapters", "knowledge"},
    "sqlalchemy": {"adapters"},
    "starlette": {"web"},
    "tokenizers": {"adapters", "perception"},
    "torch": {"adapters", "perception"},
    "transformers": {"adapters", "perception"},
    "typer": {"cli"},
    "uvicorn": {"cli", "web"},
    # adapters are chosen in one place
    "journey_assistant.adapters": {"adapters", "bootstrap"},
}


def importers(library: str) -> dict[str, str]:
    """`file:line` of each import of a library, with the package or module it stands in."""
    return {
        place(path, line): path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in python_files("src")
        for name, line in imported_modules(path)
        if name == library or name.startswith(f"{library}.")
    }


@pytest.mark.parametrize("library", AT_HOME)
def test_that_a_library_is_imported_only_where_it_is_at_home(library: str) -> None:
    strangers = {where: room for where, room in importers(library).items() if room not in AT_HOME[library]}
    assert not strangers, f"{library} is for {sorted(AT_HOME[library])} alone"
