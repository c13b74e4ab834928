"""A JUnit file, held to what Jenkins' schema junit-10 allows, and read back as CI reads it"""

from pathlib import Path
from xml.etree import ElementTree as ET

from junitparser import JUnitXml
from junitparser.junitparser import SystemOut

# In any order and number, but nothing else, and no further attributes.
_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
}
_TESTCASE = {"name", "time", "classname", "group"}


class JUnitFile:
    """
    Args:
        path: of a file that is valid.
    """

    def __init__(self, path: Path) -> None:
        self.root = ET.parse(path).getroot()
        _check(self.root)
        self._xml = JUnitXml.fromfile(str(path))

    @property
    def cases(self) -> list[str]:
        """The names of the testcases."""
        return [case.name for suite in self._xml for case in suite]

    @property
    def outputs(self) -> dict[str, list[str]]:
        """The texts of the system-out elements of all testcases of a name: a test may have more than one."""
        outputs: dict[str, list[str]] = {name: [] for name in self.cases}
        for suite in self._xml:
            for case in suite:
                outputs[case.name] += [out.text for out in case.iterchildren(SystemOut)]  # type: ignore[no-untyped-call]
        return outputs

    @property
    def totals(self) -> dict[str, str]:
        """The properties of the testsuite."""
        return {p.name: p.value for suite in self._xml for p in suite.properties()}  # type: ignore[no-untyped-call]


def _check(element: ET.Element) -> None:
    for child in element:
        allowed = _CHILDREN.get(element.tag, set())
        assert child.tag in allowed, f"{child.tag} is not allowed in {element.tag}"
        _check(child)
    if element.tag == "testcase":
        assert set(element.attrib) <= _TESTCASE
