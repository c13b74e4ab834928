"""
The tables of docs/when-things-go-wrong.md, from the JUnit files of the tests themselves

    pytest tests/ways_of_dying -m "long or not long" -o junit_family=xunit1 --junitxml=ways-5.1.xml
    pytest tests/bad_streams -o junit_family=xunit1 --junitxml=bad-5.1.xml
    PYTHONPATH=tests python -m benchmarks.when_things_go_wrong ways 5.1.9=ways-5.1.xml 9.0.2=ways-9.0.xml
    PYTHONPATH=tests python -m benchmarks.when_things_go_wrong bad 5.1.9=bad-5.1.xml 9.0.2=bad-9.0.xml
"""

import re
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator

from bad_streams.rows import ROWS
from ways_of_dying.ways import WAYS

Case = tuple[str, dict[str, str]]
"""A test's id in brackets, and what it has recorded."""


def cases(path: str) -> Iterator[Case]:
    """All tests of a JUnit file that recorded something."""
    for test in ET.parse(path).getroot().iter("testcase"):
        recorded = {p.get("name", ""): p.get("value", "") for p in test.iter("property")}
        name = re.search(r"\[(.*)\]$", test.get("name", ""))
        if recorded and name:
            yield name[1], recorded


def ways(files: dict[str, str]) -> None:
    print("| way | outlived by at most: obedient | stubborn | from the blow to the last reader's end |")
    print("|---|---|---|---|")
    order = [way.name for way in WAYS]
    rows: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for path in files.values():
        for name, recorded in cases(path):
            if "outlived" not in recorded:
                continue
            way = name.partition(", ")[0]
            reader = "stubborn" if "stubborn reader" in name else "obedient"
            rows[way][reader].append(float(recorded["outlived"]))
            rows[way]["after"].append(float(recorded["gone_after"]))
    for way, figures in sorted(rows.items(), key=lambda row: order.index(row[0])):
        worst = [max(figures[what]) for what in ("obedient", "stubborn", "after")]
        print(f"| {way} | {' | '.join(f'{seconds:.2f} s' for seconds in worst)} |")
    print(f"\n{sum(len(figures['after']) for figures in rows.values())} runs of {len(rows)} ways")


def bad(files: dict[str, str]) -> None:
    print("| stream | ffmpeg | startup | stalled | cause | stop | reader's memory | what is said |")
    print("|---|---|---|---|---|---|---|---|")
    rows = [(name, version, told) for version, path in files.items() for name, told in cases(path) if "startup" in told]
    order = [row.name for row in ROWS]
    for name, version, told in sorted(rows, key=lambda row: order.index(row[0])):
        startup = "never" if told["startup"] == "None" else f"{float(told['startup']):.2f} s"
        memory = "" if told["reader_memory"] == "None" else f"{int(told['reader_memory']) / 2**20:.0f} MB"
        said = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:…", told["problem"]).replace("|", "\\|") or "nothing"
        cells = [startup, told["stalls"] or "-", told["cause"] or "-", f"{float(told['stopped_after']):.1f} s", memory]
        print(f"| {name} | {version} | {' | '.join(cells)} | {said} |")
    print(f"\nsupervisor: at most {max(int(told['supervisor_memory']) for *_, told in rows) / 2**20:.0f} MB")


if __name__ == "__main__":
    which, *given = sys.argv[1:]
    {"ways": ways, "bad": bad}[which](dict(item.split("=", 1) for item in given))
