"""A client through histories of its readers, on a clock of its own and without processes."""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count, pairwise
from random import Random
from typing import Any, cast

import pytest

from pytest_hlsload.model.client_records import (
    ExitRecord,
    LogRecord,
    OpenedRecord,
    PlayheadRecord,
    ReaderRecord,
    StateRecord,
)
from pytest_hlsload.model.media import Run, Stream
from pytest_hlsload.model.records import ProblemRecord, Record
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.reader.log_lines import LogLine, LogParser
from pytest_hlsload.supervisor.client import Client
from pytest_hlsload.supervisor.loop import ROUND, Loop
from pytest_hlsload.supervisor.reading import Listener
from pytest_hlsload.supervisor.stream import Place, StreamKnowledge
from pytest_hlsload.supervisor.surroundings import Surroundings

ZERO = 1000.0
VIDEO, AUDIO = Stream.VIDEO, Stream.AUDIO


class FakeReading:
    pid = 4711

    def __init__(self, streams: Any, join: int, skip: float) -> None:
        self.streams = tuple(streams)
        self.join = join
        self.skip = skip
        self.recent: deque[tuple[float, LogLine]] = deque()
        self.paused = self.patient = False
        self.asked_to_end = False
        self.in_the_pipe: list[Callable[[], None]] = []

    def narrow(self) -> None:
        pass

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def relax(self) -> None:
        self.patient = True

    def attend(self) -> None:
        self.patient = False

    def read_now(self, _: float) -> None:
        while self.in_the_pipe:
            self.in_the_pipe.pop(0)()

    def end(self, _: float) -> None:
        self.asked_to_end = True


class World:
    """A client, its surroundings, and the clock, in seconds since the load's start."""

    def __init__(self, *, vod: bool | None = False, **settings: Any) -> None:
        self.now = 0.0
        self.records: list[Record] = []
        self.readings: list[FakeReading] = []
        self.refuse_starts = 0
        self.patient_calls: list[float] = []
        self._deadlines: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = count()
        self.stream = StreamKnowledge(
            url="http://h/l.m3u8",
            shown_url="http://h/l.m3u8",
            vod=vod,
            segment_duration=2.0,
            window=12.0,
            streams=(VIDEO,),
            target_duration=2.0,
        )
        around = Surroundings(
            loop=cast("Loop", self),  # as much of a loop as a client needs
            write=self.records.append,
            start=self._start,
            settings=LoadSettings(url=(("http://h/l.m3u8", 1),), headers={}, **settings),
            random=Random(7),
            zero=ZERO,
        )
        self.client = Client(1, around, self.stream)

    # the loop's part
    def call_at(self, at: float, call: Callable[[float], None], *, patient: bool = False) -> None:
        if patient:
            self.patient_calls.append(at)
        # a patient call comes as late as it may
        heapq.heappush(self._deadlines, (at + ROUND * patient, next(self._number), call))

    def start_soon(self, start: Callable[[float], None]) -> None:
        self.call_at(ZERO + self.now, start)

    def _start(self, client: int, listener: Listener, *, stream: StreamKnowledge, place: Place) -> Any:
        if self.refuse_starts:
            self.refuse_starts -= 1
            raise OSError(11, "Resource temporarily unavailable")
        self.readings.append(FakeReading(stream.streams, stream.join + place.back, place.skip))
        return self.readings[-1]

    # the test's part
    def until(self, at: float) -> None:
        while self._deadlines and self._deadlines[0][0] <= ZERO + at:
            when, _, call = heapq.heappop(self._deadlines)
            self.now = max(self.now, when - ZERO)
            call(ZERO + self.now)
        self.now = at
        self.client.advance(ZERO + at)

    def come(self) -> None:
        self.client.come(ZERO + self.now)

    def opens(self, start: float = 100.0, duration: str = "N/A") -> None:
        self.says(f"[info]   Duration: {duration}, start: {start}, bitrate: N/A")

    def says(self, line: str) -> None:
        (read,) = LogParser().feed(line.encode() + b"\n")
        self.readings[-1].recent.append((ZERO + self.now, read))
        self.client.on_log(ZERO + self.now, read)

    def delivers(self, start: float, end: float, stream: Stream = VIDEO) -> None:
        self.client.on_media(ZERO + self.now, [Run(stream, start, end, 0.04, 1000)])

    def exits(self, code: int) -> None:
        self.client.on_end(ZERO + self.now, code)

    def told(self, kind: type[Record]) -> list[Any]:
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def states(self) -> list[tuple[float, str]]:
        return [(round(r.at, 3), r.state.value) for r in self.told(StateRecord)]

    @property
    def playheads(self) -> list[tuple[float, str]]:
        return [(round(r.at, 3), r.playhead.value) for r in self.told(PlayheadRecord)]


