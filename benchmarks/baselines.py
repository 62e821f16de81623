"""The pages that the portal's are held against: as little as Flask can do.

The second one asks SQLite once for fifty rows through SQLAlchemy's mapper and prints them in a
table by a template, which is what any list page does. Neither knows who reads, in which language,
or where else one could go.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

BARE, FIFTY = "a bare Flask page", "a Flask page with one query of 50 rows"
ROWS = 50
TEMPLATE = """<!DOCTYPE html>
<html lang="fi"><head><meta charset="utf-8"><title>Things</title></head><body><main>
<h1>Things</h1>
<table><thead><tr><th>Reference</th><th>Title</th><th>State</th><th>Buyer</th><th>Due</th></tr></thead>
<tbody>{% for row in rows %}
<tr><td><a href="/things/{{ row.id }}">{{ row.reference }}</a></td><td>{{ row.title }}</td>
<td>{{ row.state }}</td><td>{{ row.buyer }}</td><td>{{ row.due }}</td></tr>
{% endfor %}</tbody></table></main></body></html>"""


class _Base(DeclarativeBase):
    pass


class Thing(_Base):
    """A row with as many columns as a list shows."""

    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    buyer: Mapped[str]
    due: Mapped[datetime]


def bare_app(folder: Path) -> Flask:
    """An application with the two pages."""
    engine = create_engine(f"sqlite:///{folder}/things.sqlite")
    _Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(
            insert(Thing),
            [
                {
                    "reference": f"ASIA/{n:04}",
                    "title": f"Kapasiteetti {n:04}",
                    "state": "open",
                    "buyer": "Suurkaupungin hankinta",
                    "due": datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=n),
                }
                for n in range(1000)
            ],
        )
        session.commit()
    app = Flask("bare")
    app.jinja_loader = DictLoader({"fifty.html": TEMPLATE})

    @app.get("/bare")
    def bare() -> str:
        return "<!DOCTYPE html><title>Bare</title><p>Bare"

    @app.get("/fifty")
    def fifty() -> str:
        with Session(engine) as session:
            rows = session.scalars(select(Thing).order_by(Thing.due.desc()).limit(ROWS)).all()
            return render_template("fifty.html", rows=rows)

    return app
