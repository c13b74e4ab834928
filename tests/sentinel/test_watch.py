"""When the sentinel asks, on a clock of its own."""

from collections.abc import Iterator

from pytest_hlsload.sentinel.fetch import FetchError
from pytest_hlsload.sentinel.snapshot import read
from pytest_hlsload.sentinel.watch import watch


def text(sequence: int, *, ended: bool = False) -> str:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", f"#EXT-X-MEDIA-SEQUENCE:{sequence}"]
    lines += [line for n in range(4) for line in ("#EXTINF:4.0,", f"s{sequence + n}.ts")]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else [])])


class Network:
    """Answers in turn; an exception is raised."""

    def __init__(self, *answers: str | Exception) -> None:
        self.now = 100.0
        self.asked: list[float] = []
        self._answers: Iterator[str | Exception] = iter(answers)

    def fetch(self, url: str) -> tuple[str, str]:
        self.asked.append(self.now)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer, url

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def checks_found(self) -> list[str]:
        found = watch("http://h/l.m3u8", self.fetch, clock=lambda: self.now, sleep=self.sleep)
        return [it.check for it in found]


def test_it_asks_a_target_duration_after_a_change_and_half_of_one_after_none() -> None:
    network = Network(text(0), text(0), text(1), text(2, ended=True))
    network.checks_found()

    assert network.asked == [100.0, 104.0, 106.0, 110.0]


def test_it_goes_on_when_the_playlist_cannot_be_had() -> None:
    network = Network(text(0), FetchError("HTTP 500"), "<html>", text(1), text(2, ended=True))

    assert network.checks_found() == ["manifest_retrieval", "manifest_retrieval", "unexpected_endlist"]


def test_it_ends_with_the_playlist() -> None:
    assert Network(text(5, ended=True)).checks_found() == ["unexpected_endlist"]


def test_a_snapshot_has_what_the_rules_need() -> None:
    snapshot = read(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.500Z\n#EXTINF:2.0,\na.ts\n"
        "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:not a date\n#EXTINF:1.9,\nb.ts\n"
    )

    assert (snapshot.sequence, snapshot.last, snapshot.discontinuity_sequence) == (7, 8, 3)
    first, second = snapshot.segments
    assert (first.uri, first.duration, first.discontinuity) == ("a.ts", 2.0, False)
    assert first.date is not None
    assert first.date % 60 == 0.5
    assert (second.discontinuity, second.date) == (True, None)