def streaming_world(**settings: Any) -> World:
    world = World(**settings)
    world.come()
    world.until(0.2)
    world.opens()
    world.delivers(0, 6)
    return world


def test_a_client_starts_streams_and_buffers_at_the_very_instant_its_buffer_is_empty() -> None:
    world = streaming_world()
    world.until(9.0)
    world.delivers(6, 12)
    world.until(10.0)

    assert world.states == [(0, "starting"), (0.2, "streaming"), (6.2, "buffering"), (9.0, "streaming")]
    assert world.playheads == [(0.2, "playing"), (6.2, "stalled"), (9.0, "playing")]


def test_a_reader_may_wait_to_be_read_as_long_as_its_viewer_has_a_buffer() -> None:
    world = streaming_world()
    (reading,) = world.readings
    assert reading.patient

    world.until(5.6)  # of the 6 s there are 0.6 left, and the edge is at 0.5
    assert reading.patient
    world.until(5.95)
    assert not reading.patient
    world.delivers(6, 8)
    assert reading.patient
    assert world.playheads == [(0.2, "playing")]


def test_media_that_waits_to_be_read_never_makes_a_stall() -> None:
    world = streaming_world()
    (reading,) = world.readings
    world.until(5.69)
    reading.in_the_pipe.append(lambda: world.delivers(6, 12))
    world.until(8)

    assert world.playheads == [(0.2, "playing")]
    assert world.client.viewer is not None
    assert world.client.viewer.received == pytest.approx(12)


def test_a_viewer_that_waits_for_media_has_a_reader_that_is_read_at_once() -> None:
    world = World()
    world.come()
    world.until(0.2)
    world.opens()
    world.delivers(0, 0.6)
    assert not world.readings[0].patient
    world.delivers(0.6, 1.2)
    assert world.playheads == [(0.2, "playing")]
    assert not world.readings[0].patient

    world.until(4)
    world.delivers(1.2, 2.8)
    assert world.playheads[-1] == (1.4, "stalled")
    assert not world.readings[0].patient


def test_media_fetched_again_puts_nobody_at_ease() -> None:
    world = streaming_world()
    world.until(4.0)
    world.exits(-9)
    world.until(5.0)
    world.opens(100.0)
    world.now = 5.9  # without a look at the client: 0.3 s are left, of 2.2 at the last look
    world.delivers(0, 2)

    assert not world.readings[-1].patient


def test_a_patient_reader_that_delivers_nothing_is_ended_all_the_same() -> None:
    world = streaming_world(mute_after=10.0)
    world.delivers(6, 60)
    assert world.readings[0].patient
    world.until(10.0)
    assert not world.readings[0].asked_to_end
    world.until(10.5)
    assert world.readings[0].asked_to_end


def test_a_buffer_runs_dry_by_itself_when_its_patient_reader_has_ended() -> None:
    world = streaming_world()
    assert world.readings[0].patient
    world.exits(-9)
    while world._deadlines and world._deadlines[0][0] <= ZERO + 6.3:
        world.until(world._deadlines[0][0] - ZERO)

    assert world.playheads == [(0.2, "playing"), (6.2, "stalled")]


def test_only_who_has_a_buffer_is_looked_at_late() -> None:
    world = streaming_world()
    assert world.patient_calls
    world.until(5.95)
    assert not world.readings[0].patient
    world.patient_calls.clear()
    world.until(30)

    assert world.playheads == [(0.2, "playing"), (6.2, "stalled")]
    assert not world.patient_calls


