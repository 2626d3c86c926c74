"""Text tables: comma, semicolon, tab or bar; UTF-8, UTF-16 or a one-byte code page; compressed or not."""

import contextlib
import csv as stdlib_csv
import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import UnreadableInputError
from ._limits import MOST_CHARACTERS, MOST_COLUMNS, check_columns, without_long_cells
from ._source import claims, load
from ._table import BadLine, RawTable, unique_names

EXTENSIONS = (".csv", ".tsv", ".tab", ".txt", ".psv")
OPTIONS = ("separator", "encoding", "table")
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_LINES = 40
_MOST_RESTARTS = 100  # unbalanced quotes after which every line is taken alone


def read(
    source: Any, *, separator: str | None = None, encoding: str | None = None, table: str | None = None
) -> RawTable:
    """A text table; every cell stays text and an empty cell is ``""``.

    separator, encoding : found out when None, and said in ``detected``.
    table : the file to read in a zip archive that holds several.
    Title lines of one cell above a table of three or more columns are skipped, and said. A line that cannot
    be cut into cells, or with a cell of over a million characters, goes to ``bad`` and costs no other line.
    Raises `UnreadableInputError`.
    """
    opened = load(source, unpack=True, member=table)
    claims(opened)
    text, encoded = decoded(opened.name, opened.data, encoding)
    if not text.strip():
        raise UnreadableInputError(opened.name, "it is empty")
    skipped, text, declared = _without_preamble(text)
    titles, text = _without_titles(text, separator or declared)
    cut = separator or declared or sniffed(text)
    _check_header(opened.name, text, cut)
    frame, lines, bad = _parsed(text, cut)
    if frame.empty and not bad:
        raise UnreadableInputError(opened.name, "it has a header and no rows")
    detected = [*opened.detected, f"encoding {encoded}", f"separated by {SEPARATORS.get(cut, cut)}"]
    if titles:
        detected.append(f"{titles} title line{'s' * (titles > 1)} above the header")
    above = skipped + titles
    found = RawTable(
        frame=frame, lines=lines + above, name=opened.name, format="csv", sha256=opened.sha256,
        size=opened.size, detected=tuple(detected),
        bad=tuple(BadLine(line=b.line + above, text=b.text, reason=b.reason, mend=b.mend) for b in bad),
    )  # fmt: skip
    return without_long_cells(found) if _may_hold_long_cells(opened.data, len(frame)) else found


