"""
What the plugin costs a run that does not use it (some 30 seconds)

    PYTHONPATH=tests python -m benchmarks.unused_plugin [--runs 20] [--small]

Runs ``pytest --collect-only`` on an empty test file with the plugin and without (``-p no:hls_load``), in turns. Elapsed
time says little on a busy machine, CPU time says more, and the least of it is what others disturbed least. Where
valgrind is installed, instructions are counted as well, which are the same every time.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.tables import machine, table

_WITHOUT = ("-p", "no:hls_load")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, help="of each")
    parser.add_argument("--small", action="store_true", help="one run of each: whether it runs at all")
    given = parser.parse_args()
    runs = 1 if given.small else given.runs
    print(machine())
    with tempfile.TemporaryDirectory(prefix="hlsload-unused-") as folder:
        (Path(folder) / "test_empty.py").touch()
        # As on any machine: what was compiled once is compiled.
        environment = os.environ | {
            "PYTHONPYCACHEPREFIX": f"{folder}/compiled",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONHASHSEED": "0",
        }
        took: dict[tuple[str, ...], list[tuple[float, float]]] = {(): [], _WITHOUT: []}
        for run in range(runs + 1):
            for options in sorted(took, reverse=bool(run % 2)):
                took[options].append(_collect(folder, environment, *options))
        # The first of each has compiled everything.
        with_it, without = took[()][1:], took[_WITHOUT][1:]
        rows = []
        for number, clock in enumerate(("elapsed", "CPU")):
            here, there = ([1000 * run[number] for run in runs] for runs in (with_it, without))
            rows.append(_row(f"{clock}, median, ms", statistics.median(here), statistics.median(there)))
            rows.append(_row(f"{clock}, least, ms", min(here), min(there)))
        if (valgrind := shutil.which("valgrind")) and not given.small:
            counted = [_instructions(valgrind, folder, environment, *options) for options in ((), _WITHOUT)]
            rows.append(_row("instructions, million", *counted))
    print(f"pytest --collect-only on an empty file, {runs} runs each, in turns.\n")
    print(table(["", "with the plugin", "without it", "added", "in percent"], rows))


def _row(what: str, here: float, there: float) -> list[str]:
    return [what, f"{here:.1f}", f"{there:.1f}", f"{here - there:+.1f}", f"{here / there - 1:+.1%}"]


def _collect(folder: str, environment: dict[str, str], *options: str) -> tuple[float, float]:
    """Seconds elapsed, and of CPU time."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(_command(*options), cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False)
    elapsed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _instructions(valgrind: str, folder: str, environment: dict[str, str], *options: str) -> float:
    """In millions."""
    counting = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", *_command(*options)]
    told = subprocess.run(counting, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", told.stderr)
    return int(found[1]) / 1e6 if found else float("nan")


def _command(*options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *options]


if __name__ == "__main__":
    main()
