"""What each host of a load did, a line a host"""

from collections.abc import Iterator

from pytest_hlsload.model.client_numbers import client_numbers
from pytest_hlsload.model.durations import format_clock
from pytest_hlsload.model.host_report import HostReport
from pytest_hlsload.model.report import LoadReport

from .figures import count, percent
from .lines import Line, Style

# A page holds the worst; the report holds the rest.
_MOST_HOSTS = 10

_WORST_FIRST = {"invalid": 0, "fail": 1, "pass": 2}
_STYLES = {"pass": Style.PLAIN, "fail": Style.BAD, "invalid": Style.DOUBTFUL}


def host_lines(report: LoadReport) -> Iterator[Line]:
    """Those that did worst first; nothing for a load on one machine. Those left out are told among the notes."""
    hosts = [host for host in report.hosts if not host.trouble]
    hosts.sort(key=lambda host: _WORST_FIRST[host.verdict])
    for host in hosts[:_MOST_HOSTS]:
        yield Line(f"  host {host.name}: {_told(host)}", _STYLES[host.verdict])
    if len(hosts) > _MOST_HOSTS:
        yield Line(f"  and {count(len(hosts) - _MOST_HOSTS, 'more host')}")


def _told(host: HostReport) -> str:
    part = host.report
    words = [f"{count(len(host.clients), 'client')} ({client_numbers(host.clients)})", host.verdict]
    if host.lost_at is not None:
        words.append(f"lost at {format_clock(host.lost_at)}")
    if part.buffering_ratio.n:
        words.append(f"buffering {percent(part.total_buffering_ratio)}")
    if part.restarts:
        words.append(count(part.restarts, "restart"))
    if host.generator.cpu_max is not None:
        words.append(f"cpu up to {percent(host.generator.cpu_max)}")
    words.append(f"clock within {max(host.clock_error * 1000, 0.1):.1f} ms")
    return ", ".join(words)
