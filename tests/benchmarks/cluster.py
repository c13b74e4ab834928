"""
What a cluster costs beside the same load on one machine: time to start, memory, CPU time of all but the readers

``PYTHONPATH=tests python -m benchmarks.cluster [CLIENTS] [SECONDS]``. Each kind is run in a process of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.accounting import cpu_seconds, pss
from cluster.commanded import CommandedCluster

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.origin import Origin


def main() -> None:
    if sys.argv[1:2] == ["owner"]:
        own(*sys.argv[2:])
        return
    load = sys.argv[1:3] if len(sys.argv) == 3 else ["40", "20"]
    with Origin() as origin, tempfile.TemporaryDirectory() as folder:
        url = origin.channel().url
        row("one machine", measured("none", url, *load))
        row("local:2", measured("local:2", url, *load))
        with CommandedCluster(Path(folder), "left", "right") as cluster:
            row("a scheduler and two workers", measured(str(cluster.file), url, *load))
            for name, pid in (
                ("scheduler", cluster.processes["scheduler"].pid),
                ("nanny", cluster.nanny("left")),
                ("worker", cluster.worker("left")),
            ):
                print(f"  {name}: {megabytes(pid):.0f} MB, {cpu_seconds([pid]):.1f} s of CPU in all")


def own(cluster: str, url: str, clients: str, seconds: str) -> None:
    """A load of the first process, and a second one, which finds all set up."""
    told: dict[str, float] = {}
    settings = {} if cluster == "none" else {"cluster": cluster, "placement": "even"}
    before = megabytes(os.getpid())
    for which in ("first", "second"):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            load = HlsLoad(url, clients=clients, report_dir=folder, **settings)  # type: ignore[arg-type]
            with load:
                told[f"{which} started"] = time.monotonic() - began
                load.wait_until_streaming("60s")
                told[f"{which} streaming"] = time.monotonic() - began
                spent = time.process_time()
                load.soak(seconds)
                told["owner cpu"] = (time.process_time() - spent) / float(seconds)
                ending = time.monotonic()
                load.stop()
                told[f"{which} stopped"] = time.monotonic() - ending
    told["owner memory"] = megabytes(os.getpid())
    told["before"] = before
    print(json.dumps(told))


def measured(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.cluster", "owner", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def row(name: str, it: dict[str, float]) -> None:
    print(
        f"{name}: up in {it['first started']:.2f} s (the second load {it['second started']:.2f} s), all streaming after"
        f" {it['first streaming']:.1f} s ({it['second streaming']:.1f} s), stopped in {it['second stopped']:.2f} s;"
        f" the owner grew from {it['before']:.0f} to {it['owner memory']:.0f} MB"
        f" and used {it['owner cpu']:.1%} of a core"
    )


def megabytes(pid: int) -> float:
    return pss([pid]) / 1e6


if __name__ == "__main__":
    main()
