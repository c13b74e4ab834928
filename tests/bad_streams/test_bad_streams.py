"""Bad streams: the client's states, the named cause, that nothing hangs, and that memory stays flat."""

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from end_to_end.processes import alive

from bad_streams.front import Front
from bad_streams.rows import ROWS, Row
from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.causes import why_not_started
from pytest_hlsload.model.client_records import ReaderRecord
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin

Tell = Callable[[str, object], None]

# Seconds. A reader is killed a second after it was asked to end, and a busy machine takes its time.
STOPS_WITHIN = 2.0

# A client that has seen nothing by then will not.
NOTHING_WITHIN = 3.5

# Bytes. Of Python itself it is 13 MB, of ffmpeg 25 to 55; a playlist of 10 MB must not show.
SUPERVISOR = 40 << 20
READER = 120 << 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_client_copes_with(row: Row, origin: Origin, ffmpeg: str, tmp_path: Path, record_property: Tell) -> None:
    channel = origin.channel(**row.channel)  # type: ignore[arg-type]
    with Front(channel.url, row.answer) as front:
        then = None if row.then is None else partial(row.then, channel)
        seen = judge(row, front.url, ffmpeg, tmp_path, then)
    # For the table in the documentation, which is made of the tests' own report.
    for name, value in seen.items():
        record_property(name, value)


def judge(
    row: Row, url: str, ffmpeg: str, tmp_path: Path, then: Callable[[], object] | None = None
) -> dict[str, object]:
    """Watch it with one client, hold what was seen against the row, and return it."""
    settings = {"startup_timeout": "3s", **row.settings}
    load = HlsLoad(url, ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports"), **settings)
    with load:
        if row.plays:
            load.wait_until_streaming("60s")
            if then is not None:
                then()
            load.soak(row.for_seconds)
        else:
            load.soak(max(NOTHING_WITHIN, row.for_seconds))
        assert load._supervisor is not None
        memory = peak_memory(load._supervisor.pid)
        readers = [peak_memory(pid) for pid in alive(readers_of(load))]
        began = time.monotonic()
        report = load.stop()
        took = time.monotonic() - began
    (client,) = report.clients
    journal = load.journal.read_text(encoding="utf-8")
    told = "\n".join([*report.problems, *(f"{stall.cause} {stall.evidence}" for stall in client.stalls), journal])

    assert took < STOPS_WITHIN
    assert memory < SUPERVISOR
    assert all(reader < READER for reader in readers)
    assert alive(readers_of(load)) == []
    assert re.search(row.says, told), told
    assert {transition.state for transition in client.history} == {State.IDLE, *row.states.split()}
    # Shorter ones are time but do not count; a busy machine makes them.
    stalls = [stall for stall in client.stalls if stall.duration >= 0.5]
    if row.stalled is None:
        assert stalls == []
    else:
        least, most = row.stalled
        assert least <= sum(stall.duration for stall in stalls) <= most
    causes = {stall.cause.value for stall in stalls}
    if not row.plays:
        assert client.startup_time is None
        assert any("did not start" in problem for problem in report.problems)
        causes = {why_not_started(report.facts, client.facts, report.duration).cause.value}
    assert causes == {row.cause} - {""}, told
    return {
        "startup": client.startup_time,
        "stalls": "; ".join(f"{stall.duration:.1f} s" for stall in client.stalls),
        "cause": row.cause,
        "problem": next(iter(report.problems), ""),
        "stopped_after": round(took, 2),
        "supervisor_memory": memory,
        "reader_memory": max(readers, default=None),
    }


def readers_of(load: HlsLoad) -> list[int]:
    return [record.pid for record in read_journal(load.journal).records if isinstance(record, ReaderRecord)]


def peak_memory(pid: int) -> int:
    """Bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024
