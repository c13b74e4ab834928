"""
What a report costs as clients and hours grow (some 6 minutes)

    PYTHONPATH=tests python -m benchmarks.growth [--clients 50 100 200] [--hours 1 6 24] [--small]

The journals are those of simulated loads (`long_runs.simulated`: the real supervisor on a clock that jumps, its readers
played, with restarts, stalls and pauses of the stream). For each, in a process of its own: CPU time and memory of
reading it and folding it, of the report's summary, and of the report as JSON.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.tables import machine, table

import pytest_hlsload

_PATHS = [str(Path(pytest_hlsload.__file__).parents[1]), str(Path(__file__).parents[1])]

_SIMULATE = "import sys; sys.path[:0] = {paths!r}; from long_runs.simulated import main; main()"

# Memory is not asked of getrusage: what that says begins with the size of the process that started this one.
_COST = """
import json, sys, time
sys.path[:0] = {paths!r}
from long_runs.simulated import resident
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.render.summary import summary
times = [time.process_time()]
report = read_report(sys.argv[-1])
times.append(time.process_time())
summary(report)
times.append(time.process_time())
size = len(json.dumps(report.to_dict()))
times.append(time.process_time())
spent = [b - a for a, b in zip(times, times[1:])]
print(json.dumps([*spent, resident("VmHWM"), size]))
"""


def measure(clients: int, hours: float) -> list[str]:
    """A row of the table."""
    with tempfile.TemporaryDirectory(prefix="hlsload-growth-") as folder:
        journal = Path(folder) / "journal.jsonl"
        simulate = _SIMULATE.format(paths=_PATHS)
        told: dict[str, float] = _printed("-I", "-S", "-c", simulate, str(journal), str(clients), str(hours))
        fold, lines, plain, memory, size = _printed("-c", _COST.format(paths=_PATHS), str(journal))
        lived = clients * hours
        return [
            f"{clients}",
            f"{hours:g}",
            f"{journal.stat().st_size / 1e6:.1f} MB",
            f"{told['cpu']:.1f} s",
            f"{told['memory_peak'] / 2**20:.0f} MiB",
            f"{fold:.2f} s",
            f"{lines:.2f} s",
            f"{plain:.2f} s, {size / 1e6:.1f} MB",
            f"{memory / 2**20:.0f} MiB",
            f"{1000 * (fold + lines + plain) / lived:.2f} ms",
        ]


def _printed(*arguments: str) -> Any:
    answer = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--hours", type=float, nargs="+", default=[1.0, 6.0, 24.0])
    parser.add_argument("--small", action="store_true", help="a few clients for minutes: whether it runs at all")
    given = parser.parse_args()
    sizes = [(2, 0.5)] if given.small else [(clients, hours) for hours in given.hours for clients in given.clients]
    print(machine() + "\n")
    head = ["clients", "hours", "journal", "supervisor, CPU", "supervisor, memory", "read and fold", "summary", "JSON"]
    print(table([*head, "memory of all three", "a client's hour"], [measure(*size) for size in sizes]))


if __name__ == "__main__":
    main()
