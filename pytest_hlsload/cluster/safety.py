"""What may travel to which hosts: nothing in the clear beyond this machine unless asked for, secrets never"""

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.settings import LoadSettings

from .engine import ClusterError


def check_addresses(addresses: Iterable[str], *, insecure: bool) -> None:
    """
    Args:
        addresses: of scheduler and workers, with the protocol, for example "tcp://10.0.0.5:8786".
        insecure: the setting ``cluster_insecure``.

    Raises:
        ClusterError: where one is reached in the clear and that is not allowed.
    """
    address = _in_the_clear(addresses)
    if address and not insecure:
        raise ClusterError(
            f"{address} is not on this machine and its connections are not encrypted: whoever reaches it can run any"
            " code there, and here. Use TLS (a tls:// address, with dask's own settings distributed.comm.tls), or allow"
            " it with the setting cluster_insecure where the network is yours alone"
        )


def check_secret(addresses: Iterable[str], what: str) -> None:
    """
    Args:
        addresses: as above.
        what: is secret, as a sentence begins; "" for nothing.

    Raises:
        ClusterError: where it would travel in the clear.
    """
    address = _in_the_clear(addresses) if what else ""
    if address:
        raise ClusterError(
            f"{what} would travel to {address} in the clear, which cluster_insecure does not allow: use TLS (a tls://"
            " address), or do without"
        )


def secret_in(settings: LoadSettings, options: Mapping[int, ClientOptions]) -> str:
    """What is secret of a load, as a sentence begins; "" for nothing."""
    if settings.headers:
        return "headers"
    if any("@" in urlsplit(url).netloc for url, _ in settings.url):
        return "credentials in the URL"
    if settings.proxy and "@" in urlsplit(settings.proxy).netloc:
        return "credentials in the proxy's URL"
    return "options of single clients" if any(own.names for own in options.values()) else ""


def _in_the_clear(addresses: Iterable[str]) -> str:
    """The first that is, beyond this machine; "" where none is."""
    return next((address for address in addresses if not _is_encrypted(address) and not _is_here(address)), "")


def _is_encrypted(address: str) -> bool:
    return address.partition("://")[0] in {"tls", "wss", "inproc"}


def _is_here(address: str) -> bool:
    host = urlsplit(address if "://" in address else f"tcp://{address}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
