"""Where words may be broken at the end of a line.

WeasyPrint breaks words by Pyphen's dictionaries, which have Swedish and English but no Finnish:
ours is added to them. What is no word (a reference, an address, a hash, a number with letters) is
marked in the page, so that no hyphen gets into it.
"""

from __future__ import annotations

import re
from html import escape, unescape

import pyphen

from portal.paths import DOCUMENTS

FINNISH = DOCUMENTS / "_hyphenation" / "hyph_fi.dic"

_TAG = re.compile(r"(<[^>]*>)")
_RUN = re.compile(r"\S+")
_AROUND = ".,;:!?()[]\"'„”“«»…–-"
_SIGNS = re.compile(r"[\d/@_\\=&#+|]|\w[.:]\w")
_COULD_BREAK = re.compile(r"[^\W\d_]{8}")
_NOT_SHOWN = ("<title", "<style")


def add_finnish() -> None:
    """Make the Finnish dictionary known to Pyphen, and so to WeasyPrint."""
    pyphen.LANGUAGES["fi"] = FINNISH
    pyphen.LANGUAGES_LOWERCASE["fi"] = "fi"


def keep_codes_whole(html: str) -> str:
    """The page with what is no word marked: ``<span class="code">``.

    Only what could be broken at all is marked, which is a run of eight letters or more. The page's
    own texts are escaped, so that a sign ``<`` is always the beginning of a tag.
    """
    pieces = _TAG.split(html)
    shown = True
    for n, piece in enumerate(pieces):
        if n % 2:
            shown = not piece.startswith(_NOT_SHOWN) and (shown or piece.startswith("</"))
        elif shown and _COULD_BREAK.search(piece):
            pieces[n] = _marked(piece)
    return "".join(pieces)


def _marked(piece: str) -> str:
    text, done, out = unescape(piece), 0, ""
    for run in _RUN.finditer(text):
        core = run[0].strip(_AROUND)
        if not (_COULD_BREAK.search(core) and _SIGNS.search(core)):
            continue
        begin = run.start() + run[0].index(core)
        out += escape(text[done:begin]) + f'<span class="code">{escape(core)}</span>'
        done = begin + len(core)
    return piece if not done else out + escape(text[done:])