def test_a_vod_is_read_as_its_viewer_plays_it() -> None:
    world = World(vod=True)
    world.come()
    world.until(0.2)
    world.opens(0.0, "00:01:00.00")
    world.delivers(0, 6)

    assert world.playheads == [(0.2, "playing")]
    assert not world.readings[0].patient


def test_what_has_come_counts_when_the_viewer_leaves() -> None:
    world = streaming_world()
    (reading,) = world.readings
    world.until(3)
    reading.in_the_pipe.append(lambda: world.delivers(6, 8))
    world.client.stop(ZERO + 3)

    assert world.client.viewer is not None
    assert world.client.viewer.received == pytest.approx(8)


def test_records_are_in_the_order_of_time() -> None:
    world = streaming_world()
    world.until(5.0)
    world.exits(-9)
    world.until(20.0)

    times = [record.at for record in world.records]
    assert times == sorted(times)


def test_a_reader_that_dies_is_followed_by_another_that_joins_where_the_viewer_stopped() -> None:
    world = streaming_world()
    world.until(1.0)
    world.exits(-9)
    world.until(3.0)

    assert [r.why for r in world.told(ReaderRecord)] == ["start", "restart"]
    (end,) = world.told(ExitRecord)
    assert end.explanation == "killed by SIGKILL (signal 9)"
    assert 0.5 <= end.retry_in <= 1.0
    world.opens(104.0)
    world.delivers(0, 4)
    world.until(7.9)
    assert world.states == [
        (0, "starting"),
        (0.2, "streaming"),
        (1, "backoff"),
        (round(1 + end.retry_in, 3), "streaming"),
    ]
    assert world.playheads == [(0.2, "playing")]


def test_what_was_fetched_again_does_not_keep_a_viewer_playing() -> None:
    world = streaming_world()
    world.until(1.0)
    world.exits(-9)
    world.until(3.0)
    world.opens(100.0)
    world.delivers(0, 6)
    world.until(8.0)

    assert world.playheads == [(0.2, "playing"), (6.2, "stalled")]


def test_the_longer_the_outage_the_further_back_a_reader_joins() -> None:
    world = streaming_world(min_backoff=7.0)
    world.until(1.0)
    world.exits(-9)
    world.until(16.0)

    assert world.readings[0].join == 3
    assert world.readings[1].join >= 5


def test_status_0_on_a_live_playlist_that_failed_is_a_failure() -> None:
    world = streaming_world()
    world.says("[hls @ 0x1] [warning] Failed to reload playlist 0")
    world.exits(0)
    world.until(2.0)

    assert len(world.readings) == 2


def test_an_ended_playlist_is_played_out_and_no_reader_follows() -> None:
    world = streaming_world()
    world.says("[verbose] EOF while reading input")
    world.exits(0)
    world.until(60.0)

    assert len(world.readings) == 1
    assert world.states == [(0, "starting"), (0.2, "streaming"), (6.2, "ended")]


def test_failures_in_a_row_wait_longer_and_stable_streaming_forgives_them() -> None:
    world = World()
    world.come()
    for _ in range(4):
        world.exits(1)
        world.until(world.now + 9)
    waits = [end.retry_in for end in world.told(ExitRecord)]
    assert all(low <= wait <= high for wait, low, high in zip(waits, (0.5, 1, 2, 4), (1, 2, 4, 8), strict=True))

    world.opens()
    world.delivers(0, 20)
    world.until(world.now + 6)
    world.exits(1)
    assert world.told(ExitRecord)[-1].retry_in <= 1.0


def test_a_buffer_that_plays_on_without_a_reader_that_delivers_forgives_nothing() -> None:
    world = streaming_world(forward_buffer=500)
    world.delivers(6, 200)
    for _ in range(3):
        world.exits(1)
        world.until(world.now + 8)

    assert world.told(ExitRecord)[-1].retry_in >= 2.0


def test_a_reader_that_delivers_nothing_is_ended_and_replaced() -> None:
    world = streaming_world(mute_after=10.0)
    world.until(10.1)
    assert not world.readings[0].asked_to_end
    world.until(10.3)
    assert world.readings[0].asked_to_end
    world.exits(255)
    world.until(12.0)

    (end,) = world.told(ExitRecord)
    assert (end.asked, end.explanation[:28]) == ("mute", "delivered nothing for 10 s a")
    assert len(world.readings) == 2


