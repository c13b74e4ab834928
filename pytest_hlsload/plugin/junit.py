"""
What stands of loads in the JUnit file

In ``testcase/system-out`` and ``testsuite/properties``, which Jenkins' schema knows; ``testcase/properties`` are in no
schema but that of xunit1. pytest's writer of the file is private, and there is no other way to it: all that touches it
is in this module, and where it has changed, the file is as if there were no loads.
"""

import warnings
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .told import Told


def record(config: pytest.Config, report: pytest.TestReport, loads: "Sequence[Told]") -> None:
    """Add what is told of a test's loads to its testcase; before pytest closes that, which is on this report."""
    xml = _writer(config)
    if xml is None:
        return
    texts = [told["system_out"] for told in loads if told["junit"] in {"system-out", "both"}]
    properties = {
        name: value
        for told in loads
        if told["junit"] in {"properties", "both"}
        for name, value in told["figures"].items()
    }
    case = xml.node_reporter(report)
    if texts:
        from xml.etree import ElementTree as ET

        element = ET.Element("system-out")
        element.text = "\n\n".join(texts)
        case.append(element)
    if properties and xml.family != "xunit1":
        with warnings.catch_warnings():
            # Where warnings are errors, too: here one would end the whole run.
            warnings.simplefilter("default")
            warnings.warn(pytest.PytestWarning(_WRONG_FAMILY), stacklevel=1)
        return
    from pytest_hlsload.render.junit import PREFIX

    for name, value in properties.items():
        case.add_property(f"{PREFIX}.{name}", str(value))


def record_totals(config: pytest.Config, loads: "Sequence[Told]") -> None:
    """Add the run's totals to its testsuite; before pytest writes the file."""
    xml = _writer(config)
    counted = [told["figures"] for told in loads if told["junit"] != "none"]
    if xml is None or not counted:
        return
    from pytest_hlsload.render.junit import totals_of

    for name, value in totals_of(counted).items():
        xml.add_global_property(name, value)


_WRONG_FAMILY = (
    "hls load: junit=properties needs junit_family=xunit1 in the ini file: with xunit2 the file would not be valid, so"
    " they are left out"
)


def _writer(config: pytest.Config) -> Any:
    if not config.getoption("xmlpath", None):
        return None
    try:
        from _pytest.junitxml import xml_key
    except ImportError:
        return None
    xml = config.stash.get(xml_key, None)
    names = ("node_reporter", "add_global_property", "family")
    return xml if all(hasattr(xml, name) for name in names) else None
