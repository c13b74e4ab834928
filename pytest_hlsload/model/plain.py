"""Frozen records of any kind as JSON-safe data, and back, by their type hints"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints


def to_data(value: Any) -> Any:
    """Dicts, lists, texts and numbers of exactly those types: xdist's transport refuses even a subclass of ``str``."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): to_data(content) for name, content in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_data(content) for content in value]
    return value


def from_data(hint: Any, data: Any) -> Any:
    """
    What `to_data` was called on, given the type that it had. Fields that the type does not know are passed over.

    Raises:
        ValueError, TypeError: where the data does not fit.
    """
    if data is None:
        return None
    if is_dataclass(hint) and isinstance(hint, type):
        known = _hints(hint)
        return hint(**{name: from_data(known[name], content) for name, content in data.items() if name in known})
    origin = get_origin(hint)
    if origin is tuple:
        item = get_args(hint)[0]
        return tuple(data) if _simple(item) else tuple(from_data(item, content) for content in data)
    if origin in {Union, types.UnionType}:
        return from_data(next(arm for arm in get_args(hint) if arm is not type(None)), data)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(data)
    return data


@lru_cache
def _hints(record: type) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {f.name: hints[f.name] for f in fields(record)}


def _simple(hint: Any) -> bool:
    return all(arm in {int, float, str, bool, type(None)} for arm in get_args(hint) or (hint,))
