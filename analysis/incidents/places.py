"""Names and codes of a table to region codes, each distinct name once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .cells import Distinct, coalesced, distinct, is_blank
from .columns import ColumnMap

if TYPE_CHECKING:
    from ..regions import Regions

__all__ = ["Places", "at_level", "named_places", "resolve_places", "vocabulary"]

NOT_STATED = "not_stated"


@dataclass(frozen=True, kw_only=True, eq=False)
class Places:
    """One entry per row, as categoricals: region code ("" = unallocated), reported text, kind of match.

    several : codes joined by ``|`` where the row names several known regions at once, "" elsewhere.
    suggestions : unmatched name -> nearest code ("" = none). disagree : rows whose code and name differ.
    """

    code: "pd.Categorical[Any]"
    reported: "pd.Categorical[Any]"
    match: "pd.Categorical[Any]"
    several: npt.NDArray[np.object_]
    suggestions: dict[str, str]
    disagree: npt.NDArray[np.bool_]


def vocabulary(regions: Any) -> tuple["Regions | None", str]:
    """The vocabulary a ``regions=`` argument names, and whether its silent regions are listed."""
    if regions is None:
        return None, "seen"
    if not isinstance(regions, (str, os.PathLike, list, tuple)):
        return regions, "all"
    from ..regions import load_regions

    listing = "seen" if regions == "iso3166-2" else "all"
    return load_regions(regions), listing  # type: ignore[arg-type,unused-ignore]


def at_level(regions: "Regions | None", level: int | None) -> "Regions | None":
    """The areas of one level; all without a level.

    Raises `ConfigError` where there is no vocabulary, `UnknownRegionError` where it has no such level.
    """
    if level is None:
        return regions
    if regions is None:
        raise ConfigError("needs a vocabulary in regions", table="incidents", key="level")
    return regions.at_level(level)


def named_places(
    frame: pd.DataFrame, mapping: ColumnMap, regions: "Regions | None"
) -> "pd.Series[Any] | None":
    """The cells that name the region: of several columns, the first with a region of the vocabulary.

    Cells may have slipped into the next column, or a smaller area may stand beside the larger one.
    """
    columns = mapping.fields.get("region")
    if columns is None:
        return None
    first = coalesced(frame, columns)
    if regions is None or len(columns) == 1:
        return first
    out = np.asarray(first, dtype=object).copy()
    lost = ~_known(first, regions)
    for column in columns[1:]:
        if not lost.any():
            break
        better = lost & _known(frame[column], regions)
        out[better] = np.asarray(frame[column], dtype=object)[better]
        lost &= ~better
    return pd.Series(out, index=frame.index, dtype=object)


def _known(cells: "pd.Series[Any]", regions: "Regions") -> npt.NDArray[np.bool_]:
    found = distinct(cells)
    if not found.values:
        return np.zeros(len(cells), dtype=bool)
    match = regions.resolve(list(dict.fromkeys(found.values))).set_index("name")["match"]
    good = match.loc[found.values].isin(["code", "name", "alias", "joint"]).to_numpy(dtype=bool)
    out: npt.NDArray[np.bool_] = found.spread(good, False)
    return out


def resolve_places(
    names: "pd.Series[Any] | None",
    codes: "pd.Series[Any] | None",
    regions: "Regions | None",
    level: int | None = None,
) -> Places:
    """Region codes per row; a code column decides where it resolves, the name column otherwise.

    level : areas within one of that level are counted in it; wider ones are in none (match "wider").
    """
    by_name = None if names is None else _Resolved(distinct(names), regions, level)
    by_code = None if codes is None else _Resolved(distinct(codes), regions, level)
    only = by_code or by_name
    if only is None:
        raise ValueError("a region or a region code is needed")
    if by_code is None or by_name is None:
        return only.places(np.zeros(len(only.cells.codes), dtype=bool))
    return _preferred(by_code, by_name, known=regions is not None)


class _Resolved:
    """Distinct texts of one column with their codes and kinds of match."""

    def __init__(self, cells: Distinct, regions: "Regions | None", level: int | None) -> None:
        self.cells = cells
        texts = cells.values
        self.code = np.array([*texts, ""], dtype=object)
        self.match = np.full(len(texts) + 1, "name", dtype=object)
        self.suggestions: dict[str, str] = {}
        if regions is not None and texts:
            found = regions.resolve(list(dict.fromkeys(texts))).set_index("name")
            at = found.index.get_indexer(pd.Index(texts))
            self.code[:-1] = found["code"].to_numpy(dtype=object)[at]
            self.match[:-1] = found["match"].to_numpy(dtype=object)[at]
            near = found["suggestion"].to_numpy(dtype=object)[at]
            self.suggestions = {t: str(s or "") for t, s in zip(texts, near, strict=True)}
        for i, text in enumerate([*texts, ""]):
            if self.match[i] == "unknown" and "|" in text:  # one figure for several places, some unknown
                self.match[i] = "joint"
            free = regions is None and text.casefold() != "na"
            if is_blank(text) and (self.match[i] == "unknown" or free or not text):
                self.match[i] = NOT_STATED
        if regions is not None and level is not None:
            self._lift(regions.within(level))
        self.several = np.where(self.match == "joint", self.code, "").astype(object)
        self.code[~np.isin(self.match, ["code", "name", "alias"])] = ""

    def _lift(self, within: Mapping[str, str]) -> None:
        """Every code by the area of the wanted level that it lies in."""
        for i, code in enumerate(self.code):
            if self.match[i] in ("code", "name", "alias", "joint") and code:
                lifted = sorted({within[part] for part in str(code).split("|")})
                if not all(lifted):
                    self.match[i] = "wider"
                elif len(lifted) == 1 and self.match[i] == "joint":
                    self.match[i] = "alias"  # several areas within one
                self.code[i] = "|".join(lifted)

    def rows(self, per_value: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return per_value[self.cells.codes]

    def places(self, disagree: npt.NDArray[np.bool_]) -> Places:
        rows = self.cells.codes
        unknown = [t for t, m in zip(self.cells.values, self.match, strict=False) if m == "unknown"]
        return Places(
            code=_categorical(rows, self.code),
            reported=_categorical(rows, np.array([*self.cells.values, ""], dtype=object)),
            match=_categorical(rows, self.match),
            several=self.rows(self.several),
            suggestions={text: self.suggestions.get(text, "") for text in unknown},
            disagree=disagree,
        )


def _preferred(code: _Resolved, name: _Resolved, *, known: bool) -> Places:
    """The code where it resolves or is joint, else the name where that says more, else the code."""
    strength = {"code": 3, "name": 3, "alias": 3, "joint": 2, "wider": 2, "unknown": 1, NOT_STATED: 0}
    code_strength = np.array([strength[m] for m in code.match])
    name_strength = np.array([strength[m] for m in name.match])
    use_name = name.rows(name_strength) > code.rows(code_strength)
    both = (code.rows(code_strength) == 3) & (name.rows(name_strength) == 3)
    disagree = known & both & (code.rows(code.code) != name.rows(name.code))
    reported_name = name.rows(np.array([*name.cells.values, ""], dtype=object))
    reported_code = code.rows(np.array([*code.cells.values, ""], dtype=object))
    reported = np.where(reported_name == "", reported_code, reported_name)
    match = np.where(use_name, name.rows(name.match), code.rows(code.match))
    near = {**code.suggestions, **{k: v for k, v in name.suggestions.items() if v}}
    return Places(
        code=pd.Categorical(np.where(use_name, name.rows(name.code), code.rows(code.code))),
        reported=pd.Categorical(reported),
        match=pd.Categorical(match),
        several=np.where(use_name, name.rows(name.several), code.rows(code.several)),
        suggestions={str(text): near.get(str(text), "") for text in set(reported[match == "unknown"])},
        disagree=disagree,
    )


def _categorical(rows: npt.NDArray[np.intp], values: npt.NDArray[np.object_]) -> pd.Categorical:
    codes, uniques = pd.factorize(values)
    order = np.argsort(np.array(uniques, dtype=str), kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    categories = pd.Index(np.array(uniques, dtype=object)[order], dtype="str")
    return pd.Categorical.from_codes(rank[codes][rows], categories=categories)
