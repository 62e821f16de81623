"""What is done for the record once a day: linking, verifying, signing, stamping."""

from __future__ import annotations

from datetime import datetime

from portal.audit.heads import keep_head, kept_on
from portal.audit.reads import link_reads
from portal.audit.stamping import stamp_heads
from portal.config import Settings
from portal.database import Database


def look_after_record(
    database: Database, reads: Database, settings: Settings, at: datetime
) -> list[str]:
    """One line for each thing done; a second run of the same day signs no second head.

    What cannot be done, such as stamping without an answer, is told in its line and stops nothing.
    """
    lines = [f"link_reads {link_reads(reads)}"]
    with database.reading() as session:
        kept = kept_on(session, at)
    if settings.audit_key is None:
        lines.append("sign_head 0: there is no audit_key, so a cut tail could not be found")
    elif kept:
        lines.append("sign_head 0")
    else:
        try:
            _head, faults = keep_head(database, reads, settings.audit_key, at, settings.audit_heads)
            lines.append("sign_head 1")
            lines += [f"verify_record: {fault}" for fault in faults]
        except OSError as fault:
            lines.append(f"sign_head 1: not written to the folder ({fault.strerror})")
    if settings.timestamp_url is not None:
        stamped, failed = stamp_heads(database, settings, at)
        lines.append(f"stamp_heads {stamped}" + (f": {failed}" if failed else ""))
    return lines
