"""An application with a few pages of no room, to try on them what all pages share."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, DictLoader
from wtforms import FormField
from wtforms.form import Form

from portal.app import build_app
from portal.organisations.models import Person
from portal.permissions import LOGGED_IN, PAGES, PUBLIC, Role, holders
from portal.shared.errors import NotFound, RuleBroken
from portal.web import fields
from portal.web.forms import PortalForm
from portal.web.pages import autosaving, done, page, saved
from portal.web.unit import Services, current_person, me, now, reading, record_read, transaction
from tests.conftest import SettableClock
from tests.page import Browser

# ruff: noqa: E501  # the sample page is easier to read unbroken
TEMPLATES = {
    "sample.html": """
{% extends "base.html" %}
{% from "components/field.html" import field, fieldset_start, fieldset_end %}
{% from "components/error_summary.html" import error_summary %}
{% from "components/button.html" import button, post_button, link_button %}
{% from "components/status.html" import status %}
{% from "components/summary.html" import summary_list %}
{% from "components/table.html" import table %}
{% from "components/notice.html" import notice %}
{% from "components/breadcrumbs.html" import breadcrumbs %}
{% from "components/steps.html" import task_list %}
{% from "components/autosave.html" import save_state %}
{% block title %}A sample{% endblock %}
{% block breadcrumbs %}{{ breadcrumbs([("Calls", "/sample"), ("Capacity 2026", "/sample")]) }}{% endblock %}
{% block main %}
<div id="part">
{{ error_summary(form) }}
<h1>A sample</h1>
<p>{{ status("Draft") }} {{ status("Open", "info") }} {{ status("Submitted", "success") }}
{{ status("Late", "warning") }} {{ status("Void", "danger") }}</p>
{% call notice("warning", "Your offer is a draft") %}<p>Nobody sees it before you submit it.</p>{% endcall %}
{{ summary_list([("Reference", "ESI/1/2026"), ("Offers due", instant|instant), ("Price", 1234.5|money)]) }}
<form method="post" action="/sample" class="main-form" hx-post="/sample" {{ htmx_region("part") }}>
  {{ form.csrf_token }}
  {{ field(form.name) }}
  {{ field(form.price) }}
  {{ field(form.weight, unit="%") }}
  {{ field(form.count) }}
  {{ field(form.starts) }}
  {{ field(form.at) }}
  {{ field(form.due) }}
  {{ field(form.kind) }}
  {{ field(form.region) }}
  {{ field(form.parts) }}
  {{ field(form.agreed) }}
  {{ field(form.reason, rows=3) }}
  {{ field(form.file) }}
  {{ fieldset_start("The lot", "As in the call.") }}
  {{ field(form.inner.form.title) }}
  {{ fieldset_end() }}
  <div class="buttons">{{ button("Save") }} {{ link_button("/sample", "Cancel", "secondary") }}</div>
