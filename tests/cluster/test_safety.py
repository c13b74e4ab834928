"""What may travel where."""

import pytest

from pytest_hlsload.cluster.engine import ClusterError
from pytest_hlsload.cluster.safety import check_addresses, check_secret, secret_in
from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.setting_table import Given
from pytest_hlsload.model.settings import LoadSettings, resolve


def settings(url: str = "http://origin.test/live.m3u8", **given: object) -> LoadSettings:
    return resolve({name: Given(value, "here") for name, value in {"url": url, **given}.items()})


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1", "inproc://a/1"])
def test_this_machine_is_safe(address: str) -> None:
    check_addresses([address], insecure=False)
    check_secret([address], "headers")


def test_tls_is_safe_anywhere() -> None:
    check_addresses(["tls://10.0.0.5:8786"], insecure=False)
    check_secret(["tls://10.0.0.5:8786"], "headers")


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "scheduler.example:8786", "tcp://scheduler:8786"])
def test_a_scheduler_elsewhere_without_tls_is_refused(address: str) -> None:
    with pytest.raises(ClusterError, match=r"not encrypted.*cluster_insecure"):
        check_addresses([address], insecure=False)


def test_a_worker_elsewhere_is_refused_though_its_scheduler_is_here() -> None:
    with pytest.raises(ClusterError, match=r"tcp://10\.0\.0\.9:1 is not on this machine"):
        check_addresses(["tcp://127.0.0.1:8786", "tcp://10.0.0.9:1"], insecure=False)


def test_it_can_be_allowed() -> None:
    check_addresses(["tcp://10.0.0.5:8786"], insecure=True)
    check_secret(["tcp://10.0.0.5:8786"], secret_in(settings(), {}))


@pytest.mark.parametrize(
    ("given", "options", "what"),
    [
        ({"headers": {"X-Token": "secret"}}, {}, "headers"),
        ({"url": "http://user:secret@origin.test/live.m3u8"}, {}, "credentials in the URL"),
        ({}, {7: ClientOptions(headers={"X-Token": "secret"})}, "options of single clients"),
    ],
)
def test_secrets_do_not_travel_in_the_clear_even_then(
    given: dict[str, object], options: dict[int, ClientOptions], what: str
) -> None:
    with pytest.raises(ClusterError, match=what) as raised:
        check_secret(["tcp://10.0.0.5:8786"], secret_in(settings(**given), options))  # type: ignore[arg-type]

    assert "secret" not in str(raised.value)
