"""``sitrend.toml``: one table per stage, whose keys are the keyword arguments of that stage's function.

There is no second schema. The functions themselves say which keys exist and, by their annotations, what a
value may be; a wrong key is answered with the file, the table, the key and the nearest valid key. An empty
file is valid.
"""

import datetime as dt
import hashlib
import inspect
import os
import tomllib
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .errors import ConfigError

__all__ = ["Config", "read_config", "read_toml"]

# Parameters that the pipeline fills in; they are no settings.
_SUPPLIED = {"models": {"week"}, "report": {"previous", "settings"}}
# Settings that name files; relative ones are relative to the config file.
_PATHS = {
    ("incidents", "regions"), ("panel", "coverage"), ("report", "theme"), ("report", "templates"),
    ("report", "boundaries"),
}  # fmt: skip
_FILE_ENDINGS = (".toml", ".csv")


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of every stage.

    file : where they were read; None = no file, every stage has its defaults.
    sha256 : of the file's bytes; "" without a file.
    tables : table -> key -> value, as written; ``models`` holds one table per model.
    """

    file: Path | None = None
    sha256: str = ""
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def options(self, table: str) -> dict[str, Any]:
        """The keyword arguments of one stage (``"incidents"``, ``"models.trend"``), paths made absolute."""
        return {key: self._placed(table, key, value) for key, value in self._table(table).items()}

    def models(self) -> dict[str, dict[str, Any]]:
        """Model -> its options, for every model that has a table."""
        return {name: self.options(f"models.{name}") for name in self.tables.get("models", {})}

    def override(self, table: str, /, **values: Any) -> "Config":
        """The same settings with those of ``values`` that are not None put in their place."""
        given = {key: value for key, value in values.items() if value is not None}
        merged = {**self.tables.get(table, {}), **given}
        return replace(self, tables={**self.tables, table: merged}) if given else self

    def _table(self, table: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.tables
        for part in table.split("."):
            found = found.get(part, {})
        return found

    def _placed(self, table: str, key: str, value: Any) -> Any:
        if self.file is None or (table, key) not in _PATHS:
            return value
        if isinstance(value, list):
            return [self._placed(table, key, item) for item in value]
        names_file = isinstance(value, str) and (
            key not in ("regions", "coverage") or value.lower().endswith(_FILE_ENDINGS)
        )
        if not names_file or os.path.isabs(value):
            return value
        return str(self.file.parent / value)


def read_toml(path: str | os.PathLike[str]) -> tuple[dict[str, Any], str]:
    """The contents of a TOML file and the SHA-256 of its bytes; raises `ConfigError` with the line."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"the settings cannot be read: {reason}", file=path) from None
    try:
        return tomllib.loads(data.decode("utf-8-sig")), hashlib.sha256(data).hexdigest()
    except UnicodeDecodeError:
        raise ConfigError("this is not UTF-8 text; save it as UTF-8", file=path) from None
    except tomllib.TOMLDecodeError as error:
        last = len(data.splitlines())
        where = str(error).replace("at end of document", f"at the end, line {last}")
        raise ConfigError(f"this is not TOML: {where}", file=path) from None


def read_config(path: str | os.PathLike[str], stages: Mapping[str, Callable[..., Any]]) -> Config:
    """Read and check a settings file.

    path : a TOML file.
    stages : table -> the function whose keyword-only arguments are its keys; a model's table is called
        ``"models.<name>"``.

    Raises `ConfigError` when the file cannot be read, a table or key is unknown, or a value is of the wrong
    type.
    """
    tables, sha256 = read_toml(path)
    for table, keys, stage in _stage_tables(tables, stages, path):
        _check(keys, stage, file=path, table=table)
    return Config(file=Path(path).absolute(), sha256=sha256, tables=tables)


def _stage_tables(
    tables: Mapping[str, Any], stages: Mapping[str, Callable[..., Any]], path: object
) -> Iterator[tuple[str, Mapping[str, Any], Callable[..., Any]]]:
    models = [name.split(".", 1)[1] for name in stages if name.startswith("models.")]
    top = [name for name in stages if "." not in name] + ["models"] * bool(models)
    for name, keys in tables.items():
        if name not in top:
            kind = "table" if isinstance(keys, dict) else "setting outside a table"
            raise ConfigError(f"no such {kind}", file=path, key=name, valid=top)
        if not isinstance(keys, dict):
            raise ConfigError(f"this is a table; write [{name}]", file=path, key=name)
        if name != "models":
            yield name, keys, stages[name]
            continue
        for key, value in keys.items():
            if key not in models:
                raise ConfigError("no such model", file=path, table="models", key=key, valid=models)
            if not isinstance(value, dict):
                raise ConfigError(f"this is a table; write [models.{key}]", file=path, key=key)
            yield f"models.{key}", value, stages[f"models.{key}"]


def _check(keys: Mapping[str, Any], stage: Callable[..., Any], *, file: object, table: str) -> None:
    supplied = _SUPPLIED.get(table.split(".")[0], set())
    try:
        signature = inspect.signature(stage, eval_str=True)
    except NameError:  # an annotation that exists for the type checker only
        signature = inspect.signature(stage)
    valid = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name not in supplied
    }
    for key, value in keys.items():
        if key not in valid:
            raise ConfigError("no such key", file=file, table=table, key=key, valid=valid)
        if not _fits(value, valid[key]):
            problem = f"this is {_wanted(valid[key])}, not {_shown(value)}"
            raise ConfigError(problem, file=file, table=table, key=key)


_SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str, dt.date),  # a date may be written with or without quotes
    int: (int,),
    float: (int, float),
    bool: (bool,),
    dt.date: (dt.date, str),
    Path: (str,),
}


def _fits(value: Any, annotation: Any) -> bool:
    """Whether a TOML value may be what the annotation says; what cannot be judged is let through."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, part) for part in args if part is not type(None))
    if origin is typing.Literal:
        return value in args
    if annotation in _SCALARS:
        return isinstance(value, _SCALARS[annotation]) and (annotation is bool or not isinstance(value, bool))
    if annotation in (Any, object) or not isinstance(origin or annotation, type):
        return True
    kind = origin or annotation
    if issubclass(kind, Mapping):
        return isinstance(value, dict)
    if issubclass(kind, Iterable):
        inner = args[0] if args else Any
        return isinstance(value, list) and all(_fits(item, inner) for item in value)
    return isinstance(value, (str, dt.date))  # a class of ours: it can only be named


_WORDS = {
    str: "a text in quotes", int: "a whole number", float: "a number", bool: "true or false",
    dt.date: "a date", Path: "a file name in quotes",
}  # fmt: skip
OTHER = "a text in quotes or a date"


def _wanted(annotation: Any) -> str:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        words = dict.fromkeys(_wanted(part) for part in args if part is not type(None))
        return " or ".join(word for word in words if word != OTHER or len(words) == 1)
    if origin is typing.Literal:
        return "one of " + ", ".join(repr(item) for item in args)
    if annotation in _WORDS:
        return _WORDS[annotation]
    kind = origin or annotation
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return "a table"
    if isinstance(kind, type) and issubclass(kind, Iterable):
        return "a list"
    return OTHER


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else repr(value)
