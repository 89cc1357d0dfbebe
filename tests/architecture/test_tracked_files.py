import re

from architecture.repository import place, python_files, tracked_files

# Spelled so that this file does not match itself.
REGISTRIES = r"py[p]i\.org|python[h]osted|registry\.np[m]js|registry\.yar[n]pkg|deb\.debia[n]\.org"
MACHINES = r"/wor[k]/|/far[m]/|/tmp/[a-z]|/roo[t]/|/hom[e]/(?!journey\b)|/User[s]/"
INDEXES = r"-index-ur[l]|--find-link[s]|resolved\": \"htt[p]"
NOWHERE = re.compile("|".join([REGISTRIES, MACHINES, INDEXES]))
UNFINISHED = re.compile(r"\bTOD[O]\b|\bFIXM[E]\b|raise NotImplemente[d]Error|# type: ignor[e](?!\[)")
CONDITIONAL = re.compile(r"pytest\.mark\.(ski[p]|xfai[l])\b")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern stands in a tracked text file."""
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{place(path, number)}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def test_that_no_file_names_a_registry_a_machine_or_an_index() -> None:
    found = [line for line in lines_with(NOWHERE) if not line.startswith("Makefile:") or "--no-emit-index" not in line]
    assert not found, "\n".join(found)


def test_that_nothing_is_left_unfinished() -> None:
    found = lines_with(UNFINISHED)
    assert not found, "\n".join(found)


def test_that_no_test_is_switched_off() -> None:
    found = [line for line in lines_with(CONDITIONAL) if line.startswith("tests/")]
    assert python_files("tests")
    assert not found, "\n".join(found)
