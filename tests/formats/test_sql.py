"""Databases: the same rows as from a file, read only, and no password anywhere."""

import json
import sqlite3
import sys

import pandas as pd
import pytest

from analysis import read_incidents
from analysis.errors import ConfigError, UnreadableInputError
from analysis.formats import read_table, shown
from analysis.formats._databases import one_select

PASSWORD = ("s3cret/with@signs", "s3cret%2Fwith%40signs", "s3cret")


@pytest.fixture(scope="session")
def filled(postgres, nine):
    """The server with the nine rows, a table with awkward names, a view, and types of its own."""
    import sqlalchemy

    engine = postgres.engine()
    nine.to_sql("incidents", engine, index=False)
    with engine.begin() as connection:
        for statement in (
            'CREATE SCHEMA "war room"',
            """CREATE TABLE "war room"."odd ""name""; DROP TABLE incidents;--" """
            '("Date of event" date PRIMARY KEY, region text, "count" numeric(6, 0), "where" jsonb, '
            "more int[], seen timestamptz, raw bytea)",
            """INSERT INTO "war room"."odd ""name""; DROP TABLE incidents;--" VALUES
            ('2025-07-15', 'Орёл', 3, '{"lat": 1}', '{1,2}', '2025-07-15 22:30+00', '\\x61'),
            ('2025-07-14', NULL, 2.0, NULL, NULL, NULL, NULL)""",
            "CREATE VIEW recent AS SELECT * FROM incidents",
            "CREATE TABLE empty (date date, region text)",
            "CREATE TABLE many AS SELECT i AS id, date '2024-01-01' + i % 500 AS date, 'R' || i % 7 AS region"
            " FROM generate_series(1, 12345) i",
            "ALTER TABLE many ADD PRIMARY KEY (id)",
            "CREATE TABLE forever AS SELECT 'infinity'::date AS date, 'A' AS region",
        ):
            connection.execute(sqlalchemy.text(statement))
    yield postgres
    engine.dispose()


def test_a_table_a_view_and_a_query_give_the_same_rows(filled, nine):
    from_table = read_incidents(filled.url, regions="ru", table="incidents")
    from_view = read_incidents(filled.url, regions="ru", table="recent")
    query = "SELECT * FROM incidents ORDER BY row_id"
    from_query = read_incidents(filled.url, regions="ru", query=query + ";")
    expected = read_incidents(nine, regions="ru")
    pd.testing.assert_frame_equal(from_view.table, from_table.table)
    for found in (from_table, from_query):
        assert found.report.rows_used == 9
        ours = found.table.sort_values("event_id", ignore_index=True).drop(columns="row")
        theirs = expected.table.sort_values("event_id", ignore_index=True).drop(columns="row")
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    assert from_table.provenance.source == f"incidents, postgresql://127.0.0.1:{filled.port}/watch"
    assert from_table.provenance.detected == (
        "postgresql", "rows sorted, as they have no key", "hash of the content",
    )  # fmt: skip


def test_the_hash_is_that_of_the_content_whatever_the_order(filled, nine):
    before = read_table(filled.url, table="incidents")
    engine = filled.engine()
    nine.iloc[::-1].to_sql("incidents", engine, index=False, if_exists="replace", schema="war room")
    engine.dispose()
    moved = read_table(filled.url, table="war room.incidents")
    assert moved.sha256 == before.sha256
    assert moved.size == before.size > 1000
    assert read_table(filled.url, table="many").sha256 != before.sha256


def test_names_are_quoted_and_types_are_plain(filled):
    odd = 'war room.odd "name"; DROP TABLE incidents;--'
    raw = read_table(filled.url, table=odd)
    assert list(raw.frame.columns) == ["Date of event", "region", "count", "where", "more", "seen", "raw"]
    assert raw.frame["count"].tolist() == [2, 3]
    assert raw.frame["where"].tolist() == [None, '{"lat": 1}']
    assert raw.frame["more"].tolist() == [None, "[1, 2]"]
    assert raw.frame["raw"].tolist() == [None, "a"]
    assert raw.detected[1] == "rows in the order of Date of event"
    found = read_incidents(filled.url, regions="ru", table=odd, columns={"date": "Date of event"})
    assert found.table["region"].tolist() == ["", "RU-ORL"]
    assert read_table(filled.url, table="incidents").frame.shape[0] == 9


