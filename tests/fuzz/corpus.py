"""Texts that run a program in a page, or another statement in a database, where they are let.

Each that ran would open a dialogue, write to the console, or be reported by the content policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

RUN = "alert('zq')"

_IN_TEXT = (
    "<script>{}</script>",
    "<SCRIPT>{}</SCRIPT>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<script src=//zq.example/x.js></script>",
    "<script\x20type='module'>{}</script>",
    "<script>/*\n*/{}//</script >",
    "<script/x>{}</script>",
    "<img src=x onerror={}>",
    '<img src=x onerror="{}">',
    "<IMG SRC=x ONERROR={}>",
    "<img/src=x/onerror={}>",
    "<img src='x' onerror\n=\n{}>",
    "<img src=x:x onerror=window.onerror={}>",
    "<svg onload={}>",
    "<svg/onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><set onbegin={} attributename=x>",
    '<svg><a xlink:href="javascript:{}"><text y=20>zq</text></a></svg>',
    '<math><mi//xlink:href="data:x,<script>{}</script>">',
    '<math href="javascript:{}">zq</math>',
    "<body onload={}>",
    "<body onpageshow={}>",
    '<iframe src="javascript:{}"></iframe>',
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    "<iframe src=//zq.example></iframe>",
    '<object data="javascript:{}"></object>',
    '<object data="data:text/html,<script>{}</script>"></object>',
    '<embed src="javascript:{}">',
    "<embed src=//zq.example/x.swf>",
    '<a href="javascript:{}">zq</a>',
    '<a href="jav&#x09;ascript:{}">zq</a>',
    '<a href="\x01javascript:{}">zq</a>',
    "<a href='data:text/html,<script>{}</script>'>zq</a>",
    '<form action="javascript:{}"><input type=submit></form>',
    '<form><button formaction="javascript:{}">zq</button></form>',
    "<isindex type=image src=1 onerror={}>",
    "<input autofocus onfocus={}>",
    "<select autofocus onfocus={}>",
    "<textarea autofocus onfocus={}>",
    "<keygen autofocus onfocus={}>",
    "<video src=x onerror={}>",
    "<video><source onerror={}></video>",
    "<audio src=x onerror={}>",
    "<details open ontoggle={}>",
    "<marquee onstart={}>",
    "<div onmouseover={} style=position:fixed;inset:0>zq</div>",
    '<div style="background:url(javascript:{})">',
    '<div style="width:expression({})">',
    "<style>@import '//zq.example/x.css';</style>",
    "<style onload={}></style>",
    "<link rel=stylesheet href=//zq.example/x.css>",
    "<link rel=import href='data:text/html,<script>{}</script>'>",
    '<meta http-equiv=refresh content="0;url=javascript:{}">',
    "<meta http-equiv=refresh content='0;url=//zq.example'>",
    "<base href=//zq.example/>",
    '<table background="javascript:{}">',
    '<noscript><p title="</noscript><img src=x onerror={}>">',
    "<template><img src=x onerror={}></template>",
    "<xss id=x tabindex=1 onfocus={}></xss>",
    "<custom-zq onanimationstart={} style=animation:x>",
    "<!--><img src=x onerror={}>-->",
    "<!--[if IE]><script>{}</script><![endif]-->",
    "<![CDATA[<script>{}</script>]]>",
    '<?xml-stylesheet href="javascript:{}"?>',
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "</style><script>{}</script>",
    "</script><script>{}</script>",
    "</option></select><img src=x onerror={}>",
    "</noscript><img src=x onerror={}>",
    "<div hx-get=/account hx-trigger=load>zq</div>",
    '<div hx-on:htmx:load="{}" hx-trigger=load>zq</div>',
    '<div data-hx-on-click="{}">zq</div>',
    "<div hx-vals='js:{{x: {}}}' hx-get=/ hx-trigger=load>",
    "<img src=//zq.example/x.png>",
    "＜script＞{}＜/script＞",
    "<scrıpt>{}</scrıpt>",
    "<script\u2028>{}</script>",
    "%3Cscript%3E{}%3C/script%3E",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "\\x3cscript\\x3e{}\\x3c/script\\x3e",
    "+ADw-script+AD4-{}+ADw-/script+AD4-",
)
_IN_ATTRIBUTES = (
    '" onmouseover="{}',
    "' onmouseover='{}",
    '" autofocus onfocus="{}" x="',
    "' autofocus onfocus='{}' x='",
    '"><script>{}</script>',
    "'><script>{}</script>",
    '"><img src=x onerror={}>',
    "'><svg onload={}>",
    '" style="position:fixed;inset:0" onclick="{}',
    '" type=image src=x onerror="{}',
    "` onerror={} `",
    "x onerror={} ",
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgnenEnKTwvc2NyaXB0Pg==",
    '" hx-on::load="{}',
    '\\"-{}//',
    "';{};//",
    '";{};//',
    "${{{}}}",
    '{{{{constructor.constructor("{}")()}}}}',
    "{{{{7*191}}}}",
    "{{% for x in ().__class__.__base__.__subclasses__() %}}{{{{x}}}}{{% endfor %}}",
)
_IN_STATEMENTS = (
    "' OR '1'='1' --",
    "'; DROP TABLE person; --",
    "'; UPDATE person SET name='zq'; --",
    "') UNION SELECT password_hash FROM person --",
    "1' AND (SELECT COUNT(*) FROM person) > 0 --",
    "\\'; DELETE FROM audit_entry; --",
    "' || (SELECT password_hash FROM person LIMIT 1) || '",
    "'; SELECT pg_sleep(5); --",
    "'/**/UNION/**/SELECT/**/1--",
    "%' OR name LIKE '%",
    "0x27206f7220313d31",
    "\u02bc OR \u02bc1\u02bc=\u02bc1",
)
_IN_SHEETS = (
    '=HYPERLINK("http://zq.example";"zq")',
    "=cmd|' /C calc'!A0",
    "+SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    '=IMPORTXML("http://zq.example";"//a")',
)

CORPUS: tuple[str, ...] = (
    *(text.format(RUN) for text in _IN_TEXT + _IN_ATTRIBUTES),
    *_IN_STATEMENTS,
    *_IN_SHEETS,
)

_REFERRED_TO = {"field", "fields", "region", "passage", "zone", "at"}
_SENTENCE = re.compile(r"\S \S")


def planted(case: Any, corpus: Iterator[str] | None = None, key: str = "") -> Any:
    """The case with a text of the corpus at the end of everything in it that people write.

    What other parts of the case refer to by its words is left as it is.
    """
    corpus = corpus or cycle(CORPUS)
    if isinstance(case, dict):
        return {
            name: planted(value, corpus, key if name in ("fi", "sv", "en") else str(name))
            for name, value in case.items()
        }
    if isinstance(case, list):
        return [planted(value, corpus, key) for value in case]
    if isinstance(case, str) and key not in _REFERRED_TO and _SENTENCE.search(case):
        # Control signs cannot be typed, and most of these are texts of one line.
        return " ".join(f"{case} {next(corpus)}".replace("\x01", "").split())
    return case
