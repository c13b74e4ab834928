"""The metrics of running loads, as Prometheus would read them"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, History, health, journals, live_playlist, phase, sample
from model.histories import report as report_of
from prometheus_client.core import Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import FindingRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.prometheus.families import Memory, families

ROOT = Path(__file__).parents[2]

RESTARTED: History = (
    *HEALTHY[:-1],
    (20.0, "exit", -9),
    (26.0, "stall"),
    (27.0, "reader"),
    (30.0, "play"),
    (50.0, "stall"),
)

Samples = dict[str, float]


def scraped(*loads: LoadReport, memories: Iterable[Memory] | None = None) -> Samples:
    """What the parser of Prometheus's own library reads: ``name{label=value,…}``, without the labels of the load."""
    known = list(memories or (Memory("test_it.py::test_soak", str(n)) for n, _ in enumerate(loads, 1)))

    class Collector:
        def collect(self) -> Iterable[Metric]:
            return families(zip(known, loads, strict=True))

    text = generate_latest(Collector()).decode()
    read: Samples = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = {n: v for n, v in one.labels.items() if n != "test" and (n != "load" or len(loads) > 1)}
            said = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
            read[f"{one.name}{{{said}}}" if said else one.name] = one.value
    return read


def busy() -> LoadReport:
    finding = FindingRecord(at=30.0, check="stale_manifest", level="error", text="stale", since=14.0, lasted=16.0)
    extra = [live_playlist(), finding, health(55.0, lag=0.02), sample(55.0, 50.0, 40.0, 0.0), *phase("failover", 50.0)]
    return report_of(STALLS_ONCE, RESTARTED, NEVER_PLAYS, extra=extra, running=True, ends="")


def test_a_load_in_figures() -> None:
    read = scraped(busy())

    states = {state: read[f"hls_load_clients{{state={state}}}"] for state in State}
    assert states == dict.fromkeys(State, 0) | {State.IDLE: 2, State.BUFFERING: 1}
    assert read["hls_load_played_seconds_total"] == 51 + 25 + 20
    assert read["hls_load_stalled_seconds_total"] == 8 + 4 + 10.1
    assert read["hls_load_worst_buffering_ratio"] == 1.0
    assert read["hls_load_stalls_total{cause=reader_killed}"] == 1
    assert read["hls_load_stalls_total{cause=playlist_stale}"] == 1
    assert sum(read[f"hls_load_stalls_total{{cause={cause}}}"] for cause in Cause) == 2
    assert sum(read[f"hls_load_stalled_clients{{cause={cause}}}"] for cause in Cause) == 1
    assert read["hls_load_startup_seconds_bucket{le=1.0}"] == 2
    assert read["hls_load_startup_seconds_count"] == 2
    assert read["hls_load_restarts_total"] == 1
    assert read["hls_load_reader_exits_total{cause=reader_killed}"] == 1
    assert read["hls_load_received_media_seconds_total"] == 90.0
    assert read["hls_load_lowest_buffer_seconds"] == 4.0
    assert read["hls_load_findings_total{check=stale_manifest,level=error}"] == 1
    assert read["hls_load_generator_lag_seconds"] == 0.02
    assert read["hls_load_phase{phase=failover}"] == 1
    assert read["hls_load_problems"] >= 1
    assert read["hls_load_start_time_seconds"] == 1_750_000_000.0


def test_several_loads_are_told_apart() -> None:
    read = scraped(busy(), report_of(HEALTHY, running=True, ends=""))

    assert read["hls_load_restarts_total{load=1}"] == 1
    assert read["hls_load_restarts_total{load=2}"] == 0


def test_a_thousand_clients_have_no_more_series_than_one() -> None:
    one = report_of(STALLS_ONCE, running=True, ends="")
    many = report_of(*[STALLS_ONCE] * 1000, running=True, ends="")

    assert scraped(many).keys() == scraped(one).keys()


def test_what_counts_up_never_counts_down() -> None:
    memory = Memory("t", "1")
    plays: History = ((0.0, "come"), (1.0, "play"), (20.0, "log", "refused"))
    before = scraped(report_of(plays, running=True, ends=""), memories=[memory])
    # It turns out that it had stalled a little before.
    after = scraped(report_of((*plays[:-1], (19.5, "stall")), running=True, ends=""), memories=[memory])

    assert before["hls_load_played_seconds_total"] == after["hls_load_played_seconds_total"] == 19.0


def test_the_cause_of_a_stall_is_what_it_was_when_the_stall_ended() -> None:
    memory = Memory("t", "1")
    first = scraped(report_of(STALLS_ONCE, running=True, ends=""), memories=[memory])
    finding = FindingRecord(at=30.0, check="stale_manifest", level="error", text="stale", since=14.0, lasted=14.0)
    known = report_of(STALLS_ONCE, extra=[live_playlist(), finding], running=True, ends="")
    then = scraped(known, memories=[memory])

    assert known.clients[0].stalls[0].cause == "playlist_stale"
    assert first["hls_load_stalls_total{cause=unknown}"] == then["hls_load_stalls_total{cause=unknown}"] == 1
    assert then["hls_load_stalls_total{cause=playlist_stale}"] == 0


@given(journals())
def test_any_load_can_be_scraped(records: list[Record]) -> None:
    assert scraped(fold(records, running=True))


def names() -> set[str]:
    return {re.split(r"[{]", name)[0] for name in scraped(busy())}


def test_every_metric_is_documented_and_no_other() -> None:
    told = set(re.findall(r"^\| `(hls_load\w*)", (ROOT / "docs/metrics.md").read_text(encoding="utf-8"), re.MULTILINE))
    served = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names()}

    assert told == served


def test_the_dashboard_names_metrics_that_are_served_and_can_be_imported() -> None:
    dashboard = json.loads((ROOT / "examples/grafana-dashboard.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]

    assert asked
    for expression in asked:
        assert set(re.findall(r"hls_load\w*", expression)) <= names(), expression
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    assert all({"title", "type", "gridPos"} <= panel.keys() for panel in dashboard["panels"])
    # What an import asks the user for: where the data is.
    [source] = dashboard["__inputs"]
    assert (source["type"], source["pluginId"]) == ("datasource", "prometheus")
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {f"${{{source['name']}}}"}
    assert dashboard["schemaVersion"] >= 36
