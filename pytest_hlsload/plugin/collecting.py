"""
All that is told of a run's loads, in the process that reports it

What is told travels on the teardown reports, as plain data: so it comes from xdist's workers to the controller, one
test at a time, and what a worker has told is safe when it crashes later.
"""

from typing import TYPE_CHECKING, Any

import pytest

from .run import has_loads

if TYPE_CHECKING:
    from .told import Told

_KEY = "hls_load"

_NAME = "hls_load_collector"


def attach(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put what is to be told onto a failed call's report, and onto the one that comes last."""
    from .gate import add_to_failure
    from .loads import take_told

    add_to_failure(item, report)
    if report.when == "teardown" and (told := take_told(item.config)):
        report.__dict__[_KEY] = told


def begin(config: pytest.Config) -> None:
    """Collect, in the one process that reports the run."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(config), _NAME)


def collected(config: pytest.Config) -> "list[Told]":
    """All that was told so far."""
    collector = config.pluginmanager.get_plugin(_NAME)
    if collector is None:
        return []
    collector.loads += collector.crashed
    collector.crashed = []
    if has_loads(config):
        from .loads import take_told

        collector.loads += take_told(config)
    return list(collector.loads)


def finish(config: pytest.Config) -> None:
    """No load outlives the run; and the last that is told of them is what GitHub shows on the job's page."""
    if has_loads(config):
        from .loads import end_all

        end_all(config)
    if told := collected(config):
        from . import github, page

        github.write(told)
        page.write(config, told)


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
        loads = getattr(report, "__dict__", {}).get(_KEY)
        if loads:
            from . import junit

            self.loads.extend(loads)
            junit.record(self.config, report, loads)

    # Before pytest writes the JUnit file.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """The run's totals."""
        if told := collected(self.config):
            from . import junit

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
        report.__dict__[_KEY] = [told for told in self.crashed if told["test"] == crashitem]
        self.crashed = [told for told in self.crashed if told["test"] != crashitem]
