"""The port that Prometheus scrapes"""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from model.histories import HEALTHY, STALLS_ONCE, report
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.setting_table import SettingError
from pytest_hlsload.prometheus.server import MetricsServer


class Running:
    def __init__(self, name: str, known: LoadReport | None) -> None:
        self.name = name
        self.known = known
        self.glances = 0

    def glance(self) -> LoadReport | None:
        self.glances += 1
        return self.known


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MetricsServer]:
    it = MetricsServer(0, clock)
    yield it
    it.close()


def scrape(url: str) -> dict[tuple[str, str], float]:
    """By name and the load's number."""
    request = urllib.request.Request(url, headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        text = answer.read().decode()
    return {
        (one.name, one.labels["load"]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_it_serves_the_loads_that_run_on_loopback_alone(server: MetricsServer) -> None:
    first, second = Running("a", report(STALLS_ONCE, running=True, ends="")), Running("b", report(HEALTHY, HEALTHY))
    assert scrape(server.url) == {}
    server.add(first)
    server.add(second)
    read = scrape(server.url)
    assert read["hls_load_stalled_seconds_total", "1"] == 8.0
    assert read["hls_load_stalled_seconds_total", "2"] == 0.0
    server.remove(first)
    assert {number for _, number in scrape(server.url)} == {"2"}
    assert server.url.startswith("http://127.0.0.1:")


def test_a_load_of_which_nothing_is_known_yet_is_left_out(server: MetricsServer) -> None:
    server.add(Running("a", None))
    assert scrape(server.url) == {}


def test_whoever_scrapes_all_the_time_costs_no_more(server: MetricsServer, clock: Clock) -> None:
    load = Running("a", report(HEALTHY, running=True, ends=""))
    server.add(load)
    for _ in range(20):
        scrape(server.url)
    assert load.glances == 1
    clock.now += 1.0
    scrape(server.url)
    assert load.glances == 2


def test_a_port_that_is_taken_is_told_and_how_to_mend_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=rf"metrics_port {port} cannot be used \(.*in use\): give another, or 0"):
            MetricsServer(port)


def test_when_it_is_closed_nobody_listens() -> None:
    it = MetricsServer(0)
    it.close()
    with pytest.raises(urllib.error.URLError):
        scrape(it.url)


def test_a_scrape_of_a_thousand_clients_takes_a_fraction_of_a_second(server: MetricsServer) -> None:
    server.add(Running("a", report(*[STALLS_ONCE] * 1000, running=True, ends="")))
    began = time.process_time()
    scrape(server.url)
    assert time.process_time() - began < 3.0
