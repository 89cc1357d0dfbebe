import ast
import importlib
import inspect
import re

import pytest

from architecture.repository import PACKAGE, ROOT, place, python_files, tree_of
from journey_assistant import errors
from journey_assistant.ports.relay import guarantee
from journey_assistant.settings import PREFIX, Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, flags=re.MULTILINE))


def error_tree(parent: type[BaseException]) -> dict[str, str]:
    """Every error class with the name of its parent."""
    tree = {}
    for child in parent.__subclasses__():
        if child.__module__ == errors.__name__:
            tree |= {child.__name__: parent.__name__, **error_tree(child)}
    return tree


def drawn_tree(docstring: str) -> dict[str, str]:
    """The same, read from lines such as `│   ├── StaleDraft`."""
    tree, ancestors = {}, [errors.JourneyError.__name__]
    for line in docstring.splitlines():
        if drawn := re.match(r"((?:│   |    )*)[├└]── (\w+)", line):
            depth = len(drawn[1]) // 4 + 1
            tree[drawn[2]] = ancestors[depth - 1]
            ancestors[depth:] = [drawn[2]]
    return tree


def test_that_the_docstring_of_errors_draws_the_tree_that_exists() -> None:
    assert drawn_tree(errors.__doc__ or "") == error_tree(errors.JourneyError)


@pytest.mark.parametrize("name", [name for name, thing in vars(errors).items() if inspect.isclass(thing)])
def test_that_every_error_has_a_sentence(name: str) -> None:
    assert inspect.getdoc(getattr(errors, name))


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_that_every_setting_is_described_and_in_the_readme(setting: str) -> None:
    assert Settings.model_fields[setting].description
    assert f"`{PREFIX}{setting.upper()}`" in README, "`make docs` writes the table anew"


@pytest.mark.parametrize("file", sorted(path.stem for path in (PACKAGE / "adapters").glob("channel_*.py")))
def test_that_the_readme_says_of_every_channel_how_often_a_message_arrives(file: str) -> None:
    adapter = importlib.import_module(f"journey_assistant.adapters.{file}")
    (channel,) = [thing for name, thing in vars(adapter).items() if name.endswith("Channel")]
    assert f"| `{channel.name}` | {guarantee(takes_key=channel.takes_key)} |" in README, "`make docs` writes it anew"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z][a-z-]*)", re.sub(r"#.*", "", README)))))
def test_that_every_make_target_named_in_the_readme_exists(target: str) -> None:
    assert target in TARGETS


def test_that_every_make_target_says_what_it_does() -> None:
    silent = [target for target in TARGETS if not re.search(rf"^{target}:.*## \w", MAKEFILE, flags=re.MULTILINE)]
    assert not silent


def test_that_everything_public_in_the_domain_has_a_docstring() -> None:
    silent = [
        f"{place(path, node.lineno)} {node.name}"
        for path in python_files("src")
        if path.is_relative_to(PACKAGE / "domain")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, "\n".join(silent)
