"""A load's owner in a process of its own, for tests that stop or kill it: ``python -m cluster.owner CLUSTER URL …``"""

import json
import sys

from pytest_hlsload import HlsLoad
from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.model.errors import LoadError


def main() -> None:
    cluster, url, ffmpeg, folder, clients, lease = sys.argv[1:]
    with HlsLoad(url, cluster=cluster, ffmpeg=ffmpeg, report_dir=folder, clients=clients, lease=lease) as load:
        load.wait_until_streaming("60s")
        print(read_journal(load.journal).records[0].id, flush=True)  # type: ignore[attr-defined]  # noqa: T201
        try:
            load.soak("10m")
        except LoadError as error:
            print(error, flush=True)  # noqa: T201
        report = load.stop()
    print(json.dumps([report.verdict, *report.problems]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
