"""
All that is told of a run's loads, in the process that reports it

What is told travels on the teardown reports, as plain data: so it comes from xdist's workers to the controller, one
test at a time, and what a worker has told is safe when it crashes later.
"""

from typing import TYPE_CHECKING, Any

import pytest

from .run import TOLD, collector_of, has_loads

if TYPE_CHECKING:
    from .told import Told


def attach(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put what is to be told onto a failed call's report, and onto the one that comes last."""
    from .gate import add_to_failure
    from .loads import take_told

    add_to_failure(item, report)
    if report.when == "teardown" and (told := take_told(item.config)):
        report.__dict__[TOLD] = _carriable(told)


def collected(config: pytest.Config) -> "list[Told]":
    """All that was told so far."""
    collector = collector_of(config)
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


def _carriable(told: Any) -> Any:
    """The same without lone surrogates, for example in the name of a phase: xdist would end the run for one."""
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode("utf-8")
    if isinstance(told, dict):
        return {name: _carriable(value) for name, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_carriable(value) for value in told]
    return told
