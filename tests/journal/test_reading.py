"""Reading a journal that is complete, or as complete as it will get"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from model.histories import HEALTHY, STALLS_ONCE, journal, journals, report

from pytest_hlsload.journal.reading import JournalError, read_journal, read_report
from pytest_hlsload.journal.writing import JournalWriter, encode
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import Record

RECORDS = journal(HEALTHY, STALLS_ONCE)
LINES = [encode(record) for record in RECORDS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_whole_journal_is_read_whole(path: Path) -> None:
    path.write_bytes(b"".join(LINES))

    assert read_journal(path).records == tuple(RECORDS)
    assert read_journal(str(path)).notes == ()
    assert read_report(path) == fold(RECORDS)


def test_a_journal_whose_writer_died_is_read_up_to_there(path: Path) -> None:
    path.write_bytes(b"".join(LINES[:5]) + LINES[5][:9])

    it = read_journal(path)

    assert it.records == tuple(RECORDS[:5])
    assert it.notes == ("the journal's last line (6) is torn and left out",)
    assert "the load was cut short" in read_report(path).problems[-1]
    assert read_report(path).notes == it.notes


def test_damaged_lines_are_left_out_and_told(path: Path) -> None:
    path.write_bytes(b"".join([*LINES[:3], b"garbage\n", b"{}\n", LINES[3], b"\xff\n", *LINES[4:]]))

    it = read_journal(path)

    assert it.records == tuple(RECORDS)
    assert it.notes == ("the journal is damaged: lines 4-5, 7 cannot be read and are left out",)


def test_records_of_kinds_that_came_later_are_left_out_and_told(path: Path) -> None:
    mood = b'{"at":1.0,"kind":"mood"}\n'
    path.write_bytes(LINES[0] + mood + mood + b'{"at":1.0,"kind":"age","x":1}\n' + b"".join(LINES[1:]))

    it = read_journal(path)

    assert it.records == tuple(RECORDS)
    assert it.notes == ("the journal has records that this version does not know and leaves out: 1 'age', 2 'mood'",)


def test_fields_that_came_later_are_passed_over(path: Path) -> None:
    path.write_bytes(b"".join(line.replace(b'"at":', b'"mood":"good","at":') for line in LINES))

    assert read_report(path) == fold(RECORDS)


def test_another_load_in_the_same_file_is_left_out(path: Path) -> None:
    path.write_bytes(b"".join([*LINES, *LINES]))

    it = read_journal(path)

    assert it.records == tuple(RECORDS)
    assert it.notes == (f"another load begins at line {len(LINES) + 1} of the journal; it is left out",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty: the load ended before it had recorded anything"),
        (b"hello\nworld\n", "is not a journal of pytest-hlsload"),
        (b"\x7fELF\x00\xff" * 100, "is not a journal of pytest-hlsload"),
        (b'{"at":0.0}\n', "is not a journal of pytest-hlsload"),
        (b"[1]\n", "is not a journal of pytest-hlsload"),
        (LINES[1], "is not a journal of pytest-hlsload"),
        (LINES[0][:30], "is not a journal of pytest-hlsload"),
        (b'{"at":0.0,"kind":"load","version":1}\n', "is not a journal of pytest-hlsload"),
        (b'{"at":0.0,"kind":"load","version":2}\n', "is a journal of version 2, and this .* reads version 1"),
        (b'{"format": "pytest-hlsload report", "version": 9}', "is a report of version 9"),
        (b'{"format": "pytest-hlsload report", "vers', "is a damaged report"),
    ],
)
def test_what_cannot_be_read_says_why(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)

    with pytest.raises(JournalError, match=f"^{path} {message}"):
        read_report(path)
    if b"format" not in content:
        with pytest.raises(JournalError, match=f"^{path} {message}"):
            read_journal(path)


def test_a_file_that_is_not_there_says_so(path: Path) -> None:
    for read in (read_journal, read_report):
        with pytest.raises(JournalError, match=f"^{path} cannot be read: No such file or directory$"):
            read(path)
        with pytest.raises(JournalError, match="cannot be read: Is a directory"):
            read(path.parent)


def test_a_first_line_without_its_end_is_a_load_that_has_just_begun(path: Path) -> None:
    path.write_bytes(LINES[0].rstrip())

    assert read_journal(path).records == (RECORDS[0],)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_saved_report_is_the_report(path: Path, indent: int | None) -> None:
    it = report(HEALTHY, STALLS_ONCE).after(5)
    path.write_text(json.dumps(it.to_dict(), indent=indent), encoding="utf-8")

    assert read_report(path) == it


@settings(max_examples=50)
@given(journals())
def test_a_journal_written_and_read_back_is_the_same_report(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    path = tmp_path_factory.mktemp("whole") / "journal.jsonl"
    writer = JournalWriter(path)
    for record in records:
        writer.write(record)
    writer.close()

    assert read_journal(path).records == tuple(records)
    assert read_report(path) == fold(records)


def test_a_device_is_no_journal() -> None:
    with pytest.raises(JournalError, match=r"^/dev/zero is not a journal of pytest-hlsload: it is no file$"):
        read_report("/dev/zero")


def test_a_foreign_file_of_one_endless_line_is_not_read_whole(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 31)

    with pytest.raises(JournalError, match="is not a journal of pytest-hlsload"):
        read_report(path)
