"""Values that nobody in good faith types, each with a mark by which its echo is known.

An element or an attribute that begins with ``zq`` comes from one of these and from nowhere else.
"""

from __future__ import annotations

import random
import re

MARK = "zq"

MARKUP = (
    '"\'><zqx zqa="1">&amp;',
    "<zqx>",
    '" zqa="1',
    "' zqa='1",
    "` zqa=`1",
    " zqa=1 ",
    "</title><zqx>",
    "</textarea><zqx>",
    "</select><zqx>",
    "</option></select><zqx zqa=1>",
    "</script><zqx>",
    "</style><zqx>",
    "--><zqx><!--",
    "]]><zqx>",
    "<zqx\n zqa\n=\n1\n>",
    "<ZQX ZQA=1>",
    "<<zqx>>",
    "&lt;zqx&gt;",
    "&#60;zqx&#62;",
    "&#x3c;zqx&#x3e;",
    "%3Czqx%3E",
    "%253Czqx%253E",
    "\\u003czqx\\u003e",
    "\\x3czqx\\x3e",
    "<zqx\x00 zqa=1>",
    "<\x00zqx>",
    "＜zqx＞",
    "<zq-x onload=1>",
    "<svg/zqa=1>zq",
    '<img src=x zqa="1">zq',
    "[zq](javascript:1)",
    "javascript:zq//",
    "data:text/html,<zqx>",
    "<!--zq",
    "<![CDATA[<zqx>]]>",
    "<?zq ?><zqx>",
)
TEMPLATES = (
    "zq{{7*191}}zq",
    "zq{% raw %}zq",
    "zq{{config}}zq",
    "zq${7*191}zq",
    "zq#{7*191}zq",
    "zq<%= 7*191 %>zq",
    "zq%(name)s%(zq)szq",
    "zq{0.__class__.__mro__}zq",
    "zq%s%n%x%dzq",
    "zq{}{zq!r}zq",
    "zq{# x #}zq",
)
"""None of them may be reckoned: 7 times 191 is 1337."""
SQL = (
    "zq' OR '1'='1",
    "zq'; DROP TABLE person; --",
    'zq" OR ""="',
    "zq') UNION SELECT NULL,NULL,password_hash FROM person --",
    "zq\\",
    "zq%",
    "zq_",
    "%%zq__%",
    "zq'||(SELECT 1)||'",
    "zq/**/OR/**/1=1",
    "zq\\'; SELECT pg_sleep(9); --",
    "zq$$;SELECT 1;$$",
    'zq*:"NEAR(a,b)',
    "1; zq",
    "zq' COLLATE nocase LIKE '%",
)
FORMULAS = (
    "=zq()",
    "=1+1+zq",
    '=HYPERLINK("http://zq.example";"zq")',
    "+zq",
    "-zq",
    "@zq",
    "\t=zq",
    "\r=zq",
    "\n=zq",
    "  =zq",
    "=cmd|' /C zq'!A0",
    "＝zq",
    "%0A=zq",
    '";=zq',
    "'=zq",
)
HEADERS = (
    "zq\r\nSet-Cookie: zq=1",
    "zq\r\n\r\n<zqx>",
    "zq\nBcc: zq@zq.example",
    "zq\rX-Zq: 1",
    "zq%0d%0aX-Zq: 1",
    "zq\u2028X-Zq: 1",
    "zq\u0085X-Zq: 1",
    "zq\x0bX-Zq: 1",
    "zq嘊嘍X-Zq: 1",
    "zq@zq.example\nBcc: other@zq.example",
    '"zq" <zq@zq.example>, other@zq.example',
)
SIGNS = (
    "",
    " ",
    "\t",
    "\n",
    "\u00a0",
    "\u200b",
    "\x00",
    "zq\x00zq",
    "\x01\x02\x1b[31mzq\x7f",
    "zq\ud800",
    "\udfffzq",
    "zq\ufffe\uffff",
    "\ufeffzq",
    "zq\u202etxt.exe",
    "\u200fzq\u200e",
    "\u2066zq\u2069",
    "👩‍👩‍👧‍👦zq🇫🇮",
    "z\u0341q" + "\u0300\u0489" * 60,
    "ﷺ" * 20 + "zq",
    "İıſßﬃzq",
    "Åäö zq ÅÄÖ".encode().decode("latin-1"),
    "zq\U000e0001\U000e007f",
    "..",
    "../../../../etc/passwd",
    "..\\..\\zq",
    "/dev/null",
    "file:///etc/passwd",
    "CON",
    "nul.txt",
    "zq" * 70,
    "z" * 201,
    "zq " * 700,
    "ä" * 10_001,
    "zq" * 30_000,
    "\n" * 3000 + "zq",
)
NUMBERS = (
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "00001",
    "0.1",
    "0,1",
    "1 000,50",
    "1.000,50",
    "1,000.50",
    "-0.005",
    "99999999999999",
    "9" * 15,
    "9" * 40,
    "9" * 5000,
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "2147483648",
    "4294967296",
    "1e3",
    "1e400",
    "1E+999999999",
    "1e-999999999",
    "NaN",
    "sNaN",
    "nan",
    "Infinity",
    "-inf",
    "0x10",
    "1_000",
    "٣",
    "١٢٣",
    "１２",
    "²",
    "½",
    "Ⅷ",
    "一",
    "\u22121",
    "+5",
    "--5",
    "5-",
    "1..2",
    "1,2,3",
    ",",
    ".",
    "-",
    "€",
    "5 €",
    "€5",
    "0." + "0" * 400 + "1",
    "True",
    "None",
    "null",
    "[]",
    "{}",
)
DAYS = (
    "1.1.2026",
    "15.6.2026",
    "30.2.2026",
    "31.6.2026",
    "29.2.2027",
    "0.0.0000",
    "1.1.0001",
    "31.12.9999",
    "1.1.10000",
    "1.1.99999999",
    "1.1.-5",
    "32.13.2026",
    "2026-06-15",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "06/15/2026",
    "6/15/26",
    "1.1.26",
    "15 June 2026",
    "١٥.٦.٢٠٢٦",
    "1.1.²",
    "29.3.2026",
    "25.10.2026",
    "2026-W24-1",
    "today",
    "20260615",
    "1.1.1969",
    "15.6.2026 12.00",
)
CLOCKS = (
    "3.30",
    "3:30",
    "03:30",
    "24.00",
    "24:00",
    "23.59.60",
    "-1.00",
    "99.99",
    "12",
    "12.0",
    "٣.٣٠",
    "12:00:00.000001",
    "12.00 pm",
    "0.00",
    "4.00",
    "3.59",
)
"""Half past three does not exist on 29.3.2026 in Helsinki, and comes twice on 25.10.2026."""
MONTHS = ("2026-06", "2026-13", "0000-00", "9999-12", "2026-6", "202606", "2026-06-01", "٢٠٢٦-٠٦")
KEYS = (
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "{00000000-0000-0000-0000-000000000000}",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "00000000000000000000000000000000",
    "00000000-0000-0000-0000-00000000000g",
    "00000000-0000-0000-0000-00000000000",
    "٠٠٠٠٠٠٠٠-0000-0000-0000-000000000000",
    "zq",
    "",
    "0",
    "-1",
    "None",
    "../../zq",
)
ADDRESSES = (
    "zq@esimerkki.example",
    "zq",
    "@",
    "zq@",
    "@zq.example",
    "zq@zq@zq.example",
    "zq@" + "a" * 300 + ".example",
    "zq@-.example",
    "zq@xn--.example",
    "zq@ÄÖ.example",
    "zq@esimerkki..example",
    "zq@[127.0.0.1]",
    "zq\x00@zq.example",
    "zq zq@zq.example",
    "<zqx>@zq.example",
    "zq@zq.example,other@zq.example",
    "ZQ@ESIMERKKI.EXAMPLE",
    "zq@" + "ß" * 80 + ".example",
    "zq@\u2028.example",
)
LINKS = (
    "/",
    "//zq.example",
    "//[::1",
    "/[zq",
    "/\\zq.example",
    "https://zq.example/",
    "javascript:zq",
    "/\tzq",
    "/%0d%0aX-Zq:1",
    "http:///zq.example",
    "/account?zq=<zqx>",
    "\\\\zq.example",
    "https:zq.example",
    "/\u2028/zq.example",
    "///zq.example",
)

