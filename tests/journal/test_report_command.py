"""``python -m pytest_hlsload report PATH``"""

import json
from pathlib import Path

import pytest
from model.histories import HEALTHY, STALLS_ONCE, journal

from pytest_hlsload.command_line import main
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.journal.writing import encode

LINES = [encode(record) for record in journal(HEALTHY, STALLS_ONCE)]


@pytest.mark.parametrize("left", [len(LINES), len(LINES) - 1, 4], ids=["whole", "without its end", "cut short"])
def test_any_journal_is_printed_and_written_as_json_that_reads_back(
    left: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, saved = tmp_path / "journal.jsonl", tmp_path / "report.json"
    path.write_bytes(b"".join(LINES[:left]) + b'{"at":99.0,"ki' * (left < len(LINES)))

    assert main(["report", str(path), "--json", str(saved)]) == 0
    assert "2 clients" in capsys.readouterr().out

    def refuse(token: str) -> None:
        raise AssertionError(f"{token} is not JSON")

    json.loads(saved.read_text(encoding="utf-8"), parse_constant=refuse)
    assert read_report(saved) == read_report(path)
    assert main(["report", str(saved)]) == 0


def test_a_foreign_file_and_one_that_cannot_be_written_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, foreign = tmp_path / "journal.jsonl", tmp_path / "foreign"
    path.write_bytes(b"".join(LINES))
    foreign.write_text("hello\n", encoding="utf-8")

    assert main(["report", str(foreign)]) == 2
    assert "is not a journal of pytest-hlsload" in capsys.readouterr().err
    assert main(["report", str(path), "--json", str(tmp_path / "missing" / "report.json")]) == 2
    assert "No such file or directory" in capsys.readouterr().err
