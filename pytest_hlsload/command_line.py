"""A load without pytest, and a journal's summary"""

import argparse
import json
import logging
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .environment import from_variables
from .model.setting_table import SETTINGS, Given, SettingError
from .model.settings import LoadSettings, nearest, resolve
from .page_file import check_page, save_page

if TYPE_CHECKING:
    from .live.board import Board
    from .load import HlsLoad
    from .model.report import LoadReport
    from .render.lines import Painted

_PASSED, _FAILED, _MISUSED = 0, 1, 2

_PROGRAM = "python -m pytest_hlsload"
_REPORT_USAGE = f"{_PROGRAM} report PATH …"
_POSITIONAL = {"url": "URL", "clients": "COUNT"}

# A year: until somebody ends it.
_FOR_EVER = "8760h"


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Returns:
        The exit status: 0 only if the verdict is "pass", or if a report could be printed.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["report"]:
        return _report(given[1:])
    return _load(given)


def _load(arguments: Sequence[str]) -> int:
    parser = _load_parser()
    parsed = vars(parser.parse_args(arguments))
    try:
        given = _given(parsed)
        settings = resolve(given)
    except SettingError as error:
        parser.error(str(error))
    from .load import HlsLoad, LoadError

    board = _board(settings)
    if board is None:
        _print_what_is_logged()
    try:
        load = HlsLoad.of(settings, board=board)
        with _signals():
            try:
                _print(_opening(settings, load.journal, ends="duration" in given))
                load.start()
                if load.metrics_url is not None:
                    _print(f"metrics on {load.metrics_url}")
                load.soak(None if "duration" in given else _FOR_EVER)
            except KeyboardInterrupt:
                _give_back(board)
                _print("stopping")
            except (LoadError, SettingError) as error:
                _give_back(board)
                _complain(error)
        _give_back(board)
        return _end(load)
    except (LoadError, OSError) as error:
        _complain(error)
        return _FAILED


def _load_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Watch an HLS playlist with COUNT clients, until Ctrl+C or for a duration."
        f" To print a recorded load's summary: {_REPORT_USAGE}",
        epilog="Each option may be given as an environment variable too, for example HLS_LOAD_DURATION=10m."
        " The exit status is 0 only if the verdict is pass.",
        allow_abbrev=False,
    )
    for setting in SETTINGS:
        shown = setting.help.replace("%", "%%")
        if setting.name in _POSITIONAL:
            parser.add_argument(setting.name, metavar=_POSITIONAL[setting.name], help=shown.partition(" (")[0])
        elif setting.name == "duration":
            parser.add_argument("--duration", metavar="TIME", help="how long to soak (default: until Ctrl+C)")
        else:
            parser.add_argument(
                _option(setting.name),
                dest=setting.name,
                help=shown,
                **setting.as_option(repeatable=setting.name in {"headers", "thresholds", "abort"}),
            )
    return parser


def _option(name: str) -> str:
    if name == "thresholds":
        return "--threshold"
    return f"--{name.replace('_', '-')}"


def _given(parsed: Mapping[str, object]) -> dict[str, Given]:
    arguments = {
        name: Given(value, f"the argument {_POSITIONAL[name]}" if name in _POSITIONAL else f"option {_option(name)}")
        for name, value in parsed.items()
        if value is not None
    }
    return nearest([from_variables(os.environ), arguments])


def _board(settings: LoadSettings) -> "Board | None":
    """Where the load is shown live; None where lines are printed instead."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb" or settings.live in {"off", "line"}:
        return None
    if settings.live == "auto" and os.environ.get("CI"):
        return None
    from .live.board import Board
    from .live.drawing import drawing, one_line
    from .live.screen import TerminalScreen

    draw = drawing(settings.live, encoding=sys.stdout.encoding, colour="NO_COLOR" not in os.environ)
    return None if draw is one_line else Board(TerminalScreen(sys.stdout.fileno()), draw)


def _give_back(board: "Board | None") -> None:
    if board is not None:
        board.screen.hold()


def _print_what_is_logged() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("pytest_hlsload")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    # A reader of the lines that has gone away is no reason for a traceback each time.
    logging.raiseExceptions = False


def _opening(settings: LoadSettings, journal: Path, *, ends: bool) -> str:
    from .model.durations import format_duration

    how_long = f"for {format_duration(settings.duration)}" if ends else "until Ctrl+C"
    clients = f"{settings.clients} client{'s' if settings.clients != 1 else ''}"
    return f"{clients} on {', '.join(settings.shown_urls)} {how_long}; journal: {journal}"


@contextmanager
def _signals() -> Iterator[None]:
    """
    Any of the usual ways to end a process ends the load, once; what comes after that finds it stopping, which takes
    no more than seconds.
    """
    # What the process was told to ignore (by nohup, or in the background of a script) it goes on ignoring.
    ends = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heeded = [number for number in ends if signal.getsignal(number) is not signal.SIG_IGN]

    def ignore() -> None:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)

    def interrupt(_number: int, _frame: object) -> None:
        ignore()
        raise KeyboardInterrupt

    for number in heeded:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        ignore()


def _end(load: "HlsLoad") -> int:
    from .render.lines import text_of
    from .render.summary import summary

    report = load.stop()
    _print(text_of((*summary(report, name="hls load"), *_strips(report))))
    return _PASSED if report.verdict == "pass" else _FAILED


def _report(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=f"{_PROGRAM} report",
        description="Print the summaries of journals or report.json files.",
        allow_abbrev=False,
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="of the journal")
    parser.add_argument("--json", metavar="FILE", help="write the report there too, as JSON that can be read back")
    parser.add_argument("--html", metavar="FILE", help="write a page of all of them there (needs the extra html)")
    given = parser.parse_args(arguments)
    if given.json is not None and len(given.paths) > 1:
        parser.error("--json takes one PATH at a time")
    from .journal.reading import JournalError, read_report

    try:
        if given.html is not None:
            check_page(Path(given.html), f"--html {given.html!r}")
        reports = {path: read_report(path) for path in given.paths}
        if given.json is not None:
            data = reports[given.paths[0]].to_dict()
            Path(given.json).write_text(f"{json.dumps(data, indent=1, allow_nan=False)}\n", encoding="utf-8")
    except (JournalError, SettingError, OSError) as error:
        _complain(error)
        return _MISUSED
    named = [(str(report.settings.get("name") or path), report) for path, report in reports.items()]
    return _show(named, given.html)


def _show(reports: "Sequence[tuple[str, LoadReport]]", html: str | None) -> int:
    from .render.lines import text_of
    from .render.page.page import Load
    from .render.summary import summary

    for name, report in reports:
        _print(text_of((*summary(report, name=name), *_strips(report))))
    if html is not None and (problem := save_page([Load(name=name, report=it) for name, it in reports], Path(html))):
        _complain(problem)
        return _FAILED
    return _PASSED


def _strips(report: "LoadReport") -> "Iterator[Painted]":
    """The load over time."""
    from .render.strip_lines import signs_for, strip_lines
    from .render.strips import strips_of

    return strip_lines(strips_of(report), shutil.get_terminal_size().columns, signs_for(sys.stdout.encoding))


def _print(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more; and the interpreter is not to find that out again as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(error: Exception | str) -> None:
    sys.stderr.write(f"{_PROGRAM}: {error}\n")
