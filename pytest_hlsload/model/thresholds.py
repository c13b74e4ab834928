"""
Thresholds: ``[HOST:] [PHASE:] METRIC.STAT OP VALUE[UNIT]``, one small language for marker, option, environment, ini
file and `check`

Parsed, never evaluated. With a phase before it, the figure is that phase's. A value may speak of an earlier report:
``120% of baseline``, ``baseline + 2 points``; once that report is at hand, its figure stands in the place of the word,
so that the text says everything.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .metrics import METRICS, STATS, Metric, Unit, known_metrics, parse_amount, show_amount

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}
OPPOSITES = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "==": "!=", "!=": "=="}

_SENTENCE = re.compile(
    r"\s*(?:(?P<host>every host|host\s+[^:]+?)\s*:\s*)?(?:(?P<phase>\S.*?)\s*:\s*)?"
    r"(?P<metric>(?:stream\.)?\w+)(?:\.(?P<stat>\w+))?\s*(?P<operator><=|>=|==|!=|<|>)\s*(?P<bound>[^<>=!:]+?)\s*",
    re.ASCII,
)
_SHARE = re.compile(r"(?P<share>[\d.]+)\s*%\s*of\s+(?P<base>.+)", re.ASCII)
_SUM = re.compile(r"(?P<base>[^+-]+?)\s*(?P<sign>[+-])\s*(?P<step>[^+-]+)", re.ASCII)
_POINTS = re.compile(r"(?P<points>[\d.]+)\s*points?", re.ASCII)

BASELINE = "baseline"

EVERY_HOST = "every host"
"""In place of one host's name."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    Made by `parse_threshold`.

    Attributes:
        metric: the figure that it speaks of.
        stat: the statistic over the clients; "" for a plain number.
        operator: one of `OPERATORS`.
        bound: what it is held against; NaN while the baseline is not known.
        bound_text: the same as it was written.
        phase: the name of the phase whose figure it is; "" for the whole load's.
        host: the name of the host whose figure it is, or `EVERY_HOST`; "" for that of all together.
    """

    metric: Metric
    stat: str
    operator: str
    bound: float
    bound_text: str
    phase: str = ""
    host: str = ""

    @property
    def figure(self) -> str:
        """``buffering_ratio.max``"""
        return f"{self.metric.name}.{self.stat}" if self.stat else self.metric.name

    @property
    def subject(self) -> str:
        """``buffering_ratio.max``; of a phase ``failover: …``, of a host ``host NAME: …``"""
        host = self.host if self.host in {"", EVERY_HOST} else f"host {self.host}"
        return ": ".join(filter(None, (host, self.phase, self.figure)))

    @property
    def text(self) -> str:
        """The whole, in one spelling."""
        return f"{self.subject} {self.operator} {self.bound_text}"

    @property
    def unit(self) -> Unit:
        """Of the bound."""
        return Unit.COUNT if self.stat == "n" else self.metric.unit

    @property
    def needs_baseline(self) -> bool:
        """Whether it can be judged only beside an earlier report."""
        return math.isnan(self.bound)

    def holds(self, value: float) -> bool:
        """Whether a value is as it should be; one that is not known never is."""
        return not math.isnan(value) and OPERATORS[self.operator](value, self.bound)

    def against(self, earlier: float) -> "Threshold":
        """
        The threshold with the baseline's figure in the place of the word.

        Raises:
            ValueError: where the baseline has no such figure.
        """
        if not self.needs_baseline:
            return self
        if not math.isfinite(earlier):
            raise ValueError(f"the baseline has no {self.subject}, which {self.text!r} is to be held against")
        text = self.bound_text.replace(BASELINE, show_amount(earlier, self.unit, 6))
        return replace(self, bound_text=text, bound=_bound(text, self.unit))


def parse_threshold(text: object) -> Threshold:
    """
    A threshold from its text.

    Raises:
        ValueError: where it is none; the message is a sentence.
    """
    match = _SENTENCE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(
            f"{text!r} is not a threshold: write METRIC.STAT OP VALUE, for example 'buffering_ratio.max <= 10%',"
            " or 'PHASE: METRIC.STAT OP VALUE'"
        )
    metric = METRICS.get(match["metric"])
    if metric is None:
        raise ValueError(f"{match['metric']!r} in {text!r} is no figure of a report; known are: {known_metrics()}")
    stat = match["stat"] or ""
    if metric.spread and stat not in STATS:
        what = f"has no {stat!r}" if stat else f"is one figure a {'look' if metric.of_stream else 'client'}"
        raise ValueError(f"{metric.name!r} in {text!r} {what}; name one of {', '.join(STATS)}")
    if stat and not metric.spread:
        raise ValueError(f"{metric.name!r} in {text!r} is a plain number and has no {stat!r}; leave that out")
    phase, host = match["phase"] or "", match["host"] or ""
    if host != EVERY_HOST:
        host = host.removeprefix("host").strip()
    if metric.of_phase and not phase:
        raise ValueError(
            f"{metric.name!r} in {text!r} is a phase's figure: name the phase, 'PHASE: {metric.name} OP VALUE'"
        )
    unit = Unit.COUNT if stat == "n" else metric.unit
    try:
        bound = _bound(match["bound"], unit)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a threshold: {error}") from None
    return Threshold(metric, stat, match["operator"], bound, " ".join(match["bound"].split()), phase, host)


def split_thresholds(value: object) -> tuple[str, ...]:
    """
    Thresholds as a setting holds them, from a list of texts or one text with ``;``, ``,`` or line ends between them.

    Raises:
        ValueError: where one is none; the message ends the sentence "thresholds X ...".
    """
    parts: Sequence[object]
    if isinstance(value, str):
        parts = [part for part in re.split(r"[;,\n]", value) if part.strip()]
    elif isinstance(value, (list, tuple)):
        parts = [part for item in value for part in (split_thresholds(item) if isinstance(item, str) else [item])]
    else:
        raise ValueError("are not thresholds: write a list of them, for example ['buffering_ratio.max <= 10%']")
    try:
        return tuple(parse_threshold(part).text for part in parts)
    except ValueError as error:
        raise ValueError(f"cannot be used: {error}") from None


def add_up(layers: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All thresholds of several sources, the nearest last; what is said of the same figure from nearer by replaces."""
    kept: list[Threshold] = []
    for layer in layers:
        nearer = [parse_threshold(text) for text in layer]
        subjects = {threshold.subject for threshold in nearer}
        kept = [threshold for threshold in kept if threshold.subject not in subjects] + nearer
    return tuple(dict.fromkeys(threshold.text for threshold in kept))


def _bound(text: str, unit: Unit) -> float:
    if share := _SHARE.fullmatch(text):
        return parse_amount(f"{share['share']}", Unit.COUNT) / 100 * _base(share["base"], unit)
    if added := _SUM.fullmatch(text):
        step = _step(added["step"], unit)
        return _base(added["base"], unit) + (step if added["sign"] == "+" else -step)
    return _base(text, unit)


def _base(text: str, unit: Unit) -> float:
    return math.nan if text.strip() == BASELINE else parse_amount(text, unit)


def _step(text: str, unit: Unit) -> float:
    points = _POINTS.fullmatch(text.strip())
    if points and unit is Unit.RATIO:
        return parse_amount(points["points"], Unit.COUNT) / 100
    return parse_amount(text, unit)
