"""
All benchmarks one after another, and their tables into ``docs/figures.md`` (some 90 minutes on a quiet machine)

    PYTHONPATH=tests python -m benchmarks [--small] [--write docs/figures.md] [NAME ...]

Each runs in a process of its own. What it prints is kept between the comment marks ``<!-- NAME -->`` and
``<!-- /NAME -->`` of the file; what stands around them stays as it is.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.options import both_ffmpegs
from benchmarks.tables import written

# In the order of the docs; what each is given beyond its own defaults.
_BENCHMARKS = {
    "accuracy": both_ffmpegs,
    "accuracy_under_load": list,
    "real_player": list,
    "overhead": list,
    "scale": list,
    "beside_others": list,
    "start_and_stop": list,
    "growth": list,
    "body_slowdown": list,
    "unused_plugin": list,
}


def run(name: str, *, small: bool) -> str:
    """What it prints; shown as it comes."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--small"] if small else []), *_BENCHMARKS[name]()]
    print(f"$ {' '.join(command[1:])}", flush=True)
    printed = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            printed.append(line)
    if process.returncode:
        raise SystemExit(f"{name} failed with status {process.returncode}")
    return "".join(printed)


def main() -> None:
    """Run, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(_BENCHMARKS)}; all without it")
    parser.add_argument("--small", action="store_true", help="whether they run at all")
    parser.add_argument("--write", type=Path, help="the page that has the tables")
    given = parser.parse_args()
    if unknown := set(given.names) - set(_BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    for name in given.names or _BENCHMARKS:
        text = run(name, small=given.small)
        if given.write is not None:
            given.write.write_text(written(given.write.read_text(encoding="utf-8"), name, text), encoding="utf-8")


if __name__ == "__main__":
    main()
