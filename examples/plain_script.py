"""A load without pytest."""

from pytest_hlsload import HlsLoad
from pytest_hlsload.origin import Origin

with Origin() as origin, HlsLoad(origin.channel().url, clients=5) as load:
    load.wait_until_streaming("20s")
    report = load.soak("10s")

print(report)
