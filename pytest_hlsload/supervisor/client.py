"""One client: its viewer, and the readers that serve it one after another"""

from collections.abc import Sequence
from functools import partial

from pytest_hlsload.model.client_records import FAILURES, ClientRecord, ExitRecord, OpenedRecord, ReaderRecord
from pytest_hlsload.model.media import Run, Stream
from pytest_hlsload.model.records import ProblemRecord
from pytest_hlsload.model.states import State
from pytest_hlsload.reader.held import held_frames
from pytest_hlsload.reader.log_lines import FAILED_AT_THE_END, LogLine

from .attempt import Attempt
from .backoff import Failures
from .ending import ending_of
from .reading import Reading
from .stream import Place, StreamKnowledge
from .surroundings import Surroundings
from .troubles import Troubles
from .viewer import Viewer
from .vod import PAUSE_AT_LEAST, VodCourse

# Lines about lost segments explain a hole in media that comes within so many seconds.
_LOSS_FRESH = 30.0

# What a reader printed so shortly before its end tells why it ended.
_LAST_MOMENTS = 2.0

# A reader of two playlists ends by itself if both have failed, and soon.
_BOTH_WITHIN = 1.0

_TAIL = 8

# A reader asks for the next segment when it has the one before. Of a good stream one is enough, of a hasty one two.
_ENOUGH = 2
_NO_MEDIA = LogLine("warning", "no stream was found in a segment that was read to its end", "no_media", {})


