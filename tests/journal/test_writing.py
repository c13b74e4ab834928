"""Writing a journal"""

import json
import math
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model.histories import health, sample

from pytest_hlsload.journal.following import Follower
from pytest_hlsload.journal.writing import JournalWriter
from pytest_hlsload.model.client_records import StateRecord
from pytest_hlsload.model.records import EndRecord, ProblemRecord
from pytest_hlsload.model.states import State

END = EndRecord(at=60.0, reason="stop")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def said(text: str) -> ProblemRecord:
    return ProblemRecord(at=1.0, text=text)


def test_a_record_is_a_line_of_compact_json(path: Path) -> None:
    writer = JournalWriter(path)

    assert writer.write(StateRecord(at=1.23456, client=3, state=State.STREAMING))

    assert path.read_bytes() == b'{"at":1.2346,"kind":"state","client":3,"state":"streaming"}\n'


def test_what_is_written_is_there_at_once_and_after_what_was_there(path: Path) -> None:
    JournalWriter(path).write(said("first"))
    JournalWriter(path).write(said("second"))

    assert [record.at for record in Follower(path).read()] == [1.0, 1.0]


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
def test_figures_that_json_cannot_say_become_null(path: Path, figure: float) -> None:
    writer = JournalWriter(path)
    writer.write(health(1.0, lag=figure))
    writer.write(sample(2.0, 1.0, lowest=[figure]))

    def refuse(token: str) -> Any:
        raise AssertionError(token)

    lines = [json.loads(line, parse_constant=refuse) for line in path.read_text().splitlines()]
    assert (lines[0]["lag"], lines[1]["lowest"]) == (None, [None])


def test_text_of_any_kind_stays_on_its_line(path: Path) -> None:
    text = "new\nline \r \u2028 \x1b[31m \udce9 \0 \N{SNOWMAN}"

    JournalWriter(path).write(said(text))

    assert path.read_bytes().count(b"\n") == 1
    assert Follower(path).read() == [said(text)]


def test_a_full_disk_is_counted_and_not_raised(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = JournalWriter(path)
    writer.write(said("before"))

    def full(_descriptor: int, _line: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert not writer.write(said("lost"))
        assert not writer.write(said("lost too"))

    assert writer.write(said("after"))
    assert writer.lost == 2
    assert Follower(path).read() == [said("before"), said("after")]


@pytest.mark.parametrize("written", [1, 10, -2, -1])
def test_a_torn_line_damages_nothing_but_itself(path: Path, monkeypatch: pytest.MonkeyPatch, written: int) -> None:
    writer = JournalWriter(path)
    really = os.write

    def tear(descriptor: int, line: bytes) -> int:
        return really(descriptor, line[:written])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", tear)
        writer.write(said("torn"))
        writer.write(said("torn too"))

    writer.write(said("whole"))
    writer.write(END)
    assert writer.lost == 2
    records = Follower(path).read()
    assert records[-2:] == [said("whole"), END]
    assert len(records) == 2 + (2 if written == -1 else 0), "only the line ends of these were missing"


def test_a_limit_on_the_files_size_is_a_full_disk(path: Path) -> None:
    script = f"""
import resource
from pytest_hlsload.journal.writing import JournalWriter
from pytest_hlsload.model.records import ProblemRecord
writer = JournalWriter({str(path)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
for number in range(20):
    writer.write(ProblemRecord(at=float(number), text="x" * 50))
print(writer.lost)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    kept = Follower(path).read()
    assert len(kept) == 2
    assert int(done.stdout) == 20 - len(kept)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 300


def test_a_journal_that_was_left_torn_is_gone_on_with_on_a_new_line(path: Path) -> None:
    path.write_bytes(b'{"at":1.0,"kind":"pro')

    JournalWriter(path).write(END)

    assert Follower(path).read() == [END]


def test_closing_twice_and_writing_after_it_do_no_harm(path: Path) -> None:
    writer = JournalWriter(path)
    writer.close()
    writer.close()
    writer.sync()

    assert not writer.write(END)
    assert writer.lost == 1


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        JournalWriter(tmp_path / "missing" / "journal.jsonl")


def test_its_import_is_cheap_for_the_supervisor() -> None:
    root = Path(__file__).parents[2]
    script = f"import sys; sys.path.append({str(root)!r}); import pytest_hlsload.journal.writing; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "pytest_hlsload.model.records" in loaded
    assert not loaded & {"pytest", "asyncio", "subprocess", "pytest_hlsload.model.report", "socket", "logging"}


def test_a_device_that_is_always_full_loses_everything_and_says_why() -> None:
    writer = JournalWriter("/dev/full")

    assert [writer.write(said("lost")) for _ in range(3)] == [False] * 3
    assert (writer.lost, writer.trouble) == (3, "No space left on device")
    writer.sync()
    writer.close()
    assert Follower("/dev/full").read() == []
