"""Bytes of files of every format, broken at random: a table, or one sentence."""

import gzip
import io
import json
import sqlite3
import zipfile
from functools import cache

import pandas as pd

from analysis.errors import SitrendError
from analysis.formats import formats, hxl_tags, read_table, recognised

FRAME = pd.DataFrame(
    {
        "date": ["2025-07-14", "15.07.2025", "", "2025-07-16 18:00"],
        "region": ["Орёл", "Київ", None, "A;B"],
        "count": [1, 2.5, -3, None],
        "note": ['said "so"', "two\nlines", "=1+1", "x" * 50],
    }
)  # fmt: skip
TOKENS = [
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"NaN",
    b"1e999",
    b"9" * 400,
    b"\\u0000",
    b"\\ud800",
    b"-",
    b"<",
    b"&",
    b"]]>",
    b"\x80",
    b"\xc3",
    b"#adm1+name",
    b"A" * 5000,
    b'{"type":"FeatureCollection","features":',
    b"sep=;\n",
    b"PAR1",
    b"PK\x03\x04",
]


def _sheet() -> bytes:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer) as book:
        FRAME.to_excel(book, sheet_name="one", index=False, startrow=2)
        FRAME.to_excel(book, sheet_name="two")
        book.sheets["one"].merge_cells("A4:A5")
    return buffer.getvalue()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    place = [{"code": "a", "n": 1}] * 4
    FRAME.assign(place=place, day=pd.to_datetime(["2025-07-14"] * 4)).to_parquet(buffer)
    return buffer.getvalue()


def _sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    FRAME.to_sql("incidents", connection, index=False)
    data = connection.serialize()
    connection.close()
    return data


@cache
def originals() -> dict[str, list[bytes]]:
    """Format -> whole files of it."""
    text = FRAME.to_csv(index=False).encode()
    records = FRAME.astype(object).where(FRAME.notna(), None).to_dict("records")
    features = [
        {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": [1, 2.5]}}
        for row in records
    ]
    lines = "\n".join(map(json.dumps, records)).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a/t.csv", text)
        opened.writestr("readme.txt", "x")
    return {
        "csv": [
            text,
            text.decode().encode("utf-16"),
            FRAME.to_csv(index=False, sep=";").encode("cp1251", "replace"),
            gzip.compress(text),
            archive.getvalue(),
            b"A title\n\n" + text,
        ],
        "json": [
            json.dumps(records).encode(),
            lines,
            json.dumps({"data": records, "n": {"a": {"b": 1}}}).encode(),
        ],
        "geojson": [json.dumps({"type": "FeatureCollection", "features": features}).encode()],
        "excel": [_sheet()],
        "parquet": [_parquet()],
        "sql": [_sqlite()],
    }


def _mutated(rng, data):
    """A few small wounds."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 10))):
        at, kind = rng.randrange(len(data) + 1), rng.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 2:
            del data[at : at + rng.choice((1, 2, 10, 100, 1000))]
        elif kind == 3:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 4:
            data[at:at] = data[at : at + rng.randrange(1, 200)] * rng.choice((1, 2, 20))
        elif kind == 5:
            data[at : at + 4] = rng.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"))
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def _rezipped(rng, data):
    """A member of a zip file wounded and packed again, so that its checksum is right."""
    source = zipfile.ZipFile(io.BytesIO(data))
    chosen = rng.choice(source.namelist())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, _mutated(rng, content) if info.filename == chosen else content)
    return buffer.getvalue()


def _input(rng):
    kind = rng.choice(sorted(originals()))
    data = rng.choice(originals()[kind])
    draw = rng.random()
    if draw < 0.02:
        return kind, bytes(rng.randrange(256) for _ in range(rng.randrange(300)))
    if draw < 0.1:
        return rng.choice(sorted(originals())), data  # a file of another kind under this name
    if data.startswith(b"PK") and draw < 0.75:
        return kind, _rezipped(rng, data)
    if data.startswith(b"\x1f\x8b") and draw < 0.75:
        return kind, gzip.compress(_mutated(rng, gzip.decompress(data)))
    return kind, _mutated(rng, data)


def case(rng, number):
    """Read one wounded file; what comes out is whole."""
    kind, data = _input(rng)
    assert set(originals()) == set(formats()) - {"frame"}
    try:
        raw = read_table(data, format=kind)
    except SitrendError as error:
        text = str(error)
        assert "\n" not in text
        assert text.endswith(".")
        assert len(text) < 2000
        return
    assert len(raw.frame) == len(raw.lines)
    assert list(raw.frame.columns) == list(dict.fromkeys(map(str, raw.frame.columns)))
    assert all(line.reason and line.mend for line in raw.bad)
    tags, rows = hxl_tags(raw.frame)
    assert rows <= 1
    recognised(list(raw.frame.columns), tags)
