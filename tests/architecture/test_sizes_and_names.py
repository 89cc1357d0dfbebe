from pathlib import Path

from architecture.repository import HOUSE, ROOT, functions, place, python_files, tracked_files

LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
AT_THE_TOP = {
    *(
        ".ci",
        ".dockerignore",
        ".gitignore",
        ".github",
        "CHANGELOG.md",
        "Dockerfile",
        "LICENSE",
        "Makefile",
        "NOTICE",
        "langgraph.json",
    ),
    *("README.md", "demo", "docs", "evals", "knowledge_base", "playbook", "prompts", "pyproject.toml"),
    *("requirements", "src", "tests", "training"),
}
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}


def test_that_no_module_is_over_300_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*HOUSE)}
    too_long = [f"{place(path)} has {lines} lines" for path, lines in lengths.items() if lines > LONGEST_MODULE]
    assert lengths
    assert not too_long, "\n".join(too_long)


def test_that_no_function_is_over_50_lines() -> None:
    too_long = []
    for path in python_files(*HOUSE):
        for function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > LONGEST_FUNCTION:
                too_long.append(f"{place(path, function.lineno)} {function.name} has {lines} lines")
    assert not too_long, "\n".join(too_long)


def test_that_no_module_or_package_has_a_name_that_says_nothing() -> None:
    def names(path: Path) -> set[str]:
        return {path.stem, *path.relative_to(ROOT).parent.parts}

    vague = [place(path) for path in python_files() if names(path) & NAMES_THAT_SAY_NOTHING]
    assert not vague, "\n".join(vague)


def test_that_nothing_strays_at_the_top_of_the_repository() -> None:
    stray = {path.relative_to(ROOT).parts[0] for path in tracked_files()} - AT_THE_TOP
    assert not stray
