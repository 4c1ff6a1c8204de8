"""The tables of a store. Who changes them gives :data:`SCHEMA` another number."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA = 1

tables = sa.MetaData()
schema = sa.Table("schema_version", tables, sa.Column("version", sa.Integer, primary_key=True))
runs = sa.Table(
    "runs",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("base", sa.ForeignKey("runs.id")),  # of a regrade: the run that it amends
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("grader", sa.Text, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("chosen", sa.JSON(none_as_null=True)),  # of a regrade: what it was asked to take
    sa.Column("fresh", sa.Boolean, nullable=False),  # begun although the last could go on
    sa.Column("started", sa.Text, nullable=False),  # times are UTC in ISO 8601: they sort
    sa.Column("finished", sa.Text),
)
name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # sorted as Python sorts
results = sa.Table(
    "results",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("student", name, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("grader", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("score", sa.Integer),
    sa.Column("max_score", sa.Integer),
    sa.Column("finished", sa.Text, nullable=False),
    sa.Column("brief", sa.JSON, nullable=False),
    sa.Column("report", sa.JSON(none_as_null=True)),
    # Two machines that graded the same submission: the second one's row is refused.
    sa.UniqueConstraint("run", "student", "attempt"),
)
ADDING = results.insert().returning(results.c.id)  # made once: that takes longer than to do it
BRIEF = [column for column in results.columns if column.name != "report"]
