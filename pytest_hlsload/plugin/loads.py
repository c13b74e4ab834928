"""The loads of a run: making them, ending them, and what is kept of them for the summary"""

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_hlsload.model.setting_table import Given, SettingError

from .files import new_journal
from .settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_hlsload.load import HlsLoad
    from pytest_hlsload.model.settings import LoadSettings

    from .told import Told


OF_TEST = pytest.StashKey["HlsLoad"]()
"""On an item: the load of its ``hls_load`` fixture, from the fixture's set-up to its teardown."""

_OF_RUN = pytest.StashKey[list["HlsLoad"]]()
_TOLD = pytest.StashKey[list["Told"]]()


@contextmanager
def running_load(item: pytest.Item, url: str | None) -> "Iterator[HlsLoad]":
    """
    The load of a test's ``hls_load`` fixture.

    Args:
        item: the test.
        url: what the fixture ``hls_url`` returned.
    """
    from pytest_hlsload.load import LoadError

    call = {} if url is None else {"url": Given(url, "the fixture hls_url")}
    try:
        load = _load(item.config, settings_of(item.config, call=call, item=item), item.nodeid)
        load.start()
    except (SettingError, LoadError) as error:
        pytest.fail(f"hls load: {error}", pytrace=False)
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

    def __call__(self, url: str | None = None, /, **settings: object) -> "HlsLoad":
        """A load that starts when its ``with`` block is entered (or by its ``start()``)."""
        given = settings if url is None else {**settings, "url": url}
        call = {name: Given(value, "the call of hls_load_factory") for name, value in given.items()}
        # What runs now is what the load is for, as far as anybody can tell.
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        return _load(self._config, settings_of(self._config, call=call), test or "session")


def _load(config: pytest.Config, settings: "LoadSettings", name: str) -> "HlsLoad":
    from pytest_hlsload.load import HlsLoad

    from .live import screen_of

    try:
        journal = new_journal(config, settings.report_dir, name)
    except OSError as error:
        pytest.fail(f"hls load: no folder for the journal: {error}; name another with report_dir", pytrace=False)
    load = HlsLoad.of(settings, name=name, journal=journal, screen=screen_of(config))
    if hasattr(config, "workerinput"):
        load.root = os.getppid()  # xdist's controller, which a worker outlives by seconds
    config.stash.setdefault(_OF_RUN, []).append(load)
    return load


def end(config: pytest.Config, load: "HlsLoad") -> "Told | None":
    """
    Stop a load; what is told of it is kept until `take_told`, too.

    Returns:
        What is told of it; None where that was done before, or it never ran.
    """
    running = config.stash.get(_OF_RUN, None)
    if not running or load not in running:
        return None
    told = _end(load) if _has_run(load) else None
    running.remove(load)
    if told:
        config.stash.setdefault(_TOLD, []).append(told)
    return told


def end_all(config: pytest.Config) -> None:
    """Stop whatever still runs."""
    running = config.stash.get(_OF_RUN, None)
    for load in tuple(running or ()):
        end(config, load)


def take_told(config: pytest.Config) -> "list[Told]":
    """What is to be told since the last call; of a load that its own code has stopped, too."""
    running = config.stash.get(_OF_RUN, None)
    for load in tuple(running or ()):
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


def _end(load: "HlsLoad") -> "Told":
    from pytest_hlsload.load import LoadError

    from .told import tell, tell_broken

    test = load.name
    try:
        report = load.stop()
    except LoadError as error:
        return tell_broken(str(error), name=load.name, test=test, journal=load.journal, junit=load.settings.junit)
    return tell(report, name=load.name, test=test, journal=load.journal)
