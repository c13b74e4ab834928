"""What a benchmark prints: a table, on what machine it was measured, and where it stands in a page"""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """In Markdown, with columns that align where it is read as it is."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    padded = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join((f"| {padded[0]} |", f"|{rule}|", *(f"| {line} |" for line in padded[1:])))


def machine() -> str:
    """In a sentence, with what else it was doing when the benchmark began."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    processor = models[0].partition(":")[2].strip() if models else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB, Linux {platform.release()}, Python"
        f" {platform.python_version()}, load average {os.getloadavg()[0]:.1f} at the beginning."
    )


def written(page: str, name: str, text: str) -> str:
    """The page with this text between the benchmark's marks."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if begin not in page:
        raise SystemExit(f"the page has no {begin}")
    return re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{text.strip()}\n{end}", page, flags=re.DOTALL)
