"""The loads of a run: making them, ending them, and what is kept of them for the summary"""

import os
from contextlib import contextmanager
from dataclasses import replace
from types import NoneType
from typing import TYPE_CHECKING

import pytest

from pytest_hlsload.model.setting_table import Given, SettingError

from .run import LOADS, OF_TEST, current_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_hlsload.load import HlsLoad
    from pytest_hlsload.model.client_options import ReaderOptions
    from pytest_hlsload.model.report import LoadReport
    from pytest_hlsload.model.settings import LoadSettings

    from .told import Told


_TOLD = pytest.StashKey[list["Told"]]()


def running_loads(config: pytest.Config) -> "tuple[HlsLoad, ...]":
    """Those that have not been ended."""
    loads = config.stash.get(LOADS, None)
    return tuple(loads) if loads else ()


@contextmanager
def running_load(item: pytest.Item, url: object) -> "Iterator[HlsLoad]":
    """
    The load of a test's ``hls_load`` fixture.

    Args:
        item: the test.
        url: what the fixture ``hls_url`` returned.
    """
    from pytest_hlsload.load import LoadError

    from .settings import settings_of

    call = {} if url is None else {"url": Given(url, "the fixture hls_url")}
    trouble = ""
    try:
        load = _load(item.config, settings_of(item.config, call=call, item=item), item.nodeid)
        load.start()
    except (SettingError, LoadError) as error:
        trouble = str(error)
    if trouble:  # outside, or pytest would say it twice
        pytest.fail(f"hls load: {trouble}", pytrace=False)
    item.stash[OF_TEST] = load
    try:
        yield load
    finally:
        # A plugin that repeats the test begins without.
        del item.stash[OF_TEST]
        end(item.config, load)


class LoadFactory:
    """
    Makes loads beside a test's own: ``with hls_load_factory(url, clients=5) as load: …``

    What the call gives is nearer than any other source. Whatever is still running at the end of the session is
    stopped. Users only receive it, as the fixture ``hls_load_factory``.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def __call__(
        self, *url: str | tuple[str, int], reader_options: "ReaderOptions | None" = None, **settings: object
    ) -> "HlsLoad":
        """A load that starts when its ``with`` block is entered (or by its ``start()``)."""
        from .settings import settings_of

        given = {**settings, "url": url} if url else settings
        call = {name: Given(value, "the call of hls_load_factory") for name, value in given.items()}
        # What runs now is what the load is for, as far as anybody can tell.
        test = current_test(self._config)
        return _load(
            self._config, settings_of(self._config, call=call), test.nodeid if test else "session", reader_options
        )


def _load(
    config: pytest.Config, settings: "LoadSettings", name: str, reader_options: "ReaderOptions | None" = None
) -> "HlsLoad":
    from pytest_hlsload.load import HlsLoad

    from .asking import asking_for
    from .files import new_journal
    from .live import board_of
    from .metrics import server_of
    from .page import absolute, path_of
    from .timeouts import deadline_of

    board = board_of(config, settings.live)
    try:
        journal = new_journal(config, settings.report_dir, name)
    except OSError as error:
        pytest.fail(f"hls load: no folder for the journal: {error}; name another with report_dir", pytrace=False)
    if settings.html is not None:
        # The page of the whole run has this load, too; another is its own.
        path = absolute(config, settings.html)
        settings = replace(settings, html=None if path == path_of(config) else str(path))
    load = HlsLoad.of(
        settings,
        name=name,
        journal=journal,
        board=board,
        metrics=server_of(config, settings.metrics_port),
        ask=asking_for(config, reader_options),
        deadline=deadline_of(config),
    )
    if hasattr(config, "workerinput"):
        load.root = os.getppid()  # xdist's controller, which a worker outlives by seconds
    config.stash.setdefault(LOADS, []).append(load)
    return load


def end(config: pytest.Config, load: "HlsLoad") -> "Told | None":
    """
    Stop a load; what is told of it is kept until `take_told`, too.

    Returns:
        What is told of it; None where that was done before, or it never ran.
    """
    if load not in running_loads(config):
        return None
    try:
        told = _end(config, load) if _has_run(load) else None
    finally:
        config.stash[LOADS].remove(load)
    return told


def end_all(config: pytest.Config) -> None:
    """Stop whatever still runs."""
    for load in running_loads(config):
        end(config, load)


def take_told(config: pytest.Config) -> "list[Told]":
    """What is to be told since the last call; of a load that its own code has stopped, too."""
    for load in running_loads(config):
        if load.stopped:
            end(config, load)
    told = config.stash.get(_TOLD, [])
    config.stash[_TOLD] = []
    return told


def _has_run(load: "HlsLoad") -> bool:
    from pytest_hlsload.load import LoadError

    try:
        return bool(load.clients)
    except LoadError:
        return False


def _end(config: pytest.Config, load: "HlsLoad") -> "Told":
    from pytest_hlsload.load import LoadError

    from .told import tell, tell_broken

    kept = config.stash.setdefault(_TOLD, [])
    try:
        report = load.stop()
    except LoadError as error:
        kept.append(
            tell_broken(str(error), name=load.name, test=load.name, journal=load.journal, junit=load.settings.junit)
        )
        return kept[-1]
    beside = tuple(_beside(load, report))
    # Whatever a hook raises is the test's, and is no reason to tell nothing of the load.
    kept.append(tell(report, name=load.name, test=load.name, journal=load.journal, more=beside))
    item = current_test(config)
    hook = item.ihook if item else config.hook
    problems = _sentences(hook.pytest_hlsload_report(item=item, report=report))
    more = (*beside, *(f"  {line}" for line in _sentences(hook.pytest_hlsload_summary(report=report))))
    kept[-1] = tell(report, name=load.name, test=load.name, journal=load.journal, problems=problems, more=more)
    return kept[-1]


def _beside(load: "HlsLoad", report: "LoadReport") -> "Iterator[str]":
    """The load beside its baseline."""
    if load.baseline.note:
        yield f"  note: {load.baseline.note}"
    if load.baseline.report is not None:
        yield from (f"  {line}" for line in report.compare(load.baseline.report).lines)


def _sentences(answers: "Iterable[Sequence[str] | str | None]") -> list[str]:
    """What all implementations of a hook have said."""
    said: list[str] = []
    for answer in answers:
        if not isinstance(answer, (str, list, tuple, NoneType)):
            raise TypeError(f"a hook returned {answer!r}: return a text, a list of texts, or None")
        for text in [answer] if isinstance(answer, str) else answer or ():
            said += str(text).splitlines()
    return said
