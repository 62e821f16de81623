"""Whether a file may be attached to an offer: known by its content, readable, without a password.

Checked when the file arrives, so that nothing is left to be refused when the offer is submitted.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.offers.attachments.limits import FIELD, MEGABYTE, Limits
from portal.offers.attachments.names import LONGEST_NAME, clean_name, ending_of, name_beside
from portal.offers.attachments.office import check_office
from portal.offers.attachments.pdf import check_pdf
from portal.offers.attachments.pictures import check_jpeg, check_png
from portal.shared.errors import RuleBroken

__all__ = [
    "FIELD",
    "LONGEST_NAME",
    "MEDIA_TYPES",
    "MEGABYTE",
    "Limits",
    "checked",
    "clean_name",
    "kind_of",
    "name_beside",
]

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
"""What is accepted, by the end of the file's name."""

_CHECKS: dict[str, Callable[[str, bytes, Limits], None]] = {
    "pdf": check_pdf,
    "docx": check_office,
    "xlsx": check_office,
    "png": check_png,
    "jpg": check_jpeg,
    "jpeg": check_jpeg,
}


def checked(name: str, content: bytes, limits: Limits) -> tuple[str, str]:
    """The file's name without paths and invisible signs, and its media type.

    Raises ``file_too_large``, ``file_type``, ``file_content_differs``, ``file_encrypted``,
    ``file_unreadable``, ``file_macros`` and, beyond a limit, ``file_too_many_pages``,
    ``file_too_many_cells``, ``file_too_many_pixels``, ``file_unpacks_too_large``.
    """
    if len(content) > limits.megabytes * MEGABYTE:
        raise RuleBroken("file_too_large", field=FIELD, megabytes=limits.megabytes)
    name = clean_name(name)
    ending = ending_of(name)
    if ending not in MEDIA_TYPES:
        raise RuleBroken("file_type", field=FIELD)
    _CHECKS[ending](ending, content, limits)
    return name, MEDIA_TYPES[ending]


def kind_of(media_type: str) -> str:
    """What a file is called in the list of files: PDF, DOCX, XLSX, PNG or JPEG."""
    return next(
        (end for end, known in reversed(MEDIA_TYPES.items()) if known == media_type), "?"
    ).upper()
