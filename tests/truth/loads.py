"""What the viewers of a load truly saw"""

from dataclasses import replace

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_records import ClientRecord
from pytest_hlsload.model.records import LoadRecord
from pytest_hlsload.origin import Channel
from truth.viewer import Viewing, arrivals, table_of, watch


def zero_of(load: HlsLoad) -> float:
    """The load's start on the machine's monotonic clock (s)."""
    (start,) = (record for record in read_journal(load.journal).records if isinstance(record, LoadRecord))
    return start.monotonic


def truths(channel: Channel, load: HlsLoad) -> dict[int, Viewing]:
    """What each client truly saw, by the channel's delivery log."""
    report = load.stop()
    records = read_journal(load.journal).records
    (start,) = (record for record in records if isinstance(record, LoadRecord))
    delivery, frames = channel.delivery(), table_of(channel)
    seen = {}
    for came in (record for record in records if isinstance(record, ClientRecord)):
        agent = f"pytest-hlsload/{start.id}/client-{came.client}"
        own = replace(delivery, requests=tuple(request for request in delivery.requests if request.client == agent))
        history = arrivals(own, agent, frames)
        shifted = tuple(type(arrival)(arrival.at - start.monotonic, arrival.media) for arrival in history)
        seen[came.client] = watch(shifted, came.at, report.duration)
    return seen
