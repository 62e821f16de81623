"""Ways to send a form that its page did not mean: one chosen at a time, told in a few words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from tests.fuzz.reading import Field, Form
from tests.fuzz.values import DAYS, KEYS, MARKUP, NUMBERS, SIGNS, SQL, hostile

Pairs = list[tuple[str, str]]
TOKEN = "csrf_token"

FILES = (
    ("zq.pdf", b"%PDF-1.4\nzq"),
    ("zq.pdf", b""),
    ("zq.xlsx", b"PK\x03\x04zq"),
    ("zq.csv", "nimi;päivät\r\n=zq();NaN\r\n\x00;1e999\r\n".encode()),
    ("zq.csv", b"\xff\xfe=\x00z\x00q\x00"),
    ("zq.csv", b";" * 5000),
    ("zq.csv", b'"' + b"zq\n" * 500),
    ("<zqx>.pdf", b"%PDF-1.7"),
    ('"zq"\'.pdf', b"zq"),
    ("../../zq.pdf", b"zq"),
    ("zq\r\nX-Zq: 1.pdf", b"zq"),
    ("", b"zq"),
    ("zq.exe\x00.pdf", b"MZzq"),
    ("=zq().csv", b"=zq()"),
    ("z" * 400 + ".pdf", b"zq"),
    ("zq.html", b"<zqx><script>zq</script>"),
    ("zq.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='zq'/>"),
    ("\u202efdp.exe", b"zq"),
)


@dataclass
class Sent:
    """One request as it goes out, and what is hostile about it."""

    method: str
    url: str
    what: str
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    """Texts that the answer to a refused form has to keep."""

    def line(self) -> str:
        """The request in one line, long values cut."""
        body = self.body[:300] + (b"..." if len(self.body) > 300 else b"")
        headers = {name: value[:80] for name, value in self.headers.items() if name != "Cookie"}
        return f"{self.method} {self.url[:300]} [{self.what}] {headers} {body!r}"


def untouched(form: Form, token: str) -> Pairs:
    """What the form sends when nothing is filled in and no named button pressed."""
    pairs: Pairs = []
    for one in form.fields:
        if one.name.endswith(TOKEN):
            pairs.append((one.name, token))
        elif one.of_type not in ("submit", "file"):
            pairs += [(one.name, value) for value in one.values]
    return pairs


_PLAUSIBLE = {
    "text": ("zq teksti", "Kuvaus zq"),
    "number": ("1", "2", "10"),
    "day": ("15.6.2026", "1.9.2026", "20.6.2026"),
    "clock": ("12.00", "9.30"),
    "email": ("zq@esimerkki.example",),
    "month": ("2026-06", "2026-05"),
}


def filled(form: Form, token: str, draw: random.Random) -> Pairs:
    """The form with every empty field filled in, so that it gets further."""
    pairs: Pairs = []
    for one in form.fields:
        if one.name.endswith(TOKEN):
            pairs.append((one.name, token))
        elif one.of_type in ("checkbox", "radio", "select") and one.options:
            pairs.append((one.name, draw.choice(one.options)))
        elif one.of_type not in ("submit", "file"):
            values = one.values or ("",)
            plausible = _PLAUSIBLE.get(one.kind, ("",))
            pairs += [(one.name, value or draw.choice(plausible)) for value in values]
    buttons = [one for one in form.fields if one.of_type == "submit"]
    if buttons and draw.random() < 0.7:
        pressed = draw.choice(buttons)
        pairs.append((pressed.name, draw.choice(pressed.options)))
    return pairs


def attack(form: Form, token: str, draw: random.Random, keys: list[str]) -> Sent:
    """The form sent in one hostile way."""
    pairs = untouched(form, token) if draw.random() < 0.3 else filled(form, token, draw)
    way = draw.choices(_WAYS, _WEIGHTS)[0]
    sent = Sent(form.method, form.action, way.__name__.replace("_", " "))
    pairs = way(form, pairs, sent, draw)
    if draw.random() < 0.06:
        sent.url = _other_key(sent.url, draw, keys)
    if draw.random() < 0.05:
        mark = "&" if "?" in sent.url else "?"
        sent.url += mark + _encoded([(hostile(draw, "text")[:50], hostile(draw, "text")[:300])])
    if draw.random() < 0.1:
        sent.headers |= headers(draw)
    elif draw.random() < 0.25:
        sent.headers |= {"HX-Request": "true", "HX-Current-URL": f"http://localhost{form.page}"}
        if draw.random() < 0.3:
            pairs.append(("autosave", "1"))
    if not sent.body:
        _pack(form, pairs, sent, draw)
    return sent


def hostile_headers(url: str, draw: random.Random) -> Sent:
    """A page asked for with a query and headers that no browser sends."""
    query = [
        (draw.choice(("page", "q", "next", "sort", "lot", "month", hostile(draw, "text")[:40])),
         hostile(draw, draw.choice(("text", "number", "key", "day", "link"))))
        for _ in range(draw.randint(1, 3))
    ]  # fmt: skip
    address = url.partition("?")[0] + "?" + _encoded(query)[:6000]
    return Sent("GET", address, "hostile query and headers", headers=headers(draw))


def headers(draw: random.Random) -> dict[str, str]:
    """One or two headers as no browser sends them."""
    offered = {
        "Accept-Language": ("zz-ZQ;q=9", "*", "fi;q=NaN", "a" * 5000, "sv,,;;q=,en;q=-1", "\xff"),
        "Accept": ("application/json", "*/*;q=x", "zq/zq"),
        "HX-Request": ("true", "false", "<zqx>"),
        "HX-Current-URL": (
            "http://localhost/%ff",
            "http://[::1",
            "//zq.example/zq",
            "javascript:zq",
            "<zqx>",
            "http://localhost/" + "a/" * 2000,
            "http://localhost//zq.example",
        ),
        "HX-Target": ("<zqx>", "zq"),
        "HX-Prompt": ('"><zqx>',),
        "HX-Trigger": ("{zq", "%00"),
        "HX-Boosted": ("true",),
        "HX-History-Restore-Request": ("true",),
        "Range": ("bytes=0-", "bytes=-1", "bytes=9999999999-", "bytes=5-1,zq", "zq=1-2"),
        "If-None-Match": ("*", '"zq"', "W/", '"' * 99),
        "If-Modified-Since": ("zq", "Thu, 01 Jan 99999 00:00:00 GMT", "0"),
        "X-Request-ID": ("<zqx>", "zq" * 99, "zq\t1"),
        "X-Forwarded-For": ("zq, <zqx>", "' OR 1=1"),
        "X-Forwarded-Host": ("zq.example",),
        "X-HTTP-Method-Override": ("DELETE", "zq"),
        "Content-Length": ("0", "5"),
        "Referer": ("http://zq.example/", "http://localhost/<zqx>", "zq"),
        "User-Agent": ("<zqx>", "", "zq" * 3000),
        "Cookie2": ("siirtyma=zq; siirtyma_language=<zqx>",),
        "Content-Encoding": ("gzip", "zq"),
        "Transfer-Encoding": ("chunked",),
        "Expect": ("100-continue",),
    }
    chosen = draw.sample(sorted(offered), draw.randint(1, 2))
    return {name: draw.choice(offered[name]) for name in chosen}


def _one_hostile_value(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    fields = [one for one in form.fields if _is_typed(one)]
    if not fields:
        return _unknown_fields(form, pairs, sent, draw)
    one = draw.choice(fields)
    value = hostile(draw, one.kind)
    sent.what += f" in {one.name}"
    if one.of_type in ("text", "textarea"):
        sent.typed[one.name] = value
    return _with(pairs, one.name, [value])


def _hostile_values_throughout(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    for one in form.fields:
        if _is_typed(one) and draw.random() < 0.8:
            value = hostile(draw, one.kind)
            pairs = _with(pairs, one.name, [value])
            if one.of_type in ("text", "textarea"):
                sent.typed[one.name] = value
    return pairs


def _markup_in_every_text(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    for one in form.fields:
        if one.of_type in ("text", "textarea") and one.kind == "text":
            value = draw.choice(MARKUP)
            pairs = _with(pairs, one.name, [value])
            sent.typed[one.name] = value
    return pairs


def _missing_fields(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    if draw.random() < 0.2:
        return [pair for pair in pairs if pair[0].endswith(TOKEN)]
    return [pair for pair in pairs if pair[0].endswith(TOKEN) or draw.random() < 0.6]


def _empty_fields(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    share = draw.choice((0.3, 1.0))
    return [
        (name, value if name.endswith(TOKEN) or draw.random() > share else "")
        for name, value in pairs
    ]


def _doubled_fields(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    again = [
        (name, hostile(draw, "text") if draw.random() < 0.5 else value)
        for name, value in pairs
        if draw.random() < 0.5
    ]
    return again + pairs if draw.random() < 0.5 else pairs + again


def _unknown_fields(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    names = ("id", "person_id", "state", "role", "at", "by", "__class__", "_method", "next", "add",
             "password_hash", "autosave", "confirm", "remove", "delete", "step")  # fmt: skip
    more = [
        (draw.choice(names) if draw.random() < 0.7 else hostile(draw, "text"), hostile(draw, "key"))
        for _ in range(draw.randint(1, 6))
    ]
    return pairs + more


def _options_not_offered(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    chosen = [one for one in form.fields if one.options or one.of_type == "hidden"]
    chosen = [one for one in chosen if not one.name.endswith(TOKEN)]
    if not chosen:
        return _one_hostile_value(form, pairs, sent, draw)
    for one in draw.sample(chosen, min(len(chosen), draw.randint(1, 2))):
        others = [value for other in form.fields for value in other.options]
        value = draw.choice(others) if others and draw.random() < 0.3 else hostile(draw, one.kind)
        values = [value, *one.options] if draw.random() < 0.3 else [value]
        pairs = _with(pairs, one.name, values)
    return pairs


_INDEX = re.compile(r"-\d+(?=-|$)")


def _indexes_out_of_range(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    if not any(_INDEX.search(name) for name, _value in pairs):
        return _unknown_names(form, pairs, sent, draw)
    way = draw.choice(("-99999", "-99999999999999999999", "--1", "-٣", "-", "-1e9", "-0x1", "-²"))
    share = draw.choice((0.2, 1.0))
    moved = [
        (_INDEX.sub(way, name) if draw.random() < share else name, value) for name, value in pairs
    ]
    return moved + pairs if draw.random() < 0.5 else moved


def _unknown_names(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    return pairs + [
        (name + draw.choice(("-0", "-99999-x", "[]", "[0]", ".x", "-0-0-0", "\x00")), value)
        for name, value in pairs
        if draw.random() < 0.5
    ]


def _files_where_texts_belong(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    names = [name for name, _value in pairs if not name.endswith(TOKEN)] or ["zq"]
    names += [one.name for one in form.fields if one.of_type == "file"] * 3
    given = [(draw.choice(names), draw.choice(FILES)) for _ in range(draw.randint(1, 3))]
    replaced = {name for name, _file in given}
    kept = [pair for pair in pairs if pair[0] not in replaced]
    _multipart(kept, given, sent, draw)
    return kept


def _wrong_enctype(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    sent.content_type, sent.body = draw.choice(
        (
            ("text/plain", _encoded(pairs).encode()),
            ("application/json", b'{"zq": [[[["' + b"[" * 3000 + b"zq"),
            ("application/xml", b"<zqx>&zq;</zqx>"),
            ("multipart/form-data", _encoded(pairs).encode()),
            ("multipart/form-data; boundary=", b"--\r\nzq"),
            ("multipart/form-data; boundary=zq", _encoded(pairs).encode()),
            ("multipart/form-data; boundary=" + "z" * 500, b"zq"),
            ("application/x-www-form-urlencoded; charset=utf-16", _encoded(pairs).encode()),
            ("application/x-www-form-urlencoded", b"=&&=;zq%&%zz&%=%%"),
            ("zq", b"zq"),
            ("", b"zq"),
        )
    )
    if draw.random() < 0.5:
        sent.headers["X-CSRFToken"] = next(v for n, v in [*pairs, (TOKEN, "")] if TOKEN in n)
    return pairs


def _broken_utf8(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    broken = draw.choice(("%FF%FE", "%ED%A0%80zq", "zq%C3", "%F5%80%80%80", "%C0%AFzq", "%00zq"))
    names = [name for name, _value in pairs if not name.endswith(TOKEN)]
    chosen = draw.choice(names) if names else "zq"
    rest = [pair for pair in pairs if pair[0] != chosen]
    where = _quoted(chosen) if draw.random() < 0.8 else broken
    sent.body = f"{_encoded(rest)}&{where}={broken}".encode()
    sent.content_type = "application/x-www-form-urlencoded"
    if form.method == "GET":
        sent.url = f"{form.action.partition('?')[0]}?{sent.body.decode()}"
    return pairs


def _very_many_fields(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    count = draw.choice((600, 2000, 6000))
    name = next((name for name, _v in pairs if not name.endswith(TOKEN)), "zq")
    names = draw.choice((lambda n: name, lambda n: f"{name}-{n}", lambda n: f"zq{n}-" + "-0" * 9))
    if draw.random() < 0.3:
        _multipart(pairs + [(names(n), "zq") for n in range(count)], [], sent, draw)
        return pairs
    return pairs + [(names(n), "zq") for n in range(count)]


def _as_it_is(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    return pairs


def _without_its_token(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> Pairs:
    kept = [pair for pair in pairs if not pair[0].endswith(TOKEN)]
    if draw.random() < 0.5:
        kept.append((TOKEN, draw.choice(("", "zq", "." * 99, "<zqx>", "zq.zq.zq", "\x00"))))
    return kept


_Way = Callable[[Form, Pairs, Sent, random.Random], Pairs]
_CHOICES: dict[_Way, float] = {
    _one_hostile_value: 34,
    _hostile_values_throughout: 12,
    _markup_in_every_text: 10,
    _missing_fields: 6,
    _empty_fields: 5,
    _doubled_fields: 5,
    _unknown_fields: 4,
    _options_not_offered: 8,
    _indexes_out_of_range: 5,
    _files_where_texts_belong: 5,
    _wrong_enctype: 3,
    _broken_utf8: 3,
    _very_many_fields: 0.4,
    _as_it_is: 3,
    _without_its_token: 1,
}
_WAYS, _WEIGHTS = list(_CHOICES), list(_CHOICES.values())


def _is_typed(one: Field) -> bool:
    return one.of_type not in ("submit", "file") and not one.name.endswith(TOKEN)


def _with(pairs: Pairs, name: str, values: list[str]) -> Pairs:
    return [pair for pair in pairs if pair[0] != name] + [(name, value) for value in values]


def _other_key(url: str, draw: random.Random, keys: list[str]) -> str:
    found = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", url)
    pool = [*KEYS, *draw.sample(NUMBERS, 3), *draw.sample(MARKUP, 2), *draw.sample(SQL, 2),
            *draw.sample(SIGNS, 2), *draw.sample(DAYS, 1)]  # fmt: skip
    if keys and draw.random() < 0.6:
        pool = keys
    if not found:
        part = draw.choice(url.partition("?")[0].strip("/").split("/"))
        return url.replace(part, _quoted(draw.choice(pool))[:2000], 1) if part else url
    return url.replace(draw.choice(found), _quoted(draw.choice(pool))[:2000])


def _quoted(value: str) -> str:
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"), safe="")


def _encoded(pairs: Pairs) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _pack(form: Form, pairs: Pairs, sent: Sent, draw: random.Random) -> None:
    if form.method == "GET":
        sent.url = f"{sent.url.partition('?')[0]}?{_encoded(pairs)}"
    elif form.enctype == "multipart/form-data" or draw.random() < 0.04:
        _multipart(pairs, [], sent, draw)
    else:
        sent.body = _encoded(pairs).encode()
        sent.content_type = "application/x-www-form-urlencoded"


def _multipart(
    pairs: Pairs, files: list[tuple[str, tuple[str, bytes]]], sent: Sent, draw: random.Random
) -> None:
    parts = []
    for name, value in pairs:
        parts.append(
            b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (_plain(name), _bytes(value))
        )
    for name, (file, content) in files:
        media = draw.choice((b"application/pdf", b"text/html", b"zq", b"text/csv"))
        parts.append(
            b'Content-Disposition: form-data; name="%s"; filename="%s"\r\n'
            b"Content-Type: %s\r\n\r\n%s" % (_plain(name), _plain(file), media, content)
        )
    edge = b"--zqedge\r\n"
    sent.body = edge + (b"\r\n" + edge).join(parts) + b"\r\n--zqedge--\r\n"
    sent.content_type = "multipart/form-data; boundary=zqedge"


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _plain(value: str) -> bytes:
    return _bytes(value.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22"))