def test_a_reader_is_not_mute_before_four_target_durations_have_passed() -> None:
    world = World(mute_after=10.0)
    world.stream.target_duration = 6.0
    world.come()
    world.until(23.0)
    assert not world.readings[0].asked_to_end
    world.until(24.5)
    assert world.readings[0].asked_to_end


def test_a_stream_without_audio_is_asked_for_once_more_without_counting_as_a_failure() -> None:
    world = World(vod=None)
    world.stream.streams = (VIDEO, AUDIO)
    world.come()
    world.opens()
    world.says("[info]   Stream #0:0: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p")
    world.says("[fatal] Stream map '0:a:0' matches no streams.")
    world.exits(1)
    world.until(0.1)

    assert [r.why for r in world.told(ReaderRecord)] == ["start", "streams"]
    assert world.readings[1].streams == (VIDEO,)
    assert world.told(ExitRecord)[0].asked == "streams"


def test_a_machine_without_room_for_a_process_is_a_problem_and_is_tried_again() -> None:
    world = World()
    world.refuse_starts = 1
    world.come()
    world.until(3.0)

    assert [r.text for r in world.told(ProblemRecord)] == [
        "no reader could be started: Resource temporarily unavailable"
    ]
    assert len(world.readings) == 1
    assert [state for _, state in world.states] == ["backoff", "starting"]


def test_a_client_that_has_stalled_often_waits_for_no_more_than_one_that_never_has() -> None:
    world = streaming_world()
    waits = []
    for number in range(1, 50):
        world.until(20.0 * number)
        world.delivers(6 * number, 6 * number + 6)
        waits.append(len(world._deadlines))

    assert len(world.told(PlayheadRecord)) >= 98
    assert max(waits) <= 3


def test_segments_that_are_read_and_hold_no_stream_are_evidence() -> None:
    request = "[hls @ 0x1] [verbose] HLS request for url 'http://h/{}.ts', offset 0, playlist 0"
    world = World()
    world.come()
    for number in range(2):
        world.says(request.format(number))
    assert world.told(LogRecord) == [], "a good stream shows in its first segment, or in its second"

    world.says(request.format(2))
    assert [record.log for record in world.told(LogRecord)] == ["no_media"]


def test_segments_that_are_not_there_and_those_of_a_stream_that_is_open_are_no_evidence_of_empty_ones() -> None:
    request = "[hls @ 0x1] [verbose] HLS request for url 'http://h/1.ts', offset 0, playlist 0"
    world = World()
    world.come()
    for _ in range(4):
        world.says(request)
        world.says("[hls @ 0x1] [warning] Failed to open segment 1 of playlist 0")
    world.opens()
    for _ in range(4):
        world.says(request)
    world.until(20.0)

    assert {record.log for record in world.told(LogRecord)} == {"segment_failed"}


def test_a_stopped_client_is_idle_and_starts_nothing_more() -> None:
    world = streaming_world()
    world.until(1.0)
    world.exits(1)
    world.client.stop(ZERO + 1.1)
    world.until(30.0)

    assert world.states[-1] == (1.1, "idle")
    assert len(world.readings) == 1
    assert world.playheads == [(0.2, "playing")]


def test_a_vod_is_left_unread_while_its_viewer_has_enough() -> None:
    world = World(vod=True, forward_buffer=30.0)
    world.come()
    world.opens(0.0, "00:02:00.00")
    world.delivers(0, 34)

    assert world.readings[0].paused
    world.until(3.9)
    assert world.readings[0].paused
    world.until(4.1)
    assert not world.readings[0].paused


def test_a_vod_begins_anew_before_its_viewer_has_played_it_out() -> None:
    world = World(vod=True, forward_buffer=5.0)
    world.come()
    world.opens(0.0, "00:00:08.00")
    world.delivers(0, 8)
    world.exits(0)
    world.until(2.9)
    assert len(world.readings) == 1
    world.until(3.1)
    assert [r.why for r in world.told(ReaderRecord)] == ["start", "lap"]
    world.opens(0.0, "00:00:08.00")
    world.delivers(0, 8)
    world.until(15.9)

    assert world.playheads == [(0.0, "playing")]
    assert {state for _, state in world.states} == {"starting", "streaming"}


