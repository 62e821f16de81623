"""Walks the pages of every reader and sends their forms in hostile ways.

A run is a number of rounds. Each begins with the installation as it was played and with its own
seed, so that a round can be walked again without those before it; what is done in a round stays
done until its end, when the tables are looked at. So no walk runs the installation empty.
"""

from __future__ import annotations

import random
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, got_request_exception
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import AnyConverter, BuildError, RequestRedirect, Rule
from werkzeug.test import TestResponse

from portal.jobs.mail import message_of
from portal.jobs.models import Job, OutgoingMail
from tests.fuzz.attacks import Sent, attack, hostile_headers
from tests.fuzz.reading import Form, Reading, read
from tests.fuzz.stage import NOBODY, Reader, Stage, quick_passwords, seeded_keys
from tests.fuzz.verdict import Verdict, judge, judge_letter
from tests.reach import is_key, plain_values

POSTS_PER_FORM = 5
MOST_LINKS = 40
"""So many addresses are remembered of one route for one reader."""

MISSING = "00000000-0000-0000-0000-000000000000"
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Failure:
    """What went wrong, and what shows it again."""

    seed: int
    round: int
    reader: str
    sent: Sent
    faults: list[str]
    trace: str = ""

    def line(self) -> str:
        """All of it in one line."""
        again = f"python -m tests.fuzz --seed {self.seed} --round {self.round}"
        return f"{self.faults} as {self.reader}: {self.sent.line()} {self.trace} <- {again}"


