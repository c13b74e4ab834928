"""Benchmarks run, at a size at which their figures say nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.tables import written

_TESTS = Path(__file__).parents[1]

_BEHIND_NGINX = {"body_slowdown", "overhead", "scale", "start_and_stop"}

_WITHOUT_FFMPEG = {"growth", "unused_plugin"}


@pytest.mark.parametrize(
    "name",
    [
        "accuracy",
        "accuracy_under_load",
        "beside_others",
        "body_slowdown",
        "framecrc_lag",
        "growth",
        "overhead",
        "scale",
        "start_and_stop",
        "unused_plugin",
    ],
)
def test_it_finishes_and_prints_a_table(name: str, ffmpeg: str) -> None:
    if name in _BEHIND_NGINX and shutil.which("nginx") is None and not os.environ.get("CI"):
        pytest.skip("nginx is not installed")
    assert table_of(name, *([] if name in _WITHOUT_FFMPEG else [ffmpeg]))


def table_of(name: str, *arguments: str) -> list[str]:
    """The rows that a benchmark prints, at its smallest."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--small", *arguments],
        env=os.environ | {"PYTHONPATH": str(_TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "load average" in done.stdout
    head, rule, *rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in (head, rule, *rows[:1])} == {head.count("|")}
    return rows


def test_the_real_player_s_finishes_and_prints_a_table_with_the_browser_s_own(ffmpeg: str) -> None:
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    rows = table_of("real_player", "--player", "chromium", ffmpeg)

    assert len(rows) == 1


def test_a_table_takes_the_place_of_the_last_one_and_nothing_else() -> None:
    page = "# Figures\n\nBefore.\n\n<!-- scale -->\nold\n<!-- /scale -->\n\nAfter.\n"

    assert written(page, "scale", "new\n") == page.replace("old", "new")


def test_a_page_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(SystemExit, match="no <!-- scale -->"):
        written("# Figures\n", "scale", "new")