@pytest.mark.parametrize(
    "attack",
    [
        'incidents"; DROP TABLE incidents; --',
        "incidents; DROP TABLE incidents",
        "pg_catalog.pg_authid;",
        "nowhere.incidents",
    ],
)
def test_a_table_that_is_not_there_is_never_asked_for(filled, attack):
    with pytest.raises(ConfigError, match="has no table"):
        read_table(filled.url, table=attack)
    assert len(read_table(filled.url, table="incidents").frame) == 9


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM incidents",
        "SELECT 1; DELETE FROM incidents",
        "select 1 as date; commit; drop table incidents",
        "-- SELECT\nDROP TABLE incidents",
        "/* select */ truncate incidents",
        "COPY incidents TO '/tmp/x'",
        "",
    ],
)
def test_only_a_single_select_is_sent(query):
    with pytest.raises(ConfigError, match="must be a single SELECT"):
        one_select(query)


def test_what_looks_like_a_second_statement_inside_a_text_is_none():
    for query in (
        "SELECT ';' AS a",
        'select 1 as "a;b"',
        "WITH x AS (SELECT 1) SELECT $t$;$t$ -- ;",
        "(SELECT 1)",
    ):
        assert one_select(query + " ; ") == query


@pytest.mark.parametrize(
    "query",
    [
        "WITH gone AS (DELETE FROM incidents RETURNING *) SELECT * FROM gone",
        "SELECT nextval('counter')",
        "SELECT * FROM incidents FOR UPDATE",
    ],
)
def test_the_transaction_cannot_write(filled, query):
    engine = filled.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE IF NOT EXISTS counter")
    engine.dispose()
    with pytest.raises(UnreadableInputError, match=r"read-only transaction|data-modifying"):
        read_table(filled.url, query=query)
    assert len(read_table(filled.url, table="incidents").frame) == 9


def test_rows_come_in_pieces_and_in_the_order_of_the_key(filled):
    raw = read_table(filled.url, table="many")
    assert raw.frame["id"].tolist() == list(range(1, 12346))
    assert raw.lines[-1] == 12345
    assert read_incidents(filled.url, regions=None, table="many").report.rows_used == 12345


def test_a_percent_sign_a_colon_and_a_cast_in_a_query_are_left_alone(filled):
    query = "SELECT '10:30 %s %(x)s :name' AS region, '2025-07-14'::date AS date"
    assert read_table(filled.url, query=query).frame["region"].tolist() == ["10:30 %s %(x)s :name"]


@pytest.mark.parametrize(
    ("change", "options", "why"),
    [
        (("s3cret%2Fwith%40signs", "s3cretwrong"), {"table": "incidents"}, "password authentication failed"),
        (("/watch", "/nothing"), {"table": "incidents"}, "does not exist"),
        ((":monitor", ":monitor"), {"query": "SELECT * FROM nowhere"}, "does not exist"),
        ((":monitor", ":monitor"), {"query": "SELECT 1/0 AS date"}, "division by zero"),
        ((":monitor", ":monitor"), {"table": "empty"}, "it has no rows"),
        ((":monitor", ":monitor"), {"table": "forever"}, "too large"),
        (("postgresql:", "postgresql+nodriver:"), {"table": "incidents"}, "no driver of this name"),
        (("127.0.0.1", "127.0.0.1.invalid"), {"table": "incidents"}, "resolve|known|address"),
    ],
)
def test_what_fails_is_said_in_one_sentence_without_the_password(filled, change, options, why):
    with pytest.raises(UnreadableInputError, match=why) as caught:
        read_table(filled.url.replace(*change), **options)
    message = str(caught.value)
    assert "\n" not in message
    assert not any(word in message for word in PASSWORD)
    assert caught.value.__cause__ is None


def test_several_tables_ask_for_one(filled):
    with pytest.raises(ConfigError, match=r"holds 5 tables; name one.*incidents"):
        read_table(filled.url)
    with pytest.raises(ConfigError, match="did you mean 'incidents'"):
        read_table(filled.url, table="incident")
    with pytest.raises(ConfigError, match="name one of the two"):
        read_table(filled.url, table="incidents", query="SELECT 1")


