"""Clients, as a sentence names them"""

from collections.abc import Iterable

# More than this many runs of numbers tell nothing that their count does not.
_MOST_RUNS = 8


def client_numbers(indexes: Iterable[int]) -> str:
    """``4, 7, 9-12``; of many, the first and how many more there are."""
    runs: list[list[int]] = []
    for index in sorted(indexes):
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    shown = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:_MOST_RUNS])
    more = sum(len(run) for run in runs[_MOST_RUNS:])
    return f"{shown} and {more} more" if more else shown
