"""
What the plugin costs a run that does not use it: ``python tests/benchmarks/unused_plugin.py [RUNS]``

Runs ``pytest --collect-only`` on an empty test file with the plugin and without (``-p no:hls_load``), in turns, 20
times each. Elapsed time says little on a busy machine, CPU time says more, and the least of it is what others disturbed
least. Where valgrind is installed, instructions are counted as well, which are the same every time.
"""

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

_WITHOUT = ("-p", "no:hls_load")


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
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
        for number, clock in enumerate(("elapsed", "CPU")):
            here, there = ([1000 * run[number] for run in runs] for runs in (with_it, without))
            _say(f"{clock}, medians of {runs} runs", statistics.median(here), statistics.median(there), "ms")
            _say(f"{clock}, least of {runs} runs", min(here), min(there), "ms")
        if valgrind := shutil.which("valgrind"):
            counted = [_instructions(valgrind, folder, environment, *options) for options in ((), _WITHOUT)]
            _say("instructions", counted[0], counted[1], "million")


def _say(what: str, here: float, there: float, unit: str) -> None:
    added = f"{here - there:.1f} {unit} ({here / there - 1:.1%})"
    sys.stdout.write(f"{what}: with {here:.1f} {unit}, without {there:.1f} {unit}, added {added}\n")


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
