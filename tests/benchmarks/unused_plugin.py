"""
What the plugin costs a run that does not use it: ``python tests/benchmarks/unused_plugin.py``

Times ``pytest --collect-only`` on an empty test file, with the plugin and without, one after the other, 20 times each.
In CPU time too, which a busy machine does not blur as much.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_RUNS = 20


def main() -> None:
    """Measure and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_empty.py").touch()
        # As on any machine: what was compiled once is compiled.
        environment = os.environ | {"PYTHONPYCACHEPREFIX": f"{folder}/compiled", "PYTHONDONTWRITEBYTECODE": ""}
        took: dict[str, list[tuple[float, float]]] = {"with": [], "without": []}
        for _ in range(_RUNS + 1):
            for name, options in (("with", []), ("without", ["-p", "no:hls_load"])):
                took[name].append(_collect(folder, environment, *options))
    for number, clock in enumerate(("elapsed", "CPU")):
        # The first of each has compiled everything.
        medians = {name: 1000 * statistics.median(run[number] for run in runs[1:]) for name, runs in took.items()}
        sys.stdout.write(
            f"{clock}: with {medians['with']:.1f} ms, without {medians['without']:.1f} ms,"
            f" difference {medians['with'] - medians['without']:.1f} ms (medians of {_RUNS} runs)\n"
        )


def _collect(folder: str, environment: dict[str, str], *options: str) -> tuple[float, float]:
    """Seconds elapsed, and of CPU time."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *options]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False)
    elapsed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
