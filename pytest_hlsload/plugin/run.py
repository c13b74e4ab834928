"""A run before it has a load, and what collects what is told of loads: one without needs nothing else of the plugin"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_hlsload.load import HlsLoad

    from .told import Told

LOADS: "pytest.StashKey[list[HlsLoad]]" = pytest.StashKey()
"""On a config, from the first load on: those that have not been ended."""

OF_TEST: "pytest.StashKey[HlsLoad]" = pytest.StashKey()
"""On an item: the load of its ``hls_load`` fixture, from the fixture's set-up to its teardown."""

TOLD = "hls_load"
"""Under this name what is told of loads is on a test's last report."""

_COLLECTOR = "hls_load_collector"

_TEST: "pytest.StashKey[pytest.Item]" = pytest.StashKey()


def has_loads(config: pytest.Config) -> bool:
    """Whether the run has made any load."""
    return LOADS in config.stash


def begin_test(item: pytest.Item) -> None:
    """A test begins; loads that are made from now on are its."""
    item.config.stash[_TEST] = item


def current_test(config: pytest.Config) -> pytest.Item | None:
    """The test that began last; None before the first."""
    return config.stash.get(_TEST, None)


def begin(config: pytest.Config) -> None:
    """A run begins: collect, in the one process that reports it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(config), _COLLECTOR)


def collector_of(config: pytest.Config) -> "Collector | None":
    """The run's; None in a worker."""
    collector: Collector | None = config.pluginmanager.get_plugin(_COLLECTOR)
    return collector


def may_be_told(config: pytest.Config) -> bool:
    """Whether there may be anything to tell."""
    collector = collector_of(config)
    return has_loads(config) or (collector is not None and bool(collector.loads or collector.crashed))


class Collector:
    """
    A plugin of its own, because the hooks do not say of which run they are.

    Args:
        config: of the run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.loads: list[Told] = []
        self.crashed: list[Told] = []

    # Before pytest closes the test's element in the JUnit file.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a report brings."""
        if report.when == "setup":
            # Of a test that is repeated, the last attempt counts.
            self.loads = [told for told in self.loads if told["test"] != report.nodeid]
        loads = getattr(report, "__dict__", {}).get(TOLD)
        if loads:
            from . import junit

            self.loads.extend(loads)
            junit.record(self.config, report, loads)

    # Before pytest writes the JUnit file.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """The run's totals."""
        if may_be_told(self.config):
            from . import collecting, junit

            if told := collecting.collected(self.config):
                junit.record_totals(self.config, told)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """xdist: what a worker that died could not tell, its journals can."""
        if error:
            from . import crashed

            known = {told["journal"] for told in self.loads}
            self.crashed += crashed.read(self.config, node.gateway.id, known)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """xdist: the test during which a worker died."""
        report.__dict__[TOLD] = [told for told in self.crashed if told["test"] == crashitem]
        self.crashed = [told for told in self.crashed if told["test"] != crashitem]
