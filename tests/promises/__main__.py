"""``python -m tests.promises write`` writes docs/trust.md; ``trials`` lists the commands of it."""

from __future__ import annotations

import sys

from tests.promises.bank import trials
from tests.promises.page import PAGE, page

if sys.argv[1:] == ["write"]:
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is written anew.\n")
elif sys.argv[1:] == ["trials"]:
    sys.stdout.write("\n".join(trials()) + "\n")
else:
    sys.exit("say write or trials")
