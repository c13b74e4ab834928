"""What a load over hosts cannot do."""

from pathlib import Path

import pytest

from cluster.test_safety import settings
from pytest_hlsload.cluster.engine import ClusterError
from pytest_hlsload.cluster.starting import start_fleet


def test_viewers_do_not_come_and_go_over_hosts(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="no viewers that come and go yet: leave out churn, or cluster"):
        start_fleet(settings(churn="60s", cluster="local:2"), name="a", journal=tmp_path / "a.jsonl")
