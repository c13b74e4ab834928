"""Reading a journal while it grows"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.histories import HEALTHY, journal, journals

from pytest_hlsload.journal.following import Follower
from pytest_hlsload.journal.writing import JournalWriter, encode
from pytest_hlsload.model.records import Record

RECORDS = journal(HEALTHY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_file_that_is_not_there_yet_has_no_records(path: Path) -> None:
    follower = Follower(path)
    assert follower.read() == []

    JournalWriter(path).write(RECORDS[0])

    assert follower.read() == [RECORDS[0]]


def test_every_record_is_handed_out_once(path: Path) -> None:
    writer, follower = JournalWriter(path), Follower(path)
    seen = []
    for record in RECORDS:
        writer.write(record)
        seen.append(follower.read())

    assert seen == [[record] for record in RECORDS]
    assert follower.read() == []


def test_a_torn_last_line_waits_for_its_end(path: Path) -> None:
    line = encode(RECORDS[1])
    follower = Follower(path)
    path.write_bytes(encode(RECORDS[0]) + line[:7])
    assert follower.read() == [RECORDS[0]]
    assert follower.read() == []

    with path.open("ab") as file:
        file.write(line[7:])

    assert follower.read() == [RECORDS[1]]
    assert follower.skipped == 0


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"7",
        b'"load"',
        b"null",
        b"\xff\xfe",
        b'{"at":1.0}',
        b'{"at":1.0,"kind":"mood"}',
        b'{"at":1.0,"kind":[]}',
        b'{"at":1.0,"kind":"state","client":1,"state":"happy"}',
        b'{"at":null,"kind":"end","reason":"stop"}',
        b'{"kind":"end","reason":"stop"}',
        b'{"at":1.0,"kind":"end"}',
        b"[" * 100_000,
    ],
    ids=lambda line: line[:20].decode("latin-1"),
)
def test_a_line_that_is_no_record_is_counted_and_passed_over(path: Path, line: bytes) -> None:
    path.write_bytes(line + b"\n\n" + encode(RECORDS[0]))
    follower = Follower(path)

    assert follower.read() == [RECORDS[0]]
    assert follower.skipped == 1


@settings(max_examples=50)
@given(journals(), st.lists(st.integers(0, 4000), max_size=4))
def test_wherever_a_growing_file_is_read_the_records_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record], cuts: list[int]
) -> None:
    path = tmp_path_factory.mktemp("growing") / "journal.jsonl"
    data = b"".join(map(encode, records))
    follower = Follower(path)
    seen: list[Record] = []
    written = 0
    for cut in [*sorted(cuts), len(data)]:
        with path.open("ab") as file:
            file.write(data[written:cut])
        written = max(written, cut)
        seen += follower.read()

    assert seen == records


def test_a_file_that_is_deleted_is_read_to_its_end(path: Path) -> None:
    writer, follower = JournalWriter(path), Follower(path)
    writer.write(RECORDS[0])
    assert follower.read() == [RECORDS[0]]
    path.unlink()
    writer.write(RECORDS[1])

    assert follower.read() == [RECORDS[1]]
    assert follower.read() == []


def test_a_file_is_let_go_of(path: Path) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    path.write_bytes(encode(RECORDS[0]))
    before = descriptors()
    follower, forgotten = Follower(path), Follower(path)
    for it in (follower, forgotten):
        it.read()
    assert descriptors() == before + 2
    follower.close()
    del forgotten, it

    assert descriptors() == before
