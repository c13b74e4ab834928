"""The view that rich draws"""

from hypothesis import given
from hypothesis import strategies as st
from live.screens import picture
from model.histories import STALLS_ONCE, History, client_records, journals, live_playlist, load_record, report

from pytest_hlsload.live.full import full_lines, texts
from pytest_hlsload.live.lines import SummaryLines
from pytest_hlsload.live.picture import Picture, Waiting, picture_of, total_of, why_stalled_now
from pytest_hlsload.live.screen import Size
from pytest_hlsload.model.records import FindingRecord, Record
from pytest_hlsload.model.states import State

SIZE = Size(100, 40)

BUSY = picture(
    "test_it.py::test_soak",
    at=75.4,
    left=45.2,
    counts={State.STREAMING: 16, State.BUFFERING: 3, State.BACKOFF: 1},
    restarts=2,
    more_stalled=1,
    stalled=[
        Waiting(client="client 7", seconds=12.3, why="playlist_stale: playlist unchanged for 16.1 s"),
        Waiting(client="client 9", seconds=1.0),
    ],
    phases=["failover"],
    events=["01:10.0 3 clients: HTTP error 503", "01:02.0 client 4: the reader ended: killed by SIGKILL"],
)


def plain(*pictures: Picture, size: Size = SIZE) -> list[str]:
    return full_lines(pictures, size, colour=False)


def test_it_tells_time_left_states_who_buffers_and_why_and_what_happened() -> None:
    assert plain(BUSY) == [
        "hls load test_it.py::test_soak  75 s, 45 s left, phase failover",
        "  ████████████████████████████████▁▁▁▁▁▁▒▒  █ streaming 16  ▁ buffering 3  ▒ backoff 1  2 restarts",
        "  client 7 stalled for 12.3 s playlist_stale: playlist unchanged for 16.1 s",
        "  client 9 stalled for 1 s",
        "  and 1 more",
        "  01:10.0 3 clients: HTTP error 503",
        "  01:02.0 client 4: the reader ended: killed by SIGKILL",
    ]


def test_states_are_told_apart_by_sign_and_by_colour() -> None:
    everything = picture("x", counts=dict.fromkeys(State, 5))
    [_, bar] = plain(everything)
    assert len(set(bar.split("  ")[1])) == len(State)
    [_, coloured] = full_lines([everything], SIZE)
    assert all(f"\x1b[{code}m" in coloured for code in (31, 32, 33, 34, 36))
    assert "\x1b" not in bar


def test_nobody_who_buffers_is_too_few_to_be_seen() -> None:
    [_, bar] = plain(picture("x", counts={State.STREAMING: 999, State.BUFFERING: 1}))

    assert "█▁ " in bar


def test_text_from_elsewhere_does_nothing_to_the_terminal() -> None:
    nasty = "\x1b[2Jname [bold]not markup[/bold]"
    lines = plain(picture(nasty, events=[nasty], phases=[nasty], stalled=[Waiting(client="c", seconds=1, why=nasty)]))

    assert all(line.isprintable() for line in lines)
    assert sum("[bold]not markup[/bold]" in line for line in lines) == 3


def test_several_loads_share_the_room_and_the_rest_is_counted() -> None:
    lines = plain(*[BUSY] * 9, size=Size(100, 20))

    assert len(lines) <= 10
    assert lines[-1] == "  and 4 more loads"
    assert sum(line.startswith("hls load") for line in lines) == 5


PICTURES = st.builds(
    lambda playing, idle: picture("name" * playing, counts={State.STREAMING: playing, State.IDLE: idle}),
    st.integers(0, 30),
    st.integers(0, 2000),
)


@given(
    st.lists(PICTURES, min_size=1, max_size=5),
    st.integers(1, 200),
    st.integers(1, 60),
)
def test_it_never_is_larger_than_the_room(pictures: list[Picture], columns: int, rows: int) -> None:
    lines = full_lines(pictures, Size(columns, rows), colour=False)

    assert len(lines) <= max(2, rows // 2)
    assert all(len(line) <= columns for line in lines)


def seen(*histories: History) -> SummaryLines:
    lines = SummaryLines(len(histories))
    records = [record for n, history in enumerate(histories, 1) for record in client_records(n, history)]
    for record in sorted(records, key=lambda record: record.at):
        lines.see(record)
    return lines


STALE: History = ((0.0, "come"), (1.0, "play"), (20.0, "stall"))


def test_a_picture_is_made_of_what_was_recorded_and_why_of_all_that_is_known() -> None:
    finding = FindingRecord(at=20.0, check="stale_manifest", level="error", text="stale", since=14.0, lasted=None)
    known = report(
        (*STALE, (24.0, "log", "refused")), STALLS_ONCE, extra=[live_playlist(), finding], running=True, ends=""
    )
    lines = seen(STALE, ((0.0, "come"), (1.0, "play")))

    it = picture_of(lines, 24.0, name="n", why=lambda client: why_stalled_now(known.clients[client - 1]))

    assert it.counts[State.BUFFERING] == it.counts[State.STREAMING] == 1
    [waiting] = it.stalled
    assert (waiting.client, waiting.seconds) == ("client 1", 4.0)
    assert waiting.why.startswith("playlist_stale: ")
    assert why_stalled_now(known.clients[1]) == ""


def test_a_viewer_stands_still_without_a_reader_too_until_it_leaves() -> None:
    dead: History = ((0.0, "come"), (1.0, "play"), (10.0, "exit", -9), (14.0, "stall"))

    assert seen(dead).stalled == [(1, 14.0)]
    assert seen((*dead, (15.0, "reader"), (17.0, "play"))).stalled == []
    assert seen((*dead, (20.0, "leave"))).stalled == []


def test_the_total_of_several_loads_names_them() -> None:
    it = total_of([BUSY, picture("other", restarts=1, stalled=[Waiting(client="client 1", seconds=5.0)])], "all")

    assert (it.counts[State.STREAMING], it.restarts, it.left) == (17, 3, 45.2)
    assert [w.client for w in it.stalled] == [
        "test_it.py::test_soak, client 7",
        "other, client 1",
        "test_it.py::test_soak, client 9",
    ]


@given(journals())
def test_any_load_can_be_shown_at_any_time(records: list[Record]) -> None:
    lines = SummaryLines(len([r for r in records if r.kind == "client"]) + 4)
    for record in records:
        lines.see(record)
        assert full_lines([picture_of(lines, record.at, name="x")], SIZE, colour=False)
    assert texts([], SIZE) == []
    assert load_record().settings
