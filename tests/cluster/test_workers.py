"""Loads of xdist's workers on one cluster."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cluster.commanded import CommandedCluster
from pytest_hlsload.origin import Origin

pytest.importorskip("distributed")

SUITE = """
import pytest

@pytest.mark.parametrize("number", range(8))
@pytest.mark.hls_load(clients=2)
def test_soak(hls_load, number):
    hls_load.wait_until_streaming("60s")
    with hls_load.phase("quiet"):
        hls_load.soak("2s")
    report = hls_load.stop()
    assert [len(host.clients) for host in report.hosts] == [1, 1]
    assert report.phase("quiet").stall_count == 0
"""


@pytest.mark.long
@pytest.mark.timeout(300)
def test_headers_travel_over_tls(
    pytester: pytest.Pytester, hls_origin: Origin, ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = ["-subj", "/CN=dask", "-addext", "subjectAltName=IP:127.0.0.1", "-out", str(certificate)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), *made]
    subprocess.run(command, check=True, capture_output=True)
    pytester.makepyfile(test_it=SUITE.replace("[1, 1]", "[2]").replace("range(8)", "range(1)"))
    with CommandedCluster(tmp_path, "left", certificate=(certificate, key)) as cluster:
        assert cluster.address.startswith("tls://")
        for name, value in cluster.environment.items():
            monkeypatch.setenv(name, value)
        asked = [f"--hls-url={hls_origin.channel().url}", f"--hls-cluster={cluster.address}", f"--hls-ffmpeg={ffmpeg}"]
        result = pytester.runpytest_subprocess(*asked, "--hls-headers=X-Token: secret", timeout=100)
    result.assert_outcomes(passed=1)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_four_workers_of_xdist_share_two_hosts(
    pytester: pytest.Pytester, hls_origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    pytester.makepyfile(test_it=SUITE)
    with CommandedCluster(tmp_path, "left", "right") as cluster:
        options = [
            "-n4",
            f"--hls-url={hls_origin.channel().url}",
            f"--hls-cluster={cluster.file}",
            f"--hls-ffmpeg={ffmpeg}",
        ]
        result = pytester.runpytest_subprocess(*options, "--hls-placement=even", timeout=150)
        agents = [cluster.log(name).count("Traceback") for name in ("left", "right")]

    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["*host left: 1 client (1), pass*"])
    assert agents == [0, 0]
