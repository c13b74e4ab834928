"""
What pytest calls: a table of contents

Entry point ``hls_load``. It is imported in every pytest run of the environment, so nothing here starts anything, and
what a load needs is imported when there is one.
"""

import os
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from . import options, run
from .fixtures import hls_load, hls_load_factory, hls_origin, hls_url

if TYPE_CHECKING:
    from .loads import LoadFactory

__all__ = ["LoadFactory", "hls_load", "hls_load_factory", "hls_origin", "hls_url"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every setting is an option and an ini name."""
    options.add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """The plugin's own hooks."""
    from . import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


# Last, because only then the terminal's reporter is there.
@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Judge the run's settings before anything starts; the marker's are judged when their test is set up."""
    config.addinivalue_line("markers", options.marker_line())
    if options.given_any(config):
        from . import settings

        settings.check(config)
    if os.environ.get("TERM", "dumb") != "dumb" and sys.stdout is not None and sys.stdout.isatty():
        from . import live

        live.keep_stdout(config)
        config.add_cleanup(lambda: live.forget(config))
    run.begin(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """No load outlives the run, also where a fixture's end was cut short."""
    if run.may_be_told(config):
        from . import collecting

        collecting.finish(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What this run was given that the project's ini file does not say."""
    if not options.given_any(config):
        return []
    from . import settings

    return settings.header(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: its workers write their journals into one folder, where the controller follows them."""
    from . import files, live_workers

    node.workerinput[files.WORKER_INPUT] = files.run_name(node.config)
    live_workers.follow(node.config)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> None:
    """pytest-timeout: how long the test has. Whoever returns nothing leaves the timer to it."""
    from . import timeouts

    timeouts.observe(item, settings)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_timeout_cancel_timer(item: pytest.Item) -> None:
    """pytest-timeout: the test has all the time again."""
    from . import timeouts

    timeouts.forget(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whose loads are made from now on."""
    run.begin_test(item)


# Last, so that what is logged while the load stops still belongs to the test.
@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Stop and judge the test's load once the test function has returned."""
    __tracebackhide__ = True
    from . import gate

    return (yield from gate.judged_call(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the viewers saw."""
    report = yield
    if run.has_loads(item.config):
        from . import collecting

        collecting.attach(item, report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The section ``hls load``."""
    if run.may_be_told(terminalreporter.config):
        from . import collecting, terminal

        if told := collecting.collected(terminalreporter.config):
            terminal.show(terminalreporter, told)


def __getattr__(name: str) -> object:
    # For annotations of those who use the fixture; a run without has no need of it.
    if name == "LoadFactory":
        from .loads import LoadFactory

        return LoadFactory
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
