"""A server that is not ours: nginx, with what a packager of ffmpeg's writes."""

from pathlib import Path

import pytest

from end_to_end.nginx import executable
from end_to_end.nginx_faults import Fault, run

_REPEATS = 2


def judged(fault: Fault) -> dict[str, int]:
    """The causes of its stalls, by how many there are."""
    counted: dict[str, int] = {}
    for client in fault.report.clients:
        for stall in client.stalls:
            if stall.duration >= 0.5:
                counted[stall.cause.value] = counted.get(stall.cause.value, 0) + 1
    return counted


def test_each_fault_of_nginx_has_its_cause(ffmpeg: str, tmp_path: Path) -> None:
    executable()
    for attempt in range(_REPEATS + 1):
        faults = run(ffmpeg, tmp_path / str(attempt), clients=2)
        if all(fault.report.verdict != "invalid" for fault in faults):
            break
    else:
        pytest.fail(f"the machine had no time for the loads: {[fault.report.problems for fault in faults]}")

    for fault in faults:
        found = judged(fault)
        stalled = [client.index for client in fault.report.clients if client.stall_count]
        assert stalled == [1, 2], f"{fault.name}: {fault.report!r}"
        assert set(found) <= set(fault.causes), f"{fault.name}: {found}"
    stale, hung, gone, slow = (fault.report for fault in faults)
    assert [it.check for it in stale.stream.findings if it.level == "error"] == ["stale_manifest"]
    assert 0 < stale.stream.latency.min < 8 < stale.stream.latency.max, "program dates of ffmpeg's"
    assert any("could not be had" in it.text for it in hung.stream.findings)
    assert all("404" in stall.evidence for client in gone.clients for stall in client.stalls if stall.duration >= 0.5)
    assert "s to come" in slow.clients[0].stalls[-1].evidence
