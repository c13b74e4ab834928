"""The summary of one load, for the end of a test run"""

from collections import Counter
from collections.abc import Iterator

from pytest_hlsload.model.durations import format_clock
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.model.stream_info import StreamInfo

from .figures import TIMES, count, percent, seconds
from .host_lines import host_lines
from .lines import Line, Style
from .phase_lines import phase_lines
from .stall_lines import stall_lines

_VERDICTS = {"pass": Style.GOOD, "fail": Style.BAD, "invalid": Style.DOUBTFUL}

_LEVELS = {"error": Style.BAD, "warning": Style.DOUBTFUL}

_MOST_FINDINGS = 5

_MOST_PLAYLISTS = 8
_MOST_HIDDEN = 5

# Problems are grouped; more kinds than this at once tell no more.
_MOST_PROBLEMS = 12

_LONGEST_SENTENCE = 400


def summary(report: LoadReport, *, name: str = "") -> tuple[Line, ...]:
    """
    The lines of a load's section, bounded in number however many clients there are.

    Args:
        report: the load's.
        name: the test, or what else the load was for.
    """
    return (
        _verdict(report, name),
        *_what(report),
        *_problems(report),
        *_figures(report),
        *phase_lines(report),
        *host_lines(report),
        *_findings(report),
        *stall_lines(report),
        *_hidden(report),
    )


def compact_summary(report: LoadReport, *, name: str = "") -> tuple[Line, ...]:
    """The same for ``-q``: one line, and one more if the verdict is not ``pass``."""
    figures = [f"{count(len(report.clients), 'client')} {TIMES} {seconds(report.duration)}", *_ratio(report)]
    if report.restarts:
        figures.append(count(report.restarts, "restart"))
    first = Line(f"{_verdict(report, name).text}: {'; '.join(figures)}", _VERDICTS[report.verdict])
    return (first, *_problems(report)[:1])


def _verdict(report: LoadReport, name: str) -> Line:
    verdict = report.verdict.upper() if report.verdict != "pass" else "pass"
    return Line(f"{name}: {verdict}" if name else verdict, _VERDICTS[report.verdict])


def _what(report: LoadReport) -> Iterator[Line]:
    window, streams = report.window, report.streams
    part = "" if window.start <= 0 else f" from {format_clock(window.start)} on"
    clients = f"{count(len(report.clients), 'client')} {TIMES} {seconds(report.duration)}{part}"
    if len(streams) == 1:
        yield Line(f"  {clients}: {_stream(streams[0])}")
        return
    yield Line(f"  {clients} on {len(streams)} playlists")
    readers = Counter(client.playlist for client in report.clients)
    for stream in streams[:_MOST_PLAYLISTS]:
        yield Line(f"  playlist {stream.playlist}, {count(readers[stream.playlist], 'client')}: {_stream(stream)}")
    if len(streams) > _MOST_PLAYLISTS:
        yield Line(f"  and {len(streams) - _MOST_PLAYLISTS} more playlists")


def _stream(stream: StreamInfo) -> str:
    return f"{stream.url} ({stream.told})" if stream.told else stream.url


def _problems(report: LoadReport) -> list[Line]:
    style = _VERDICTS[report.verdict]
    lines = [Line(f"  problem: {one_line(problem, _LONGEST_SENTENCE)}", style) for problem in report.problems]
    if len(lines) > _MOST_PROBLEMS:
        lines[_MOST_PROBLEMS:] = [Line(f"  and {len(lines) - _MOST_PROBLEMS} more problems", style)]
    lines += [
        Line(f"  note: {one_line(note, _LONGEST_SENTENCE)}", Style.ASIDE) for note in report.notes[:_MOST_PROBLEMS]
    ]
    return lines


