"""The end of a test's load: it is stopped and judged while the test itself can still fail"""

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from .run import OF_TEST

if TYPE_CHECKING:
    from .told import Told

_BESIDE_FAILURE = pytest.StashKey["Told"]()
"""On an item whose test failed by itself: what is told of its load."""

TITLE = "hls load"
"""Of the section in the terminal and in a failed test's report."""


def judged_call(item: pytest.Item) -> Generator[None, object, object]:
    """The test's call phase, and then its load's verdict; a failure of the test's own comes first."""
    # What others raise is not told as ours.
    __tracebackhide__ = True
    # Left from the last time, where a plugin repeats the test.
    if _BESIDE_FAILURE in item.stash:
        del item.stash[_BESIDE_FAILURE]
    try:
        outcome = yield
    except BaseException as error:
        try:
            if told := _stop(item):
                item.stash[_BESIDE_FAILURE] = told
        except Exception as later:  # noqa: BLE001  the test's own failure comes first
            error.add_note(f"{TITLE}: besides, at the load's end: {later!r}")
        raise
    told = _stop(item)
    if told and told["verdict"] != "pass":
        # Else pytest would remark that it hides the whole traceback, of which nothing is to be shown anyway.
        __tracebackhide__ = False
        pytest.fail("\n".join(_complaint(told)), pytrace=False)
    return outcome


def add_to_failure(item: pytest.Item, report: pytest.TestReport) -> None:
    """Where a test failed by itself, what its viewers saw is part of the story."""
    told = item.stash.get(_BESIDE_FAILURE, None)
    if report.when != "call" or not report.failed or told is None:
        return
    report.sections.append((TITLE, "\n".join(text for text, _ in told["summary"])))
    crash = getattr(report.longrepr, "reprcrash", None)
    if told["verdict"] == "invalid" and crash is not None:
        # Whoever reads one line, in the short summary or in CI, must not look for the fault in the origin.
        crash.message = f"{_complaint(told)[0]}\n{crash.message}"


def _stop(item: pytest.Item) -> "Told | None":
    if OF_TEST not in item.stash:
        return None
    from .loads import end

    return end(item.config, item.stash[OF_TEST])


def _complaint(told: "Told") -> list[str]:
    """The verdict, on the line that CI shows; under it whatever else is wrong, and who breached a threshold."""
    first, *others = told["problems"] or ["it did not say why"]
    invalid = "invalid: " if told["verdict"] == "invalid" else ""
    return [f"{TITLE}: {invalid}{first}", *(f"  {problem}" for problem in others), *told["offenders"]]