def vod_world() -> World:
    """A viewer of a VOD who has 20 s of it and plays, with readers that are told where to begin."""
    world = World(vod=True, forward_buffer=60.0)
    world.come()
    world.opens(0.0, "00:01:00.00")
    world.delivers(0, 20)
    world.until(5.0)
    return world


def test_a_reader_of_a_vod_that_dies_is_followed_by_one_that_goes_on_in_mid_lap() -> None:
    world = vod_world()
    world.exits(-9)
    world.until(7.0)

    assert [reading.skip for reading in world.readings] == [0, 16]
    world.opens(0.0, "00:01:00.00")
    world.delivers(-0.5, 10)  # what it was told to leave out ends within a segment
    assert world.client.viewer is not None
    assert world.client.viewer.received == pytest.approx(26)
    assert world.client.viewer.position == pytest.approx(26)


def test_where_a_reader_cannot_seek_what_it_fetches_again_is_not_new() -> None:
    world = vod_world()
    world.stream.seeks = False
    world.exits(-9)
    world.until(7.0)
    world.opens(0.0, "00:01:00.00")
    world.delivers(0, 24)

    assert world.readings[-1].skip == 0
    assert world.client.viewer is not None
    assert world.client.viewer.received == pytest.approx(24)


def test_a_reader_that_has_sought_and_finds_nothing_is_followed_by_one_that_does_not_seek() -> None:
    world = vod_world()
    world.exits(-9)
    world.until(7.0)
    world.opens(0.0, "00:01:00.00")
    world.exits(0)
    world.until(10.0)

    assert [reading.skip for reading in world.readings] == [0, 16, 0]
    assert [r.why for r in world.told(ReaderRecord)][1:] == ["restart", "restart"]


def test_a_reader_that_goes_on_without_a_segment_of_a_vod_is_replaced_and_what_comes_after_is_not_taken() -> None:
    world = vod_world()
    world.says("[hls @ 0x1] [warning] Failed to open segment 10 of playlist 0")
    world.delivers(22, 40)
    assert world.readings[0].asked_to_end
    world.exits(255)
    world.until(7.0)

    (end,) = world.told(ExitRecord)
    assert end.asked == "skipped"
    assert end.explanation.startswith("ended because it went on without a segment: Failed to open segment 10")
    assert world.readings[1].skip == 16
    assert world.client.viewer is not None
    assert world.client.viewer.received == pytest.approx(20)


def test_a_live_reader_goes_on_without_a_segment() -> None:
    world = streaming_world()
    world.says("[hls @ 0x1] [warning] Failed to open segment 10 of playlist 0")

    assert not world.readings[0].asked_to_end


def test_a_lap_whose_first_reader_fails_is_a_lap_all_the_same() -> None:
    world = World(vod=True, forward_buffer=5.0)
    world.come()
    world.opens(0.0, "00:00:08.00")
    world.delivers(0, 8)
    world.exits(0)
    world.until(3.5)
    world.exits(1)
    world.until(5.0)
    world.opens(0.0, "00:00:08.00")
    world.delivers(0, 8)

    assert [r.why for r in world.told(ReaderRecord)] == ["start", "lap", "restart"]
    assert [reading.skip for reading in world.readings] == [0, 0, 0]
    assert world.client.viewer is not None
    assert world.client.viewer.received == pytest.approx(16)


def test_a_vod_is_asked_for_once_more_before_its_buffer_is_dry() -> None:
    world = vod_world()
    began = [5.0]
    for _ in range(12):
        world.exits(1)
        world.until(world.now)
        while world.client.reading is None:
            world.until(world.now + 0.1)
        began.append(world.now)

    dry = 20.0
    assert any(dry - 3.5 <= at <= dry - 1.0 for at in began)
    assert max(later - earlier for earlier, later in pairwise(began)) > 4  # it waits all the same


def test_where_a_live_input_begins_is_recorded() -> None:
    world = streaming_world()

    (opened,) = world.told(OpenedRecord)
    assert (opened.start, opened.vod) == (100.0, False)


