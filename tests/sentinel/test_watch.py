"""When the sentinel asks, on a clock of its own."""

from collections.abc import Iterator

from pytest_hlsload.sentinel.fetch import Answer, FetchError
from pytest_hlsload.sentinel.found import Found
from pytest_hlsload.sentinel.snapshot import read
from pytest_hlsload.sentinel.watch import Seen, watch


def text(sequence: int, *, ended: bool = False) -> str:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", f"#EXT-X-MEDIA-SEQUENCE:{sequence}"]
    lines += [line for n in range(4) for line in ("#EXTINF:4.0,", f"s{sequence + n}.ts")]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else [])])


class Network:
    """Answers in turn; an exception is raised."""

    def __init__(self, *answers: str | Exception, takes: float = 0.0) -> None:
        self.now = 100.0
        self.takes = takes
        self.asked: list[float] = []
        self._answers: Iterator[str | Exception] = iter(answers)

    def fetch(self, url: str) -> Answer:
        self.asked.append(self.now)
        self.now += self.takes
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, url)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def watched(self) -> list[Found | Seen]:
        clock = lambda: self.now  # noqa: E731
        return [*watch("http://h/l.m3u8", self.fetch, clock=clock, wall=lambda: 1e9 + self.now, sleep=self.sleep)]

    def checks_found(self) -> list[str]:
        return [it.check for it in self.watched() if isinstance(it, Found)]

    def seen(self) -> list[Seen]:
        return [it for it in self.watched() if isinstance(it, Seen)]


def test_it_asks_a_target_duration_after_a_change_and_half_of_one_after_none() -> None:
    network = Network(text(0), text(0), text(1), text(2, ended=True))
    network.checks_found()

    assert network.asked == [100.0, 104.0, 106.0, 110.0]


def test_a_slow_answer_does_not_make_it_ask_later_nor_more_often() -> None:
    network = Network(text(0), text(0), text(1), text(2, ended=True), takes=3.0)
    network.checks_found()

    assert network.asked == [100.0, 104.0, 107.0, 111.0], "half a target duration had passed before the answer came"


def test_every_look_is_told_as_figures() -> None:
    first, same, failed, changed, last = Network(
        text(0), text(0), FetchError("HTTP 500"), text(1), text(2, ended=True), takes=0.5
    ).seen()

    assert (first.asked, first.took, first.had, first.changed, first.unchanged) == (100.0, 0.5, True, True, None)
    assert (same.changed, same.unchanged) == (False, 4.0)
    assert (failed.had, failed.unchanged) == (False, None)
    assert (changed.changed, changed.unchanged) == (True, None), "nobody knows when it changed"
    assert (last.changed, last.unchanged, last.latency) == (True, 4.0, None)


def test_latency_is_the_age_of_the_live_edge_by_its_program_date() -> None:
    dated = text(0, ended=True).replace(
        "#EXTINF:4.0,\ns1.ts", "#EXT-X-PROGRAM-DATE-TIME:2001-09-09T01:48:20Z\n#EXTINF:4.0,\ns1.ts"
    )
    (seen,) = Network(dated).seen()

    # segments 1, 2 and 3 end 12 s after that; the clock stands at 1e9 s + 100 s, which is 01:48:20
    assert seen.latency == -12.0


def test_it_goes_on_when_the_playlist_cannot_be_had() -> None:
    network = Network(text(0), FetchError("HTTP 500"), "<html>", text(1), text(2, ended=True))

    assert network.checks_found() == ["manifest_retrieval", "manifest_retrieval", "unexpected_endlist"]


def test_it_ends_with_the_playlist() -> None:
    assert Network(text(5, ended=True)).checks_found() == ["unexpected_endlist"]


def test_a_snapshot_has_what_the_rules_need() -> None:
    snapshot = read(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.500Z\n#EXTINF:2.0,\na.ts\n"
        "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:not a date\n#EXT-X-GAP\n#EXTINF:1.9,\nb.ts\n"
    )

    assert (snapshot.sequence, snapshot.last, snapshot.discontinuity_sequence) == (7, 8, 3)
    first, second = snapshot.segments
    assert (first.uri, first.duration, first.discontinuity) == ("a.ts", 2.0, False)
    assert first.date is not None
    assert first.date % 60 == 0.5
    assert (second.discontinuity, second.date, first.gap, second.gap) == (True, None, False, True)
    assert snapshot.edge_date is None, "no date on this side of the discontinuity"