OF_KIND: dict[str, tuple[tuple[str, ...], ...]] = {
    "text": (MARKUP, MARKUP, SQL, TEMPLATES, FORMULAS, HEADERS, SIGNS, NUMBERS),
    "number": (NUMBERS, NUMBERS, NUMBERS, DAYS, MARKUP, SIGNS),
    "day": (DAYS, DAYS, DAYS, NUMBERS, MARKUP, SIGNS),
    "clock": (CLOCKS, CLOCKS, CLOCKS, NUMBERS, SIGNS),
    "email": (ADDRESSES, ADDRESSES, HEADERS, MARKUP, SQL),
    "key": (KEYS, KEYS, NUMBERS, MARKUP, SQL, SIGNS),
    "choice": (KEYS, MARKUP, SQL, SIGNS, NUMBERS, MONTHS),
    "link": (LINKS, LINKS, HEADERS, MARKUP),
    "month": (MONTHS, DAYS, NUMBERS, MARKUP),
}

_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def hostile(draw: random.Random, kind: str) -> str:
    """One value for a field of that kind; now and then one for any other."""
    kinds = OF_KIND.get(kind, OF_KIND["text"])
    if draw.random() < 0.1:
        kinds = OF_KIND[draw.choice(sorted(OF_KIND))]
    value = draw.choice(draw.choice(kinds))
    if draw.random() < 0.04:
        value = value + draw.choice(SIGNS)
    return value


def kind_of(name: str, of_type: str, value: str, inputmode: str) -> str:
    """What a field seems to be for, by what its element says."""
    last = name.rpartition("-")[2]
    if of_type == "email" or "email" in last:
        return "email"
    if last == "time" or "clock" in last or last.endswith("_at"):
        return "clock"
    if last == "day" or "starts" in last or "ends" in last or last.endswith(("_on", "_by", "due")):
        return "day"
    if inputmode in ("numeric", "decimal"):
        return "number" if inputmode == "decimal" else "day" if "." in value else "number"
    if last == "next":
        return "link"
    if "month" in last or "period" in last:
        return "month"
    if _KEY.match(value):
        return "key"
    if of_type == "hidden":
        return "number" if value.isdecimal() else "key"
    return "choice" if of_type in ("select", "radio", "checkbox") else "text"