@pytest.mark.parametrize("hold_back", [None, 3.0])
def test_a_viewer_resumes_with_no_more_than_half_the_hold_back(hold_back: float | None) -> None:
    world = World()
    world.stream.hold_back = hold_back
    world.come()
    world.opens()
    world.delivers(0, 2)
    world.until(4.0)
    world.delivers(2, 3.6)
    world.until(5.0)

    resumed = (4.0, "playing") in world.playheads
    assert resumed == (hold_back is not None)


SEGMENT = "[hls @ 0x1] [verbose] HLS request for url 'http://h/s1.ts', offset 0, playlist 0"
PLAYLIST = "[hls @ 0x1] [info] Opening 'http://h/live.m3u8' for reading"


def slow_segments(world: World) -> list[tuple[float, str]]:
    return [(round(record.at, 3), record.text) for record in world.told(LogRecord) if record.log == "slow_segment"]


def test_a_segment_that_takes_as_long_as_it_plays_is_evidence() -> None:
    world = streaming_world()
    for number, took in enumerate((0.1, 1.9, 0.3)):
        began = 2.0 + 3 * number
        world.until(began)
        world.says(SEGMENT)
        world.until(began + took / 2)
        world.delivers(6 + 2 * number, 7 + 2 * number)
        world.until(began + took)
        world.delivers(7 + 2 * number, 8 + 2 * number)
        world.until(began + 2.5)
        world.says(PLAYLIST)

    assert slow_segments(world) == [(7.5, "a segment of 2.0 s took 1.9 s to come")]


def test_a_segment_asked_for_ahead_is_on_its_way_once_the_one_before_has_come() -> None:
    """As ffmpeg does with persistent connections; here without a line for the playlist."""
    world = streaming_world()
    world.says(SEGMENT)
    world.says(SEGMENT)
    for at, start in (1.0, 6), (2.0, 7), (2.4, 8), (2.5, 9):
        world.until(at)
        world.delivers(start, start + 1)
        if at == 2.0:
            world.says(SEGMENT)
    world.says(SEGMENT)

    assert slow_segments(world) == [(2.0, "a segment of 2.0 s took 1.8 s to come")]


def test_the_end_of_a_segment_that_ffmpeg_holds_back_is_reckoned_in() -> None:
    world = streaming_world()
    world.until(2.0)
    world.says(SEGMENT)
    world.until(3.2)
    world.delivers(6, 7.3)
    world.until(3.9)
    world.says(PLAYLIST)
    world.delivers(7.3, 8)

    assert slow_segments(world) == [(3.9, "a segment of 2.0 s took 1.8 s to come")]


def test_a_segment_that_came_at_once_after_a_long_wait_is_slow_though_it_is_read_after_the_line_that_ends_it() -> None:
    world = streaming_world()
    world.until(2.0)
    world.says(SEGMENT)
    world.until(4.5)
    world.says(PLAYLIST)
    world.says(SEGMENT)
    world.delivers(6, 8)

    assert slow_segments(world) == [(4.5, "a segment of 2.0 s took 2.5 s to come")]


def test_segments_that_were_caught_up_with_are_not_slow_because_the_next_has_to_be_waited_for() -> None:
    world = streaming_world()
    world.until(1.0)
    world.says(SEGMENT)
    world.says(SEGMENT)
    world.delivers(6, 10)
    world.until(1.1)
    world.says(PLAYLIST)
    world.until(3.1)
    world.says(PLAYLIST)
    world.says(SEGMENT)
    world.delivers(10, 12)

    assert slow_segments(world) == []


def test_waiting_for_a_segment_that_is_not_there_yet_is_not_fetching_it() -> None:
    world = streaming_world()
    for number in range(4):
        world.until(2.0 + 2 * number)
        world.says(PLAYLIST)
        if number == 1:
            world.says("[http @ 0x1] [warning] HTTP error 404 Not Found")
        world.says(SEGMENT)
        world.until(2.1 + 2 * number)
        world.delivers(6 + 2 * number, 8 + 2 * number)

    assert slow_segments(world) == []


def test_a_vod_that_is_left_unread_is_not_slow() -> None:
    world = streaming_world(vod=True)
    world.says(SEGMENT)
    world.until(4.0)
    world.delivers(6, 8)
    world.says(SEGMENT)

    assert slow_segments(world) == []
