"""Records to plain JSON values and back, driven by the types of their fields."""

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from typing import Any

__all__ = ["from_plain", "to_plain"]


def to_plain(value: Any) -> Any:
    """Dataclasses become dicts, dates ISO text, tuples lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def from_plain(cls: type[Any], data: Mapping[str, Any]) -> Any:
    """A record of class ``cls`` from what `to_plain` made of one; fields it lacks keep their defaults."""
    hints = typing.get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls) if f.name in data]
    return cls(**{name: _restore(hints[name], data[name]) for name in names})


def _restore(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _restore(next(arg for arg in typing.get_args(hint) if arg is not type(None)), value)
    if origin is tuple:
        kinds = typing.get_args(hint)
        kinds = kinds[:1] * len(value) if kinds[-1] is Ellipsis else kinds
        return tuple(_restore(arg, item) for arg, item in zip(kinds, value, strict=True))
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, value)
    return value
