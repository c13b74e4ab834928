"""From records to a report"""

from hypothesis import given
from hypothesis import strategies as st
from model.histories import HEALTHY, STALLS_ONCE, client_records, journal, journals, load_record, phase, sample

from pytest_hlsload.model.client_records import StateRecord
from pytest_hlsload.model.fold import Fold, fold
from pytest_hlsload.model.records import CommandRecord, Record
from pytest_hlsload.model.samples import MOST
from pytest_hlsload.model.states import State


def test_nothing_at_all_is_a_report_without_clients() -> None:
    report = Fold().report(running=True)

    assert (report.clients, report.duration, report.problems) == ((), 0.0, ())


def test_every_client_is_there_and_idle_before_it_comes() -> None:
    report = fold([load_record(20)], running=True)

    assert len(report.clients) == 20
    assert all(client.history[0].state is State.IDLE for client in report.clients)


def test_an_ended_load_speaks_of_all_its_time() -> None:
    assert fold(journal(HEALTHY)).duration == 60.1


def test_what_is_open_counts_up_to_the_moment_asked_for() -> None:
    folded = Fold()
    for record in journal(STALLS_ONCE[:4], ends=""):
        folded.add(record)

    at_22, at_25 = folded.report(at=22.0, running=True), folded.report(at=25.0, running=True)

    assert [report.clients[0].longest_stall for report in (at_22, at_25)] == [2.0, 5.0]
    assert at_25.clients[0].stalls[0].open


def test_a_report_never_ends_before_its_newest_record() -> None:
    folded = Fold()
    for record in journal(STALLS_ONCE[:4], ends=""):
        folded.add(record)

    assert folded.report(at=19.99, running=True).duration == 20.0


def test_an_ended_load_goes_no_further_however_late_it_is_asked() -> None:
    folded = Fold()
    for record in journal(HEALTHY):
        folded.add(record)

    assert folded.report(at=100.0, running=True) == fold(journal(HEALTHY))


def test_a_report_does_not_change_when_records_come_after_it() -> None:
    folded = Fold()
    records = journal(STALLS_ONCE)
    for record in records[:6]:
        folded.add(record)
    early = folded.report(running=True)
    before = early.to_dict()
    for record in records[6:]:
        folded.add(record)

    assert early.to_dict() == before


def test_live_counts_need_no_report() -> None:
    folded = Fold()
    for record in (load_record(3), *client_records(1, HEALTHY[:3]), *client_records(2, ((0.0, "come"), (1.0, "exit")))):
        folded.add(record)

    assert folded.counts == {State.STREAMING: 1, State.BACKOFF: 1, State.IDLE: 1}
    assert folded.states == (State.STREAMING, State.BACKOFF, State.IDLE)


def test_records_that_are_out_of_order_do_not_open_a_gap() -> None:
    report = fold(
        [
            load_record(),
            *client_records(1, HEALTHY[:3]),
            StateRecord(at=5.0, client=1, state=State.BUFFERING),
            StateRecord(at=4.9, client=1, state=State.STREAMING),
        ],
        running=True,
    )

    times = [transition.at for transition in report.clients[0].history]
    assert times == sorted(times)


def test_reports_asked_for_leave_no_trace() -> None:
    refreshes: list[Record] = [CommandRecord(at=float(n), id=n, command="refresh") for n in range(1, 50)]

    assert fold(journal(HEALTHY, extra=refreshes)) == fold(journal(HEALTHY))


def test_a_long_load_keeps_its_samples_within_bounds_and_its_figures_right() -> None:
    count = 4 * MOST
    samples: list[Record] = [sample(5.0 * n, 5.0 * n, lowest=[0.25 if n == 3 else 3.0]) for n in range(1, count + 1)]
    edges = phase("night", 5_000.0, 10_000.0)
    viewing = (*HEALTHY[:-1], (5.0 * count, "leave"))

    report = fold(journal(viewing, extra=[*samples, *edges]))

    assert len(report.facts.samples) <= MOST
    assert report.clients[0].lowest_buffer == 0.25
    assert report.clients[0].media_received == 5.0 * count
    night = report.phase("night").clients[0]
    assert (night.media_received, night.media_bitrate, night.lowest_buffer) == (5_000.0, 1_000_000, 3.0)


@given(journals(), st.integers(0, 200))
def test_folding_bit_by_bit_with_reports_in_between_gives_the_same_report(records: list[Record], pause: int) -> None:
    folded = Fold()
    for number, record in enumerate(records):
        folded.add(record)
        if number == pause % len(records):
            assert folded.report(running=True).problems is not None

    assert folded.report() == fold(records)
