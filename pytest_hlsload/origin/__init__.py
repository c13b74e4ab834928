"""
A live HLS origin on loopback, with faults on command and a byte-exact delivery log.

```python
with Origin() as origin:
    channel = origin.channel()
    channel.hang(12)
    print(channel.url, channel.delivery())
```
"""

from pytest_hlsload.origin.channel import Channel
from pytest_hlsload.origin.control import OriginError
from pytest_hlsload.origin.origin import Origin
from pytest_hlsload.origin.records import Delivery, Fault, Request

__all__ = ["Channel", "Delivery", "Fault", "Origin", "OriginError", "Request"]
