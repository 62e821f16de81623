"""Large contents kept outside the database, in a store that speaks S3; what goes there is closed.

The row stays in the database and tells the hash of what lies there. An object is written before
its row is committed and deleted after: what a fault leaves behind has no row, cannot be read by
anybody, and is swept away by ``portal storage sweep``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

from portal.config import Settings

_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 5, 30, 3
_DELETED_AT_ONCE = 1000


class StoreUnavailable(Exception):
    """The object store does not answer, or does not let the portal in: it passes by itself."""


class Objects(Protocol):
    """Contents by their key; a content never changes under its key."""

    def put(self, key: str, content: bytes) -> None:
        """Keep it; safe once this returns. Raises StoreUnavailable."""

    def get(self, key: str) -> bytes | None:
        """None where there is none. Raises StoreUnavailable."""

    def delete(self, *keys: str) -> None:
        """Those that are there. Raises StoreUnavailable."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every key and since when it is there. Raises StoreUnavailable."""


class S3Objects:
    """A bucket of Amazon S3 or of whatever speaks its language."""

    def __init__(self, settings: Settings) -> None:
        assert settings.objects_bucket is not None
        self._settings = settings
        self._bucket = settings.objects_bucket

    @cached_property
    def _client(self) -> Any:
        # Half a second of importing, for installations that have such a store.
        import boto3
        from botocore.config import Config

        given = self._settings
        return boto3.client(
            "s3",
            endpoint_url=given.objects_url,
            region_name=given.objects_region,
            aws_access_key_id=given.objects_access_key,
            aws_secret_access_key=given.objects_secret_key,
            config=Config(
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                retries={"max_attempts": _ATTEMPTS, "mode": "standard"},
                s3={"addressing_style": "path"},
            ),
        )

    def _asked(self, operation: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **arguments)
        except ClientError as fault:
            if fault.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise StoreUnavailable(operation) from fault
        except BotoCoreError as fault:
            raise StoreUnavailable(operation) from fault

    def put(self, key: str, content: bytes) -> None:
        """Keep it; the library has the store check what arrived by a checksum."""
        self._asked("put_object", Key=key, Body=content)

    def get(self, key: str) -> bytes | None:
        """None where there is none."""
        answer = self._asked("get_object", Key=key)
        if answer is None:
            return None
        from botocore.exceptions import BotoCoreError

        try:
            content: bytes = answer["Body"].read()
        except BotoCoreError as fault:
            raise StoreUnavailable("get_object") from fault
        return content

    def delete(self, *keys: str) -> None:
        """Those that are there."""
        for start in range(0, len(keys), _DELETED_AT_ONCE):
            some = [{"Key": key} for key in keys[start : start + _DELETED_AT_ONCE]]
            self._asked("delete_objects", Delete={"Objects": some, "Quiet": True})

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every key and since when it is there."""
        more: dict[str, str] = {}
        while True:
            answer = self._asked("list_objects_v2", **more)
            for one in (answer or {}).get("Contents", ()):
                yield one["Key"], one["LastModified"].astimezone(UTC)
            if not answer or not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}


def objects_of(settings: Settings) -> Objects | None:
    """The store that the installation has set; without one, all is in the database."""
    return S3Objects(settings) if settings.objects_bucket else None
