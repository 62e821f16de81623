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
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, got_request_exception
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from portal.jobs.mail import message_of
from portal.jobs.models import Job, OutgoingMail
from tests.fuzz.attacks import Sent, attack, hostile_headers
from tests.fuzz.reading import Form, Reading, read
from tests.fuzz.stage import NOBODY, Reader, Stage, seeded_keys
from tests.fuzz.verdict import Verdict, judge, judge_letter

POSTS_PER_FORM = 4
FORMS_PER_PAGE = 2
MOST_LINKS = 60
"""So many addresses are remembered of one route for one reader."""

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


class Walk:
    """One run over an installation."""

    def __init__(
        self, stage: Stage, seed: int, tell: Callable[[str], None] = lambda line: None
    ) -> None:
        self.stage = stage
        self.seed = seed
        self.tell = tell
        self.tally = Tally()
        self.client = stage.app.test_client(use_cookies=False)
        self._adapter = stage.app.url_map.bind("localhost")
        self._rules = _rules(stage.app)
        self._signer = URLSafeTimedSerializer(str(stage.app.secret_key), salt="wtf-csrf-token")
        self._trace = ""
        self._listening = got_request_exception.connected_to(self._note, stage.app)

    def round(self, number: int, posts: int, readers: Sequence[Reader]) -> None:
        """One round: so many posts by these readers, on the installation as it was played."""
        began = time.monotonic()
        self.draw = random.Random(f"{self.seed} {number}")
        self.number = number
        self.stage.put_back()
        self.links: dict[str, dict[str, list[str]]] = {}
        self.visits: Counter[tuple[str, str]] = Counter()
        self.sent_to: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.known: dict[str, list[dict[str, Any]]] = {}
        self.keys: list[str] = []
        self.others: list[Form] = []
        until = self.tally.posts + posts
        with self._listening, seeded_keys(self.draw.getrandbits(32)):
            for reader in readers:
                self._found(reader, ["/", "/waiting", "/account"])
            while self.tally.posts < until:
                self._step(self.draw.choice(list(readers)))
            self._after(readers)
        self.tally.rounds += 1
        self.tally.seconds += time.monotonic() - began

    def _step(self, reader: Reader) -> None:
        address = self._next_address(reader)
        reading = self._open(reader, address)
        if self.draw.random() < 0.1:
            sent = hostile_headers(address, self.draw)
            self._ask(reader, sent)
        if reading is None:
            return
        forms = sorted(reading.forms, key=lambda form: (self._times(form), self.draw.random()))
        forms = forms[:FORMS_PER_PAGE]
        if self.others and self.draw.random() < 0.1:
            forms.append(self.draw.choice(self.others))
        for form in forms:
            self.sent_to[form.signature] += 1
            if len(self.others) < 400:
                self.others.append(form)
            endpoint = self._endpoint(form.action, form.method)
            self.tally.forms.add((endpoint, *form.signature))
            for _ in range(POSTS_PER_FORM):
                self._send(reader, form, endpoint)

    def _send(self, reader: Reader, form: Form, endpoint: str) -> None:
        sent = attack(form, str(self._signer.dumps(reader.secret)), self.draw, self.keys)
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
        if verdict.reading is not None:
            self._found(reader, verdict.reading.links)

    def _open(self, reader: Reader, address: str) -> Reading | None:
        sent = Sent("GET", address, "page")
        verdict = self._ask(reader, sent)
        if verdict.reading is not None:
            self._found(reader, verdict.reading.links)
        return verdict.reading

    def _ask(self, reader: Reader, sent: Sent) -> Verdict:
        """Send it as the reader, judge the answer, note what is wrong."""
        self._trace = ""
        try:
            response = self._answer(reader, sent)
        except Exception as fault:
            self._fail(reader, sent, [f"raised {type(fault).__name__}: {fault}"], _through(fault))
            return Verdict()
        if response.status_code in (303, 204) and self._sent_to_log_in(response):
            self.stage.forget_log_in(reader)
        verdict = judge(sent, response)
        if sent.method == "GET":
            self.tally.gets += 1
        self.tally.statuses[response.status_code] += 1
        if verdict.faults:
            self._fail(reader, sent, verdict.faults, self._trace)
        return verdict

    def _answer(self, reader: Reader, sent: Sent) -> TestResponse:
        headers = dict(sent.headers)
        try:
            headers["Cookie"] = self.stage.cookie(reader)
        except (LookupError, ValueError):
            # Whose account was closed has no cookie until the round ends.
            headers["Cookie"] = "siirtyma_language=en"
        sane = {name: value.encode("utf-8", "replace").decode("latin-1") for name, value in headers.items()}
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
        return there.startswith("/log-in")

    def _next_address(self, reader: Reader) -> str:
        """The page of this reader that has been looked at least; now and then one made up."""
        if self.draw.random() < 0.2 and self.known:
            made_up = self._made_up()
            if made_up is not None:
                return made_up
        links = self.links[reader.name]
        endpoint = min(links, key=lambda one: (self.visits[reader.name, one], self.draw.random()))
        self.visits[reader.name, endpoint] += 1
        return self.draw.choice(links[endpoint])

    def _made_up(self) -> str | None:
        """An address of any route, with keys that have been seen on others."""
        endpoint, names = self.draw.choice(self._rules)
        values: dict[str, Any] = {}
        for name in names:
            seen = self.known.get(name)
            if not seen:
                return None
            fits = [one for one in seen if values.items() <= one.items()]
            values |= {
                key: value for key, value in self.draw.choice(fits or seen).items() if key in names
            }
        try:
            return str(self._adapter.build(endpoint, values, method="GET"))
        except Exception:
            return None

    def _found(self, reader: Reader, links: list[str]) -> None:
        of_reader = self.links.setdefault(reader.name, {})
        for link in links:
            matched = self._match(link.partition("?")[0], "GET")
            if matched is None or matched[0] == "static":
                continue
            endpoint, values = matched
            addresses = of_reader.setdefault(endpoint, [])
            if len(addresses) < MOST_LINKS and link not in addresses:
                addresses.append(link)
                for name in values:
                    seen = self.known.setdefault(name, [])
                    if len(seen) < 200:
                        seen.append(values)
                self.keys += [key for key in _KEY.findall(link) if key not in self.keys][:5]

    def _times(self, form: Form) -> int:
        return self.sent_to[form.signature]

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
                self._fail(NOBODY, Sent("PRINT", kind, "document"), [f"an unescaped echo {found.strange}"])
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
            for addresses in list(self.links[reader.name].values()):
                self._open(reader, self.draw.choice(addresses))
        faults = stage.faults()
        if faults:
            self._fail(NOBODY, Sent("TABLES", "", "after the round"), faults[:5])

    def _fail(self, reader: Reader, sent: Sent, faults: list[str], trace: str = "") -> None:
        failure = Failure(self.seed, self.number, reader.name, sent, faults, trace)
        self.tally.failures.append(failure)
        self.tell(failure.line())

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
            if "GET" in (rule.methods or ()) and rule.endpoint != "static"
        ),
        key=lambda row: (row[0], sorted(row[1])),
    )