class Client:
    """
    Args:
        index: its number, from 1.
        around: what it shares with the others.
        stream: what is known of the playlist that it reads.
        stays: for how long its viewer watches, in seconds; None for to the end.
    """

    def __init__(
        self, index: int, around: Surroundings, stream: StreamKnowledge, *, stays: float | None = None
    ) -> None:
        self.index = index
        self.stream = stream
        self.stays = stays
        self.viewer: Viewer | None = None
        """None until it comes."""
        self.reading: Reading | None = None
        self._around = around
        self._vod = VodCourse(stream, around.settings.forward_buffer)
        self._troubles = Troubles(index, around.write)
        self._attempts = 0
        self._failures = Failures(around.settings, around.random)
        self._next = "start"
        self._now = Attempt("start", 0.0)
        self._timer: float | None = None
        self._stopped = False

    def come(self, at: float) -> None:
        """The viewer asks for playback."""
        if self._stopped:
            return
        settings, stream = self._around.settings, self.stream
        since = self._since(at)
        self._around.write(
            ClientRecord(
                at=since,
                client=self.index,
                url=stream.shown_url_of(self.index),
                playlist=stream.number,
                stays=None if self.stays is None else round(self.stays, 3),
            )
        )
        self.viewer = Viewer(
            self.index,
            since,
            self._around.write,
            startup_buffer=settings.startup_buffer,
            resume_buffer=min(settings.resume_buffer, (stream.hold_back or float("inf")) / 2),
            window=stream.window,
        )
        self._spawn(at)

    def advance(self, at: float) -> None:
        """Bring what is recorded of the client up to ``at``."""
        since = self._since(at)
        if self.viewer is not None:
            self.viewer.advance(since)
        self._troubles.flush(since)

    def catch_up(self, at: float) -> None:
        """As `advance`, with all that has come by now."""
        if self.reading is not None and not self._stopped:
            self.reading.read_now(at)
        self.advance(at)

    def stop(self, at: float) -> None:
        """The viewer leaves with what has come by now; the reader is asked to end."""
        if self._stopped:
            return
        self.catch_up(at)
        self._stopped = True
        self._troubles.flush_all()
        if self.viewer is not None:
            self.viewer.leave(self._since(at))
        if self.reading is not None:
            self._now.asked = "stop"
            self.reading.end(at)

    # What the reader tells (see reading.Listener)

    def on_log(self, at: float, line: LogLine) -> None:
        """The reader has printed a line."""
        self._now.learn(at, line)
        if slow := self._now.fetch.log(at, line, self.stream.segment_duration):
            self._add_slow(at, slow)
        if line.kind == "opened":
            if self._now.opened:
                self._open(at)
        elif line.kind == "end_of_input":
            if self._now.ended and self.viewer is not None:
                self.viewer.drain()
        elif line.is_evidence:
            self._add_evidence(at, line)
        elif line.kind == "segment_request" and self._now.in_vain > _ENOUGH * self._now.inputs:
            self._add_evidence(at, _NO_MEDIA)

    def _add_slow(self, at: float, slow: LogLine) -> None:
        # Of two inputs nobody knows whose media it is that comes, and a VOD is left unread on purpose.
        if self._now.inputs == 1 and not self.stream.vod:
            self._add_evidence(at, slow)

    def _add_evidence(self, at: float, line: LogLine) -> None:
        if not self._stopped:
            self.advance(at)
            self._troubles.add(self._since(at), line)
            if self._vod.skips(line) and self.reading is not None and not self._now.asked:
                self._now.asked, self._now.failure = "skipped", line.text
                self.reading.end(at)
            if self._now.inputs > 1 and line.kind in FAILED_AT_THE_END:
                self._around.loop.call_at(at + _BOTH_WITHIN, partial(self._end_the_half, self.reading))

    def on_media(self, at: float, runs: Sequence[Run]) -> None:
        """Media has come."""
        viewer, now, reading = self.viewer, self._now, self.reading
        if viewer is None or reading is None or self._stopped or now.asked == "skipped":
            return
        since, state = self._since(at), viewer.state
        if not now.delivers:
            now.delivers = True
            self.stream.streams_known = True
            held = held_frames(now.container)
            skipped = now.skip if self.stream.vod else None
            viewer.open(since, now.origin, reading.streams, held, lap=self._vod.begin_lap(), skipped=skipped)
        silence = since - viewer.last_media
        viewer.take(since, now.on_one_clock(runs), loss_confirmed=at - now.loss_at <= max(_LOSS_FRESH, silence))
        now.last_sign = at
        if slow := now.fetch.media(at, runs, self.stream.segment_duration):
            self._add_slow(at, slow)
        self._pace(at)
        # Of a VOD, which is read at its viewer's pace, little comes at a time.
        relaxes = viewer.at_ease(since) and not reading.patient and not self.stream.vod
        if relaxes:
            reading.relax()
        if relaxes or viewer.state is not state or self._failures.any or self._timer is None:
            self._wake(at)  # else media can only have put off what it waits for

    def on_end(self, at: float, code: int) -> None:
        """The reader has ended."""
        reading, self.reading = self.reading, None
        assert reading is not None
        assert self.viewer is not None
        now, viewer, since = self._now, self.viewer, self._since(at)
        viewer.advance(since)
        self._troubles.flush_all()
        recent = [line for when, line in reading.recent if when >= at - _LAST_MOMENTS]
        vod = bool(self.stream.vod)
        ending = ending_of(at, code, recent, now, reading.streams, vod=vod, stopped=self._stopped)
        if ending.sought_in_vain:
            self._vod.seek_no_more()
        elif ending.next == "lap":
            self._vod.finish_lap()
        elif ending.next == "streams":
            self.stream.streams = [stream for stream in Stream if stream in now.streams_seen]
        retry_in = self._follow(ending.next) if ending.next else None
        self._around.write(
            ExitRecord(
                at=since,
                client=self.index,
                attempt=self._attempts,
                code=code,
                explanation=ending.explanation,
                asked=ending.asked,
                tail=tuple(line.text for _, line in list(reading.recent)[-_TAIL:]) if ending.asked in FAILURES else (),
                retry_in=retry_in,
            )
        )
        if ending.asked == "ended":
            viewer.complete(since)
        viewer.serve(since, ending.asked in {"ended", "lap"})
        if retry_in is not None:
            self._around.loop.call_at(at + retry_in, self._respawn)
        self._wake(at)

    # Readers

    def _respawn(self, _: float) -> None:
        self._around.loop.start_soon(self._spawn)

    def _spawn(self, at: float) -> None:
        if self._stopped or self.reading is not None:
            return
        assert self.viewer is not None
        since = self._since(at)
        self._failures.attempt()
        place = self._place(since)
        self._now = Attempt(self._next, at, inputs=len(self.stream.inputs(self.index, place)), skip=place.skip)
        try:
            self.reading = self._around.start(self.index, self, stream=self.stream, place=place)
        except OSError as error:
            text = f"no reader could be started: {error.strerror or error}"
            self.viewer.advance(since)
            self._around.write(ProblemRecord(at=since, client=self.index, text=text))
            self.viewer.serve(since, False)
            self._around.loop.call_at(at + self._follow("restart"), self._respawn)
            return
        self._attempts += 1
        if self.stream.vod:
            self.reading.narrow()
        self.viewer.advance(since)
        self._around.write(
            ReaderRecord(at=since, client=self.index, attempt=self._attempts, pid=self.reading.pid, why=self._now.why)
        )
        self.viewer.serve(since, True)
        self._wake(at)

    def _place(self, since: float) -> Place:
        """Where to start: for a restart, where the viewer stopped."""
        stream, viewer = self.stream, self.viewer
        if viewer is None or self._next not in {"restart", "lap"}:
            return Place()
        if stream.vod:
            return self._vod.place(viewer)
        return Place(back=max(0, int((since - viewer.last_media) / stream.segment_duration) + 2 - stream.join))

    def _open(self, at: float) -> None:
        now, stream = self._now, self.stream
        if stream.vod is None:
            stream.vod = now.vod
        if stream.vod:
            now.origin = None
        self.advance(at)
        self._around.write(OpenedRecord(at=self._since(at), client=self.index, start=now.origin, vod=now.vod))

    def _end_the_half(self, reading: Reading | None, at: float) -> None:
        """Ffmpeg reads on if only one of two playlists has failed for good; a viewer needs both."""
        if reading is not None and self.reading is reading and not self._now.asked:
            self._now.asked = "half"
            reading.end(at)

    def _follow(self, why: str) -> float:
        """See to the next reader; how long to wait for it, in seconds."""
        self._next = why
        assert self.viewer is not None
        if why == "streams":
            return 0.0
        if why == "lap":
            return max(0.0, self._vod.ahead(self.viewer))
        return self._vod.patience(self.viewer, self._failures.add(), self._around.settings.min_backoff)

    def _pace(self, at: float) -> None:
        """Read a VOD no further ahead of its viewer than asked for."""
        if self.stream.vod and self.viewer is not None and self.reading is not None:
            ahead = self._vod.ahead(self.viewer)
            if ahead > 0 and not self.reading.paused:
                self.reading.pause()
                self._around.loop.call_at(at + max(ahead, PAUSE_AT_LEAST), self._read_on)

    def _read_on(self, at: float) -> None:
        if self.reading is not None:
            self._now.last_sign = at
            self.reading.resume()
            self._wake(at)

    # What happens by itself

    def _wake(self, at: float) -> None:
        """See to it that the next thing that happens by itself is noticed when it does."""
        due = self._due(at)
        if due is not None and (self._timer is None or due < self._timer):
            self._timer = due
            self._around.loop.call_at(due, self._woken, patient=self._patient)

    def _due(self, at: float) -> float | None:
        if self.viewer is None or self._stopped:
            return None
        moments = []
        low_at = self.viewer.on_edge_at if self._patient else self.viewer.dry_at
        if low_at is not None:
            moments.append(self._around.zero + low_at)
        if self._listens:
            moments.append(self._now.last_sign + self._mute_after())
        steady = self.viewer.state is State.STREAMING and self._now.delivers
        if (forgiven := self._failures.forgiven_at(at, steady=steady)) is not None:
            moments.append(forgiven)
        return min(moments, default=None)

    def _woken(self, at: float) -> None:
        if self._stopped or self._timer is None or at < self._timer:
            return  # one that an earlier one has made needless
        self._timer = None
        self.advance(at)
        if self.reading is not None and self.reading.patient and self.viewer is not None and self.viewer.on_edge:
            self.reading.attend()
            self.reading.read_now(at)
        self._failures.forgive(at)
        if self._listens and self.reading is not None and at >= self._now.last_sign + self._mute_after():
            self._now.asked = "mute"
            self.reading.end(at)
        self._wake(at)

    @property
    def _patient(self) -> bool:
        return self.reading is not None and self.reading.patient

    @property
    def _listens(self) -> bool:
        return self.reading is not None and not self.reading.paused and not self._now.asked

    def _mute_after(self) -> float:
        return max(self._around.settings.mute_after, 4 * (self.stream.target_duration or 0.0))

    def _since(self, at: float) -> float:
        return at - self._around.zero