def _figures(report: LoadReport) -> Iterator[Line]:
    shares = _shares(report)
    if shares:
        yield Line(f"  {shares} of client time")
    ratio = _ratio(report)
    if ratio:
        yield Line(f"  {'; '.join(ratio)}")
    startup = report.startup_time
    if startup.n:
        slowest = startup.worst
        who = f" (client {slowest.index})" if slowest is not None and report.startup_time.n > 1 else ""
        yield Line(f"  startup p95 {seconds(startup.p95)}, slowest {seconds(startup.max)}{who}")
    lowest = report.lowest_buffer
    if lowest.n and lowest.worst is not None and lowest.min > 0:
        yield Line(f"  lowest buffer {seconds(lowest.min)} (client {lowest.worst.index})")
    yield Line(f"  {_restarts(report)}; {_lost(report)}")
    if decode_errors := sum(client.decode_errors for client in report.clients):
        yield Line(f"  {count(decode_errors, 'decode error')}", Style.DOUBTFUL)


def _findings(report: LoadReport) -> list[Line]:
    """How the stream itself was, and what was wrong with it."""
    findings = report.stream.findings
    lines = [Line(f"  {told}")] if (told := _playlist(report)) else []
    lines += [
        Line(
            f"  stream, {format_clock(it.start)}: {one_line(it.text, _LONGEST_SENTENCE)}",
            _LEVELS.get(it.level, Style.PLAIN),
        )
        for it in findings[:_MOST_FINDINGS]
    ]
    if len(findings) > _MOST_FINDINGS:
        lines.append(Line(f"  and {len(findings) - _MOST_FINDINGS} more findings about the stream"))
    return lines


def _hidden(report: LoadReport) -> list[Line]:
    """What viewers did not notice, this time."""
    troubles = report.hidden_troubles
    lines = [Line(f"  without a stall: {trouble.line}", Style.DOUBTFUL) for trouble in troubles[:_MOST_HIDDEN]]
    if len(troubles) > _MOST_HIDDEN:
        lines.append(Line(f"  and {len(troubles) - _MOST_HIDDEN} more kinds of trouble without a stall"))
    return lines


def _playlist(report: LoadReport) -> str:
    """What the sentinel's looks come to; "" where there were none."""
    stream = report.stream
    if not stream.retrieval.n:
        return ""
    told = [f"playlist retrieved in {seconds(stream.retrieval.p95)} (p95), {seconds(stream.retrieval.max)} at most"]
    if stream.stale.n:
        told.append(f"unchanged for {seconds(stream.stale.max)} at most")
    if stream.latency.n:
        grown = stream.latency_growth or 0.0
        told.append(f"live latency {seconds(stream.latency.median)}, grown by {seconds(grown)}")
    return "; ".join(told)


def _shares(report: LoadReport) -> str:
    """States in which clients were, in shares of their time; streaming and buffering always."""
    times: dict[State, float] = {state: report.time_in(state) for state in State if state is not State.IDLE}
    total = sum(times.values())
    if not total:
        return ""
    first = [State.STREAMING, State.BUFFERING]
    others = [state for state in times if state not in first and times[state]]
    return ", ".join(f"{state} {percent(times[state] / total)}" for state in first + others)


def _ratio(report: LoadReport) -> list[str]:
    spread = report.buffering_ratio
    worst = spread.worst
    if worst is None:
        return []
    told = [f"buffering ratio {percent(report.total_buffering_ratio)} in all"]
    if spread.n > 1 and spread.max > 0:
        told.append(f"worst client {worst.index}: {percent(spread.max)}")
    return told


def _restarts(report: LoadReport) -> str:
    causes = Counter(end.cause for client in report.clients for end in client.exits)
    why = ", ".join(f"{cause} {number}" for cause, number in causes.most_common())
    return count(report.restarts, "restart") + (f" (readers ended by {why})" if why else "")


def _lost(report: LoadReport) -> str:
    lost = sum(client.media_lost for client in report.clients)
    worst = report.media_lost.worst
    if not lost or worst is None:
        return "no media lost"
    return f"media lost: {seconds(lost)} (client {worst.index}: {seconds(worst.media_lost)})"
