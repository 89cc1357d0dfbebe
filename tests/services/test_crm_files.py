import json
import tracemalloc
from pathlib import Path

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.services.crm_files import MAX_LINE_BYTES, BadRow, GoodRow, read_rows

GOOD = '{"id": "c_1"}'


def rows_of(path: Path, content: bytes | str) -> list[GoodRow | BadRow]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_rows(path))


def around(bad: bytes) -> bytes:
    """The bad line as the second of three."""
    return GOOD.encode() + b"\n" + bad + b"\n" + GOOD.encode() + b"\n"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b'{"id": ', "JSON"),
        (b"[1, 2]", "object"),
        (b"null", "object"),
        (b'{"id": NaN}', "NaN"),
        (b'{"id": -Infinity}', "Infinity"),
        (b'{"amount": 1e999}', "too large"),
        (b'{"n": ' + b"9" * 400 + b"}", "400 digits"),
        (b'{"n": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"id": "a", "id": "b"}', "twice"),
        (b'{"deep": ' + b"[" * 13 + b"]" * 13 + b"}", "levels"),
        (b'{"deep": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "levels"),
        (b'{"deep": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "levels"),
        (b'{"half": "\\ud83d"}', "half"),
        (b'{"nul": "\x00"}', "no text"),
        (b'{"name": "\xff\xfe"}', "UTF-8"),
        (b'{"long": "' + b"x" * (10 * 1024 * 1024) + b'"}', "bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_that_one_bad_line_costs_only_itself(tmp_path: Path, bad: bytes, told: str) -> None:
    first, second, third = rows_of(tmp_path / "file.jsonl", around(bad))
    assert isinstance(second, BadRow)
    assert (second.line, told in second.what) == (2, True), second
    assert [first, third] == [GoodRow(1, {"id": "c_1"}), GoodRow(3, {"id": "c_1"})]


@pytest.mark.parametrize(
    "good",
    [
        '{"emoji": "\\ud83d\\ude00"}',
        '{"nul": "\\u0000"}',
        '{"n": 123456789012345678901}',
        '{"deep": ' + "[" * 11 + "]" * 11 + "}",
        '{"x": "' + "ä" * 100_000 + '"}',
    ],
)
def test_that_what_is_only_unusual_is_read(tmp_path: Path, good: str) -> None:
    assert rows_of(tmp_path / "file.jsonl", good) == [GoodRow(1, json.loads(good))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize(
    ("name", "content"),
    [("file.jsonl", '{"name": "Żółć"}\r\n\r\n{"name": "b"}'), ("file.csv", 'name\r\nŻółć\r\n"b"\r\n')],
)
def test_that_files_with_a_mark_are_read_in_their_encoding(
    tmp_path: Path, encoding: str, name: str, content: str
) -> None:
    assert [row.values for row in rows_of(tmp_path / name, content.encode(encoding)) if isinstance(row, GoodRow)] == [
        {"name": "Żółć"},
        {"name": "b"},
    ]


def test_that_utf_16_without_a_mark_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="UTF-16"):
        rows_of(tmp_path / "file.csv", "id,name\n1,Ana\n".encode("utf-16-le"))


def test_that_a_csv_cell_may_hold_lines_commas_and_quotes(tmp_path: Path) -> None:
    content = 'id,note\nc_1,"one\ntwo, ""three"""\nc_2,plain\n'
    assert rows_of(tmp_path / "file.csv", content) == [
        GoodRow(2, {"id": "c_1", "note": 'one\ntwo, "three"'}),
        GoodRow(4, {"id": "c_2", "note": "plain"}),
    ]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"c_2", "1 cells"),
        (b"c_2,a,b", "3 cells"),
        (b"c_2,a\x00b", "no text"),
        (b"c_2,\xff", "UTF-8"),
        (b'c_2,"a"b', "CSV"),
        (b'c_2,"' + b"x" * 200_000 + b'"', "CSV"),
        (b"c_2," + b"x" * 2_000_000, "bytes"),
    ],
)
def test_that_one_bad_csv_row_costs_only_itself(tmp_path: Path, bad: bytes, told: str) -> None:
    rows = rows_of(tmp_path / "file.csv", b"id,note\nc_1,a\n" + bad + b"\nc_3,c\n")
    (refused,) = [row for row in rows if isinstance(row, BadRow)]
    assert (refused.line, told in refused.what) == (3, True), refused
    assert [row.values["id"] for row in rows if isinstance(row, GoodRow)] == ["c_1", "c_3"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"\n", "no header"),
        (b"id,name,ID\n", "twice"),
        (b"id,\xff\n", "UTF-8"),
        (b",".join(b"c%d" % n for n in range(1_001)) + b"\n", "1001 columns"),
        (b"x," * 1_000_000 + b"\n", "header"),
    ],
)
def test_that_a_header_that_cannot_be_used_refuses_the_file(tmp_path: Path, header: bytes, told: str) -> None:
    with pytest.raises(Rejected, match=told):
        rows_of(tmp_path / "file.csv", header + b"1,2,3\n")


def test_that_columns_are_known_by_name_whatever_their_case(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path / "file.csv", "Id, Account.Renews At \nc_1,2026-09-01\n")
    assert isinstance(row, GoodRow)
    assert row.values == {"id": "c_1", "account.renews_at": "2026-09-01"}


@pytest.mark.parametrize("name", ["file", "file.xlsx", "file.zip"])
def test_that_other_formats_are_rejected(tmp_path: Path, name: str) -> None:
    with pytest.raises(Rejected, match=r"\.csv"):
        rows_of(tmp_path / name, GOOD)


def test_that_a_missing_file_is_rejected_by_name(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="nowhere"):
        list(read_rows(tmp_path / "nowhere.csv"))


def test_that_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    with path.open("wb") as file:
        for _ in range(64):
            file.write(b"x" * MAX_LINE_BYTES)
        file.write(b"\n" + GOOD.encode())
    tracemalloc.start()
    rows = list(read_rows(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(row) for row in rows] == [BadRow, GoodRow]
    assert peak < 8 * MAX_LINE_BYTES
