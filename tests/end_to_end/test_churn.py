"""Viewers that come and go"""

from pathlib import Path

import pytest

from end_to_end.processes import alive
from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_records import ClientRecord, ReaderRecord
from pytest_hlsload.origin import Origin

CLIENTS = 4


def test_the_same_seed_has_the_same_comings_and_goings(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    channel = origin.channel()
    given = {"clients": CLIENTS, "churn": "5s", "ffmpeg": ffmpeg, "report_dir": str(tmp_path)}
    loads = [HlsLoad(channel.url, seed=seed, **given) for seed in (1, 1, 2)]  # type: ignore[arg-type]
    with loads[0], loads[1], loads[2]:
        for load in loads:
            load.wait_until_streaming(30)
        loads[0].soak(9)
        assert len(loads[0].clients) == CLIENTS
        reports = [load.stop() for load in loads]

    stays = []
    for load, report in zip(loads, reports, strict=True):
        records = read_journal(load.journal).records
        came = [record for record in records if isinstance(record, ClientRecord)]
        stays.append({record.client: record.stays for record in came})
        assert len(came) > CLIENTS
        assert alive(record.pid for record in records if isinstance(record, ReaderRecord)) == []
        assert read_report(load.journal) == report

        # A machine that is late itself says so.
        late = 0.6 + 2 * (report.generator.worst_lag or 0.0)
        by_number = {client.index: client for client in report.clients}
        for number, client in by_number.items():
            assert client.facts.came is not None
            assert client.facts.left is not None
            assert client.facts.stays is not None
            watched = client.facts.left - client.facts.came
            # It leaves when it means to, or with the load.
            assert watched <= client.facts.stays + late
            followed_by = by_number.get(number + CLIENTS)
            if followed_by is not None:
                assert watched == pytest.approx(client.facts.stays, abs=late)
                assert followed_by.facts.came is not None
                assert 0 <= followed_by.facts.came - client.facts.left < late
        if report.verdict != "invalid":
            assert report.verdict == "pass", report.problems

        # Each is a viewer of its own to the origin, too; one that left at once may not have got so far.
        agents = {request.client for request in channel.delivery().of(f"pytest-hlsload/{report.id}/")}
        assert agents >= {
            f"pytest-hlsload/{report.id}/client-{client.index}" for client in report.clients if client.bytes_received
        }

    one, again, other = stays
    assert all(one[client] == again[client] for client in one.keys() & again.keys())
    assert len(one.keys() & again.keys()) > CLIENTS
    assert not set(one.values()) & set(other.values())
