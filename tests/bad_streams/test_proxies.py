"""Everything goes through the proxy that is asked for, and says who it is."""

from pathlib import Path

import pytest

from bad_streams.front import Front, plain
from bad_streams.proxy import PASSWORD, Proxy
from bad_streams.rows import Row
from bad_streams.test_bad_streams import judge
from bad_streams.test_transports import CERTIFICATES, tls
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.origin import Origin


def test_readers_probe_and_sentinel_go_through_a_proxy_under_their_own_names(
    origin: Origin, ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody's; what is around a load must not change it
    channel = origin.channel()
    with Proxy() as proxy:
        load = HlsLoad(
            channel.url,
            clients=2,
            ffmpeg=ffmpeg,
            proxy=proxy.url,
            user_agent="MyPlayer/1.0 (test)",
            headers={"Cookie": "session=1"},
            report_dir=str(tmp_path),
        )
        with load:
            load.wait_until_streaming("60s")
            load.soak(4)
        report = load.stop()

    assert report.stream.error == ""
    assert report.stream.watched
    own = f"MyPlayer/1.0 (test) pytest-hlsload/{report.id}"
    assert {agent for _, _, agent in proxy.asked} == {
        f"{own}/client-1",
        f"{own}/client-2",
        f"{own} (playlist probe)",
    }
    # Nothing went past it.
    assert len(channel.delivery().requests) == len(proxy.asked)
    journal = load.journal.read_text("utf-8")
    assert PASSWORD not in journal
    assert PASSWORD not in repr(report.settings)


def test_tls_goes_through_a_proxy_s_tunnel(
    origin: Origin, ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
    with Proxy() as proxy, Front(origin.channel().url, plain, tls=tls("server.pem")) as front:
        # The probe has seen the certificate's issuer, too: no error is on record.
        row = Row(name="TLS through a proxy", settings={"proxy": proxy.url}, says=r'"kind":"playlist".*"error":""')
        judge(row, front.url, ffmpeg, tmp_path)

    assert {method for method, _, _ in proxy.asked} == {"CONNECT"}
