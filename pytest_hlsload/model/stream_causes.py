"""What the sentinel's findings say about a client's trouble"""

from .cause import Cause, Finding
from .facts import LoadFacts
from .one_line import one_line
from .records import FindingRecord

# How the reason for which a playlist could not be had reads, and what it is called.
_RETRIEVAL = (
    ("timed out", Cause.TIMEOUT),
    ("refused", Cause.REFUSED),
    ("cannot be resolved", Cause.DNS),
    ("TLS", Cause.TLS),
)

# The first of these that was going on names the cause: a playlist that cannot be had is not known to be stale.
_CHECKS = (
    ("unexpected_endlist", Cause.STREAM_ENDED),
    ("manifest_retrieval", Cause.PLAYLIST_ERROR),
    ("media_sequence", Cause.PLAYLIST_ERROR),
    ("playlist_content", Cause.PLAYLIST_ERROR),
    ("stale_manifest", Cause.PLAYLIST_STALE),
)


def of_stream(facts: LoadFacts, first: float, last: float) -> Finding | None:
    """The cause of what happened between two moments, if the stream itself was it."""
    going_on = [finding for finding in facts.findings if _went_on(finding, first, last)]
    for check, cause in _CHECKS:
        # The last says most: how long it was in all.
        telling = next((finding for finding in reversed(going_on) if finding.check == check), None)
        if telling is not None:
            return Finding(of_error(telling.text) if check == "manifest_retrieval" else cause, one_line(telling.text))
    return None


def was_in_order(facts: LoadFacts, first: float, last: float) -> bool:
    """Whether the sentinel watched the playlist between two moments, and found nothing that delays viewers."""
    playlist = facts.playlist
    if playlist is None or playlist.error or not playlist.watched or playlist.at > first:
        return False
    return of_stream(facts, first, last) is None


def of_error(text: str) -> Cause:
    """The cause that lies in why a playlist could not be had."""
    return next((cause for words, cause in _RETRIEVAL if words in text), Cause.PLAYLIST_ERROR)


def _went_on(finding: FindingRecord, first: float, last: float) -> bool:
    end = float("inf") if finding.lasted is None else finding.since + finding.lasted
    return finding.since <= last and end >= first