@dataclass
class Tally:
    """What a run has done and found."""

    posts: int = 0
    gets: int = 0
    jobs: int = 0
    letters: int = 0
    documents: int = 0
    rounds: int = 0
    refused: int = 0
    kept: int = 0
    asked_to_keep: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    endpoints: Counter[str] = field(default_factory=Counter)
    forms: set[tuple[str, str, tuple[str, ...]]] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Texts that a refused form did not keep."""

    def figures(self) -> dict[str, int | float | str]:
        """What is left for the promise."""
        return {
            "posts": self.posts,
            "pages_read": self.gets,
            "forms": len(self.forms),
            "routes_posted_to": len(self.endpoints),
            "roles": len(self.roles),
            "answers_5xx": sum(n for status, n in self.statuses.items() if status >= 500),
            "unescaped_echoes": sum("echo" in str(one.faults) for one in self.failures),
            "other_faults": sum("echo" not in str(one.faults) for one in self.failures),
            "letters_read": self.letters,
            "documents_read": self.documents,
            "refused_with_summary": self.refused,
            "typed_kept_percent": round(100 * self.kept / (self.asked_to_keep or 1), 1),
            "posts_a_second": round(self.posts / (self.seconds or 1)),
        }


@dataclass
class Harvest:
    """What the readers find in the installation as it was played."""

    pages: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Addresses by reader and route."""
    forms: dict[str, list[Form]] = field(default_factory=dict)
    """Forms by reader, each once."""
    values: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What stands in addresses, by the name of the part."""
    keys: list[str] = field(default_factory=list)
    answers: list[tuple[str, str, str, TestResponse]] = field(default_factory=list)
    """Reader, route, address and answer of every page asked for, where they are to be kept."""


class Walk:
    """One run over an installation."""

    def __init__(
        self, stage: Stage, seed: int, tell: Callable[[str], None] = lambda line: None
    ) -> None:
        self.stage = stage
        self.seed = seed
        self.number = -1
        self.tell = tell
        self.tally = Tally()
        self.harvest = Harvest()
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        self.draw = random.Random(seed)
        self.client = stage.app.test_client(use_cookies=False)
        self._adapter = stage.app.url_map.bind("localhost")
        self._rules = _rules(stage.app)
        self._signer = URLSafeTimedSerializer(str(stage.app.secret_key), salt="wtf-csrf-token")
        self._trace = ""

    def gather(self, readers: Sequence[Reader], each: int = 3, keep: bool = False) -> Harvest:
        """Follow every link of every reader, ``each`` addresses of a route, and make some up."""
        found = self.harvest
        with self._noting(), quick_passwords():
            for reader in readers:
                found.forms.setdefault(reader.name, [])
                self._found(reader, ["/", "/waiting", "/account"])
                asked: set[str] = set()
                while new := [
                    address
                    for addresses in found.pages[reader.name].values()
                    for address in addresses[:each]
                    if address not in asked
                ]:
                    for address in new:
                        asked.add(address)
                        self._look(reader, address, keep)
            # What no link led to is tried by its address, with the keys seen meanwhile.
            linked = {endpoint for pages in found.pages.values() for endpoint in pages}
            for endpoint, names in self._rules:
                address = None if endpoint in linked else self._made_up(endpoint, names)
                for reader in readers if address else ():
                    self._look(reader, str(address), keep)
        return found

    def _look(self, reader: Reader, address: str, keep: bool) -> None:
        reading = self._open(reader, address, keep)
        forms = self.harvest.forms[reader.name]
        seen = {(form.signature, self._endpoint(form.action, form.method)) for form in forms}
        for form in reading.forms if reading is not None else ():
            one = (form.signature, self._endpoint(form.action, form.method))
            if one not in seen:
                seen.add(one)
                forms.append(form)

    def round(self, number: int, posts: int, readers: Sequence[Reader]) -> None:
        """One round: so many posts by these readers, on the installation as it was played."""
        began = time.monotonic()
        self.draw = random.Random(f"{self.seed} {number}")
        self.number = number
        self.stage.put_back()
        pool = [(reader, form) for reader in readers for form in self.harvest.forms[reader.name]]
        # All forms in some order: a round that has as many steps meets each.
        self.draw.shuffle(pool)
        until, at = self.tally.posts + posts, 0
        keys = seeded_keys(self.draw.getrandbits(32))
        with self._noting(), keys, quick_passwords():
            while self.tally.posts < until:
                reader, form = pool[at % len(pool)]
                at += 1
                self._step(reader, form)
            self._after(readers)
        self.tally.rounds += 1
        self.tally.seconds += time.monotonic() - began

    def _step(self, reader: Reader, harvested: Form) -> None:
        """A form as it stands now, sent several times; now and then by another than its reader."""
        if self.draw.random() < 0.1:
            self._ask(reader, hostile_headers(harvested.page, self.draw))
        form = self._as_it_stands(reader, harvested)
        if self.draw.random() < 0.08:
            reader = self.draw.choice(self.stage.readers)
        endpoint = self._endpoint(form.action, form.method)
        self.tally.forms.add((endpoint, *form.signature))
        for _ in range(POSTS_PER_FORM):
            if self._send(reader, form, endpoint) in (303, 204):
                form = self._as_it_stands(reader, harvested)

    def _as_it_stands(self, reader: Reader, harvested: Form) -> Form:
        reading = self._open(reader, harvested.page)
        forms = reading.forms if reading is not None else []
        alike = [form for form in forms if form.signature == harvested.signature]
        exact = [form for form in alike if form.action == harvested.action]
        return next(iter(exact or alike), harvested)

    def _send(self, reader: Reader, form: Form, endpoint: str) -> int:
        sent = attack(form, self.token(reader), self.draw, self.harvest.keys)
        verdict = self._ask(reader, sent)
        tally = self.tally
        tally.posts += 1
        tally.endpoints[endpoint] += 1
        tally.roles.update(reader.roles or ("nobody",))
        tally.refused += verdict.refused
        if verdict.kept is not None:
            tally.asked_to_keep += 1
            tally.kept += verdict.kept
            if not verdict.kept:
                tally.lost.append(sent.line())
        return verdict.status

    def _open(self, reader: Reader, address: str, keep: bool = False) -> Reading | None:
        verdict = self._ask(reader, Sent("GET", address, "page"), keep)
        if verdict.ended:
            verdict = self._ask(reader, Sent("GET", address, "page"), keep)
        if verdict.reading is not None and self.number < 0:
            self._found(reader, verdict.reading.links)
        return verdict.reading

    def _ask(self, reader: Reader, sent: Sent, keep: bool = False) -> Verdict:
        """Send it as the reader, judge the answer, note what is wrong."""
        self._trace = ""
        try:
            response = self.answer(reader, sent)
        except Exception as fault:
            self._fail(reader, sent, [f"raised {type(fault).__name__}: {fault}"], _through(fault))
            return Verdict()
        verdict = judge(sent, response)
        if keep:
            endpoint = self._endpoint(sent.url, sent.method)
            self.harvest.answers.append((reader.name, endpoint, sent.url, response))
        if reader.person is not None and self._sent_to_log_in(response):
            self.stage.forget_log_in(reader)
            verdict.ended = True
        if sent.method == "GET":
            self.tally.gets += 1
        self.tally.statuses[response.status_code] += 1
        if verdict.faults:
            self._fail(reader, sent, verdict.faults, self._trace)
        return verdict

    def token(self, reader: Reader) -> str:
        """What the reader's forms carry."""
        return str(self._signer.dumps(reader.secret))

    def address_of(self, rule: Rule, method: str = "GET") -> str:
        """An address of the route: with what has been seen in its parts, else what is missing."""
        values: dict[str, Any] = {}
        for name in rule.arguments:
            seen = self.harvest.values.get(name)
            if seen:
                values[name] = seen[0][name]
            else:
                values[name] = MISSING if is_key(name) else plain_values(rule, name)[0]
            if isinstance(rule._converters[name], AnyConverter):
                values[name] = min(rule._converters[name].items)
        return str(self._adapter.build(rule.endpoint, values, method=method))

    def answer(self, reader: Reader, sent: Sent) -> TestResponse:
        """Send it as the reader, without a look at what comes back."""
        headers = dict(sent.headers)
        try:
            headers.setdefault("Cookie", self.stage.cookie(reader))
        except (LookupError, ValueError):
            # Whose account was closed has no cookie until the round ends.
            headers["Cookie"] = "siirtyma_language=en"
        sane = {
            name: value.encode("utf-8", "replace").decode("latin-1")
            for name, value in headers.items()
        }
        return self.client.open(
            sent.url,
            method=sent.method,
            data=sent.body,
            content_type=sent.content_type,
            headers=sane,
            buffered=True,
        )

    def _sent_to_log_in(self, response: TestResponse) -> bool:
        there = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
        return there.startswith("/login")

    def _made_up(self, endpoint: str, names: frozenset[str]) -> str | None:
        """An address of the route, with what has been seen in others in its parts."""
        values: dict[str, Any] = {}
        for name in sorted(names):
            seen = self.harvest.values.get(name)
            if not seen:
                return None
            fits = [one for one in seen if all(one.get(key, v) == v for key, v in values.items())]
            chosen = self.draw.choice(fits or seen)
            values |= {key: value for key, value in chosen.items() if key in names}
        try:
            return str(self._adapter.build(endpoint, values, method="GET"))
        except (BuildError, ValueError):
            return None

    def _found(self, reader: Reader, links: list[str]) -> None:
        found = self.harvest
        of_reader = found.pages.setdefault(reader.name, {})
        for link in links:
            matched = self._match(link.partition("?")[0], "GET")
            if matched is None or matched[0] == "static":
                continue
            endpoint, values = matched
            addresses = of_reader.setdefault(endpoint, [])
            if len(addresses) < MOST_LINKS and link not in addresses:
                addresses.append(link)
                for name in sorted(values):
                    seen = found.values.setdefault(name, [])
                    if len(seen) < 200:
                        seen.append(values)
                found.keys += [key for key in _KEY.findall(link) if key not in found.keys][:5]

    def _endpoint(self, url: str, method: str) -> str:
        matched = self._match(url.partition("?")[0], method)
        return matched[0] if matched else "none"

    def _match(self, path: str, method: str) -> tuple[str, dict[str, Any]] | None:
        try:
            endpoint, values = self._adapter.match(path, method=method)
        except (HTTPException, RequestRedirect, MethodNotAllowed):
            return None
        return str(endpoint), dict(values)

    def _after(self, readers: Sequence[Reader]) -> None:
        """What was typed is read on pages, in documents and in letters; the tables still agree."""
        stage, tally = self.stage, self.tally
        tally.jobs += stage.do_jobs()
        for kind, html in stage.printed:
            tally.documents += 1
            found = read("/", html.encode())
            if found.strange:
                faults = [f"an unescaped echo {found.strange}"]
                self._fail(NOBODY, Sent("PRINT", kind, "document"), faults)
        with stage.services.database.reading() as session:
            for mail in session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at)):
                tally.letters += 1
                try:
                    faults = judge_letter(message_of(mail, stage.services.settings))
                except Exception as fault:
                    faults = [f"raised {type(fault).__name__}: {fault} {_through(fault)}"]
                if faults:
                    self._fail(NOBODY, Sent("MAIL", mail.letter, mail.address), faults)
            for job in session.scalars(select(Job).where(Job.fault.is_not(None)).order_by(Job.id)):
                self._fail(NOBODY, Sent("JOB", job.kind, str(job.arguments)), [f"{job.fault}"])
        for reader in readers:
            # A third of what each can reach, another third in another round.
            for addresses in self.harvest.pages[reader.name].values():
                if self.draw.random() < 0.3:
                    self._open(reader, self.draw.choice(addresses))
        faults = stage.faults()
        if faults:
            self._fail(NOBODY, Sent("TABLES", "", "after the round"), faults[:5])

    def _fail(self, reader: Reader, sent: Sent, faults: list[str], trace: str = "") -> None:
        failure = Failure(self.seed, self.number, reader.name, sent, faults, trace)
        self.tally.failures.append(failure)
        self.tell(failure.line())

    def _noting(self) -> AbstractContextManager[None]:
        """Faults of views are noted meanwhile, since their pages tell nothing."""
        return got_request_exception.connected_to(self._note, self.stage.app)

    def _note(self, _app: Flask, exception: BaseException, **_more: Any) -> None:
        self._trace = f"{type(exception).__name__}: {str(exception)[:300]} {_through(exception)}"


def _through(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)
    return " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-6:])
    )


def _rules(app: Flask) -> list[tuple[str, frozenset[str]]]:
    """Every route that answers to GET, with the names of its parts."""
    return sorted(
        (
            (rule.endpoint, frozenset(rule.arguments))
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.endpoint != "static"
            and not rule.endpoint.startswith("health.")
        ),
        key=lambda row: (row[0], sorted(row[1])),
    )