def test_the_command_reads_a_database_and_no_edition_holds_its_password(filled, tmp_path, capsys):
    from reports.cli import main

    weekly = tmp_path / "weekly"
    options = ["--table", "incidents", "--regions", "ru", "--week", "2025-07-15"]
    assert main(["check", filled.url, *options[:4]]) == 0
    assert main(["report", filled.url, *options, "--formats", "html,json", "--out", str(weekly)]) == 0
    assert main(["check", filled.url, "--query", "SELECT * FROM incidents ORDER BY row_id"]) == 0
    assert main(["check", filled.url, "--table", "incident"]) == 2
    assert main(["check", filled.url.replace("s3cret", "s3creT"), "--table", "incidents"]) == 3
    printed = "".join(capsys.readouterr())
    assert "incidents, postgresql://127.0.0.1" in printed
    files = [path for path in weekly.rglob("*") if path.is_file()]
    assert len(files) > 3
    for text in (printed, *(path.read_bytes().decode("utf-8", "replace") for path in files)):
        assert not any(word in text for word in (*PASSWORD, "s3creT", "monitor:"))
    edition = json.loads(next(weekly.rglob("manifest.json")).read_text(encoding="utf-8"))
    assert edition["input"]["source"] == f"incidents, postgresql://127.0.0.1:{filled.port}/watch"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgresql+psycopg://me:pw@db.example.org:5433/monitor?password=x",
            "postgresql://db.example.org:5433/monitor",
        ),
        ("postgresql://me:p@w@[::1]/d", "postgresql://::1/d"),
        ("mysql://me:pw@h:port/d", "mysql://…"),
        ("incidents.csv", "incidents.csv"),
    ],
)
def test_what_is_shown_of_a_url(url, said):
    assert shown(url) == said


def _sqlite(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def test_an_sqlite_file_by_path_url_and_bytes(tmp_path, nine):
    path = tmp_path / "nine rows.sqlite"
    connection = sqlite3.connect(path)
    nine.to_sql("incidents", connection, index=False)
    connection.close()
    before = path.read_bytes()
    by_path, by_url = read_table(path), read_table(f"sqlite:///{path}")
    by_bytes = read_table(before, format="sql")
    assert by_path.sha256 == by_url.sha256 == by_bytes.sha256
    assert by_path.name == "incidents, nine rows.sqlite"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]  # no journal beside it


def test_sqlite_cannot_be_written_and_says_what_is_wrong(tmp_path):
    row = "INSERT INTO t VALUES ('2025-07-14', 'A')"
    path = _sqlite(tmp_path / "a.db", "CREATE TABLE t (date, region)", row, "CREATE TABLE u (x)")
    with pytest.raises(ConfigError, match="holds 2 tables; name one"):
        read_table(path)
    with pytest.raises(UnreadableInputError, match="readonly database"):
        read_table(path, query="WITH x AS (SELECT 1) INSERT INTO t SELECT 1, 2 FROM x RETURNING *")
    with pytest.raises(UnreadableInputError, match="no such column"):
        read_table(path, query="SELECT no_column FROM t")
    with pytest.raises(ConfigError, match="has no table"):
        read_table(path, table='t"; DROP TABLE t; --')
    with pytest.raises(UnreadableInputError, match="it has no rows"):
        read_table(path, table="u")
    (tmp_path / "b.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(UnreadableInputError, match="not a database"):
        read_table(tmp_path / "b.db")
    with pytest.raises(UnreadableInputError, match="there is no such file"):
        read_table("sqlite:///none.sqlite")
    with pytest.raises(UnreadableInputError, match="names no file"):
        read_table("sqlite://")
    with pytest.raises(UnreadableInputError, match=r"name it \.sqlite"):
        read_table(path.read_bytes())


def test_a_web_address_is_no_database():
    with pytest.raises(
        UnreadableInputError, match=r"https://example\.org/a\.csv cannot be read: it is a web addr"
    ):
        read_table("https://me:pw@example.org/a.csv")


def test_without_sqlalchemy_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(UnreadableInputError, match=r"pip install 'sitrend\[sql\]'"):
        read_table("postgresql://localhost/incidents", table="incidents")