def decoded(name: str, data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Text and the name of its encoding: byte-order mark, UTF-8, UTF-16 without a mark, cp1251, cp1252."""
    for codec, label in _candidates(data, encoding):
        try:
            return data.decode(codec).replace("\0", ""), label
        except LookupError:
            raise UnreadableInputError(name, f"{encoding!r} is no known encoding") from None
        except UnicodeDecodeError:
            continue
    raise UnreadableInputError(name, f"it is not text in the encoding {encoding or 'UTF-8'}")


def _candidates(data: bytes, encoding: str | None) -> Iterator[tuple[str, str]]:
    if encoding:
        yield encoding, encoding
        return
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16", "UTF-16"
    yield from _without_mark(data[:4096])
    yield "utf-8-sig", "UTF-8 with a byte-order mark" if data.startswith(b"\xef\xbb\xbf") else "UTF-8"
    high = [byte for byte in data[:100_000] if byte >= 0x80]
    if sum(byte >= 0xC0 or byte in (0xA8, 0xB8, 0xB2, 0xB3, 0xBA, 0xBF) for byte in high) > 0.7 * len(high):
        yield "cp1251", "cp1251 (a guess: not UTF-8, mostly Cyrillic letters)"
    yield "cp1252", "cp1252 (a guess: not UTF-8)"
    yield "latin-1", "latin-1 (a guess: not UTF-8)"


def _without_mark(sample: bytes) -> Iterator[tuple[str, str]]:
    """UTF-16 by its zeros: every second byte of plain letters and figures."""
    for codec, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[::2].count(0))):
        if zeros > len(sample) / 4:
            yield codec, "UTF-16 without a byte-order mark"


def _without_preamble(text: str) -> tuple[int, str, str | None]:
    """Lines skipped, the rest, and the separator that Excel's ``sep=`` line declares."""
    skipped = 0
    while (blank := re.match(r"[ \t]*(?:\r\n|\r|\n)", text)) is not None:
        text, skipped = text[blank.end() :], skipped + 1
    sep = re.match(r"sep=(.)[ \t]*(?:\r\n|\r|\n)", text)
    return (skipped + 1, text[sep.end() :], sep[1]) if sep else (skipped, text, None)


def _without_titles(text: str, cut: str | None) -> tuple[int, str]:
    """Lines of a title above the header, and the text below them.

    A title is a line with one cell filled, above a header that fills most of its three or more cells, where
    most of the lines below have as many cells as the header.
    """
    lines = text[:200_000].splitlines(keepends=True)[:_SAMPLE_LINES]
    best, titles = 0, 0
    for separator in (cut,) if cut else SEPARATORS:
        rows = _cells(lines, separator)
        filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
        top = next((at for at, size in enumerate(filled) if size > 1), len(rows))
        width, below = len(rows[top]) if top < len(rows) else 0, [len(row) for row in rows[top:] if row]
        alike = below.count(width)
        if width >= 3 and len(below) > 1 and alike * width > best:
            best = alike * width
            titles = top if alike > 0.6 * len(below) and filled[top] > width / 2 else 0
    return titles, "".join(text.splitlines(keepends=True)[titles:]) if titles else text


def _cells(lines: list[str], cut: str) -> list[list[str]]:
    """The records of some lines, as far as they can be cut; a record of several lines ends it."""
    rows: list[list[str]] = []
    reader = stdlib_csv.reader(lines, delimiter=cut, skipinitialspace=True)
    with contextlib.suppress(stdlib_csv.Error):
        for row in reader:
            if not rows or reader.line_num == len(rows) + 1 or any(len(r) > 1 for r in rows):
                rows.append(row)
            else:
                break
    return rows


def _check_header(name: str, text: str, cut: str) -> None:
    """Refuse an absurd number of columns before a frame is built of them."""
    first = text[: text.find("\n")] if "\n" in text else text
    if first.count(cut) >= MOST_COLUMNS:
        records = _cells([first], cut)
        check_columns(name, len(records[0]) if records else first.count(cut) + 1)


def _may_hold_long_cells(data: bytes, rows: int) -> bool:
    """A quick look: whether some line, or a cell of several lines, could be too long."""
    if len(data) <= MOST_CHARACTERS:
        return False
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
    gaps = np.diff(ends, prepend=-1, append=len(data))
    return bool(gaps.max() > MOST_CHARACTERS) or len(ends) > rows + 1


def sniffed(text: str) -> str:
    """The separator: the one that cuts the header into most cells, of those that cut it as often below."""
    lines = text[:200_000].splitlines()[:_SAMPLE_LINES]

    def score(cut: str) -> tuple[int, float]:
        try:
            sizes = [
                len(row) for row in stdlib_csv.reader(lines, delimiter=cut, skipinitialspace=True) if row
            ]
        except stdlib_csv.Error:
            return (1, 0.0)
        return (sizes[0], sizes.count(sizes[0]) / len(sizes)) if sizes else (1, 0.0)

    return max(SEPARATORS, key=score)


def _parsed(text: str, cut: str) -> tuple[pd.DataFrame, npt.NDArray[np.int64], list[BadLine]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a row longer than the header is only a warning there
            frame = pd.read_csv(
                io.StringIO(text), sep=cut, dtype=str, na_filter=False, skip_blank_lines=False,
                index_col=False, skipinitialspace=True, engine="c",
            )  # fmt: skip
    except (ValueError, OverflowError, Warning):  # ParserError and UnicodeError are ValueErrors
        return _parsed_slowly(text, cut)
    frame.columns = pd.Index([str(column) for column in frame.columns])
    if text.count("\n") + (not text.endswith("\n")) == len(frame) + 1:  # one line per row
        return frame, np.arange(2, len(frame) + 2, dtype=np.int64), []
    if _swallowed(frame, cut):
        return _parsed_slowly(text, cut)
    return frame, _lines_of(frame), []


def _swallowed(frame: pd.DataFrame, cut: str) -> bool:
    """True when a cell holds what looks like whole rows: an opening quote that was closed much later."""
    pattern = "\n" + (
        f"[^\n]*{re.escape(cut)}" * (len(frame.columns) - 1) if len(frame.columns) > 1 else "$a"
    )
    return any(bool(frame[column].str.contains(pattern, regex=True).any()) for column in _multiline(frame))


def _multiline(frame: pd.DataFrame) -> list[str]:
    return [c for c in frame.columns if frame[c].str.contains("\n", regex=False).any()]


def _lines_of(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    header = 1 + sum(column.count("\n") for column in frame.columns)
    lines = header + 1 + np.arange(len(frame), dtype=np.int64)
    for column in _multiline(frame):
        inside = frame[column].str.count("\n").to_numpy(dtype=np.int64)
        lines[1:] += np.cumsum(inside)[:-1]
    return lines


def _parsed_slowly(text: str, cut: str) -> tuple[pd.DataFrame, npt.NDArray[np.int64], list[BadLine]]:
    """Record by record, so that a broken line costs only itself."""
    records, bad = _records(text.splitlines(keepends=True), cut)
    if not records:
        return pd.DataFrame(), np.zeros(0, dtype=np.int64), bad
    header = unique_names(records[0][1])
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, cells in records[1:]:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            reason = f"{len(cells)} cells where the header has {len(header)}"
            bad.append(_bad(line, cut.join(cells), reason, "put cells that hold the separator in quotes"))
            continue
        rows.append((cells + [""] * len(header))[: len(header)])
        lines.append(line)
    frame = pd.DataFrame(rows, columns=header, dtype=str)
    return frame, np.array(lines, dtype=np.int64), sorted(bad, key=lambda b: b.line)


def _records(lines: list[str], cut: str) -> tuple[list[tuple[int, list[str]]], list[BadLine]]:
    records: list[tuple[int, list[str]]] = []
    bad: list[BadLine] = []
    width, at = 0, 0
    while at < len(lines):
        alone = len(bad) >= _MOST_RESTARTS
        reader = stdlib_csv.reader(
            iter(lines[at : at + 1] if alone else lines[at:]),
            delimiter=cut,
            skipinitialspace=True,
            strict=True,
        )
        done = at
        try:
            for cells in reader:
                if width and done + 1 < at + reader.line_num and _whole_rows(cells, cut, width):
                    raise stdlib_csv.Error("swallowed")
                records.append((done + 1, cells))
                width = width or len(cells)
                done = at + reader.line_num
            at = done if alone else len(lines)
        except stdlib_csv.Error:
            mend = "close the quotation mark, or double it inside a quoted cell"
            bad.append(_bad(done + 1, lines[done].rstrip("\r\n"), "a quotation mark does not close", mend))
            at = done + 1
    return records, bad


def _whole_rows(cells: list[str], cut: str, width: int) -> bool:
    return width > 1 and any(
        line.count(cut) >= width - 1 for cell in cells if "\n" in cell for line in cell.split("\n")[1:]
    )


def _bad(line: int, text: str, reason: str, mend: str) -> BadLine:
    return BadLine(line=line, text=text[:200], reason=reason, mend=mend)
