"""Where the supervisor process begins: ``python -I -S -c "…; main()"``, the order on stdin"""

import contextlib
import os
import signal
import sys
import traceback

from .guard import forget_inherited_signals, wake_on_signals
from .health import raise_descriptor_limit
from .order import Order
from .supervisor import Supervisor

_STDIN, _STDOUT = 0, 1

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main() -> None:
    """Read the order, run the load, exit with 0 unless the supervisor itself failed."""
    forget_inherited_signals()
    signals = wake_on_signals(_STOP_SIGNALS)
    heard = bytearray()
    while b"\n" not in heard:
        piece = os.read(_STDIN, 65536)
        if not piece:
            sys.exit(0)  # the owner is gone before it had begun
        heard += piece
    raise_descriptor_limit()
    line, _, commands = bytes(heard).partition(b"\n")
    supervisor = Supervisor(Order.from_line(line), lifeline=_STDIN, signals=signals, heard=commands)
    try:
        supervisor.run()
    except Exception:  # noqa: BLE001  it is in the journal; the status tells the owner
        traceback.print_exc()
        sys.exit(1)
    finally:
        if supervisor.loss:
            # What the journal has no room for finds none in any other file.
            with contextlib.suppress(OSError):
                os.write(_STDOUT, supervisor.loss.encode() + b"\n")