</form>
{{ post_button("/sample/act", form, "Withdraw", about="the offer") }}
{{ save_state() }}
{{ task_list([("Prices", "/sample", "Done", "success"), ("Answers", none, "Not started", "neutral")]) }}
{% call table("Offers") %}
<thead><tr><th scope="col">Provider</th><th scope="col" class="number">Price</th></tr></thead>
<tbody><tr><th scope="row">Jokiopisto</th><td class="number">{{ 58|money }}</td></tr>
<tr><th scope="row">Rantaopisto</th><td class="number">{{ 1061.5|money }}</td></tr></tbody>
{% endcall %}
</div>
{% endblock %}
""",
    "plain.html": """
{% extends "base.html" %}
{% block title %}Plain{% endblock %}
{% block main %}<h1>Plain</h1><p>{{ text }}</p>{% endblock %}
""",
}


class InnerForm(Form):
    title = fields.TextField("Title of the lot", [fields.required()])


class SampleForm(PortalForm):
    name = fields.TextField("Name", [fields.required()], description="As in the register.")
    price = fields.MoneyField("Price of one workday", [fields.required()])
    weight = fields.NumberField("Weight", [fields.optional(), fields.within(0, 100)])
    count = fields.WholeField("Places", [fields.optional()])
    starts = fields.DayField("First day", [fields.optional()])
    at = fields.ClockField("Meeting begins", [fields.optional()])
    due = fields.InstantField("Offers due", [fields.required()])
    kind = fields.RadioField(
        "Kind", [fields.required()], choices=[("capacity", "Capacity"), ("course", "Course")]
    )
    region = fields.ChoiceField("Region", choices=[("north", "North"), ("south", "South")])
    parts = fields.ChecksField("Parts", choices=[("a", "First"), ("b", "Second")])
    agreed = fields.CheckField("I have read the call")
    reason = fields.LongTextField("Reason", [fields.at_most_characters(20)])
    file = fields.FileField("Attachment")
    inner = FormField(InnerForm)


bp = Blueprint("sample", __name__)
kept: dict[str, object] = {}


@bp.route("/sample", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    sample = SampleForm(data={"due": kept.get("due"), "price": kept.get("price")})
    status = 200
    if sample.is_submitted():
        if autosaving():
            return saved()
        status = 422
        if sample.validate():
            kept.update(sample.data)
            if sample.name.data == "Refused":
                sample.refuse(RuleBroken("reason_missing", field="reason"))
                sample.refuse(RuleBroken("log_in_wait", minutes=5))
            elif sample.name.data == "Elsewhere":
                return done("Kept.", "/sample/secret")
            else:
                return done("Kept.", "/sample")
    return page("sample.html", status=status, form=sample, instant=now())


@bp.get("/sample/open")
def anybody() -> ResponseReturnValue:
    person = current_person()
    return page("plain.html", text=person.name if person else "nobody")


@bp.get("/sample/secret")
def secret() -> ResponseReturnValue:
    record_read("a subject")
    return page("plain.html", text=me(reading()).name)


@bp.get("/sample/officers")
def officers() -> ResponseReturnValue:
    return page("plain.html", text="officers")


@bp.get("/sample/unlisted")
def unlisted() -> ResponseReturnValue:
    return page("plain.html", text="never shown")


@bp.post("/sample/act")
def act() -> ResponseReturnValue:
    with transaction() as session:
        person = session.get_one(Person, me(session).id)
        person.name = "Changed"
        session.flush()
        raise RuleBroken("deadline_passed")


@bp.get("/sample/fault/<uuid:key>")
def fault(key: UUID) -> ResponseReturnValue:
    if key.int == 0:
        raise NotFound
    raise RuntimeError("a secret of the database")


@pytest.fixture(scope="session")
def _one_sample() -> list[Flask]:
    """The application with the sample pages is built once a worker, as that without them is."""
    return []


@pytest.fixture
def app(services: Services, _one_sample: list[Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the sample pages."""
    kept.clear()
    pages = {
        "sample.form": PUBLIC,
        "sample.anybody": PUBLIC,
        "sample.secret": LOGGED_IN,
        "sample.officers": holders(Role.PROCUREMENT_OFFICER),
        "sample.act": LOGGED_IN,
        "sample.fault": PUBLIC,
    }
    for endpoint, row in pages.items():
        monkeypatch.setitem(PAGES, endpoint, row)
    if not _one_sample:
        built = build_app(services, testing=True)
        built.register_blueprint(bp)
        built.jinja_loader = ChoiceLoader([built.jinja_loader, DictLoader(TEMPLATES)])  # type: ignore[assignment]
        _one_sample.append(built)
    one = _one_sample[0]
    one.extensions["portal"] = services
    one.extensions["missing_translations"].clear()
    return one


@pytest.fixture
def reader(browse: Callable[..., Browser], clock: SettableClock) -> Browser:
    """Somebody who is not logged in."""
    return browse()
