"""Stamps by a real time-stamping service: openssl's, behind a small server on a local port."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from portal.audit.daily import look_after_record
from portal.audit.heads import keep_head, kept_heads
from portal.audit.models import AuditStamp
from portal.audit.record import acting
from portal.audit.stamping import BadStamp, check_stamp, stamp_faults, stamp_heads
from portal.config import Settings
from portal.unit_of_work import unit_of_work
from portal.web.unit import Services

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
KEY = bytes(range(32))
CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = A root
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[service]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/service.pem
signer_key = {folder}/service.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*arguments: str | Path) -> None:
    program = shutil.which("openssl")
    assert program
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def make_service(folder: Path) -> Path:
    """Keys and certificates of a service; returns the certificate that it is checked by."""
    folder.mkdir()
    settings = folder / "openssl.cnf"
    settings.write_text(CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    for name in ("root", "service"):
        openssl("genpkey", *curve, "-out", folder / f"{name}.key")
    openssl(
        *("req", "-x509", "-new", "-config", settings, "-extensions", "root", "-days", "3650"),
        *("-key", folder / "root.key", "-out", folder / "root.pem"),
    )
    openssl(
        *("req", "-new", "-config", settings, "-subj", "/CN=A service"),
        *("-key", folder / "service.key", "-out", folder / "service.csr"),
    )
    openssl(
        *("x509", "-req", "-in", folder / "service.csr", "-CA", folder / "root.pem"),
        *("-CAkey", folder / "root.key", "-CAcreateserial", "-days", "3650"),
        *("-extfile", settings, "-extensions", "service", "-out", folder / "service.pem"),
    )
    return folder / "root.pem"


@dataclass
class Service:
    """A time-stamping service on a local port, and what it has been told to answer instead."""

    folder: Path
    certificate: Path
    url: str = ""
    asked: list[str | None] = field(default_factory=list)
    instead: tuple[int, bytes] | None = None
    waits: float = 0

    def answer(self, question: bytes) -> tuple[int, bytes]:
        if self.instead is not None:
            return self.instead
        query, reply = self.folder / "query.tsq", self.folder / "reply.tsr"
        query.write_bytes(question)
        openssl(
            *("ts", "-reply", "-config", self.folder / "openssl.cnf", "-section", "one"),
            *("-queryfile", query, "-out", reply),
        )
        return 200, reply.read_bytes()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The certificate of the service, and that of another one."""
    folder = tmp_path_factory.mktemp("services")
    return make_service(folder / "one"), make_service(folder / "other")


@pytest.fixture
def service(certificates: tuple[Path, Path]) -> Iterator[Service]:
    certificate = certificates[0]
    one = Service(certificate.parent, certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            one.asked.append(self.headers["Content-Type"])
            if one.waits:
                stop.wait(one.waits)
            status, content = one.answer(question)
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return

        def log_message(self, *_words: object) -> None:
            return

    stop = threading.Event()
    server = HTTPServer(("127.0.0.1", 0), Handler)
    one.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield one
    stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stamped_by(services: Services, service: Service) -> Settings:
    """An installation with a kept head, and the service in its settings."""
    with (
        unit_of_work(services.database) as session,
        acting(session, "ask", chain="one", by=uuid4(), at=AT),
    ):
        pass
    keep_head(services.database, services.reads_database, KEY, AT)
    changed = {
        "audit_key": KEY,
        "timestamp_url": service.url,
        "timestamp_certificate": service.certificate,
        "timestamp_seconds": 1,
    }
    services.settings = services.settings.model_copy(update=changed)
    return services.settings


def test_a_head_is_stamped_and_the_stamp_is_checked(
    services: Services, service: Service, stamped_by: Settings
) -> None:
    assert stamp_heads(services.database, stamped_by, AT) == (1, None)
    assert service.asked == ["application/timestamp-query"]
    # What is stamped is not stamped again.
    assert stamp_heads(services.database, stamped_by, AT) == (0, None)
    with services.database.reading() as session:
        stamp = session.scalars(select(AuditStamp)).one()
        (head,) = kept_heads(session)
    assert stamp.token
    stamped_at = check_stamp(stamp.token, head, stamped_by)
    assert abs((datetime.now(UTC) - stamped_at).total_seconds()) < 60
    assert stamp_faults(services.database, stamped_by) == []


def test_openssl_itself_takes_the_stamp(
    services: Services, service: Service, stamped_by: Settings, tmp_path: Path
) -> None:
    stamp_heads(services.database, stamped_by, AT)
    with services.database.reading() as session:
        token = session.scalars(select(AuditStamp.token)).one()
        (head,) = kept_heads(session)
    assert token
    (tmp_path / "stamp.tsr").write_bytes(token)
    (tmp_path / "head").write_bytes(head.stamped)
    openssl(
        *("ts", "-verify", "-in", tmp_path / "stamp.tsr", "-data", tmp_path / "head"),
        *("-CAfile", service.certificate),
    )


def test_a_stamp_of_another_service_is_told(
    services: Services, stamped_by: Settings, certificates: tuple[Path, Path]
) -> None:
    other = stamped_by.model_copy(update={"timestamp_certificate": certificates[1]})
    stamped, fault = stamp_heads(services.database, other, AT)
    assert (stamped, "not of the configured service" in str(fault)) == (0, True)
    # Without a certificate it is kept; once there is one, it is checked.
    unchecked = stamped_by.model_copy(update={"timestamp_certificate": None})
    assert stamp_heads(services.database, unchecked, AT) == (1, None)
    assert stamp_faults(services.database, unchecked) == []
    assert "the stamp of the signed head 1 is wrong" in stamp_faults(services.database, other)[0]


def test_a_stamp_of_something_else_is_told(services: Services, stamped_by: Settings) -> None:
    keep_head(services.database, services.reads_database, KEY, AT)
    stamp_heads(services.database, stamped_by, AT)
    with services.database.reading() as session:
        first, second = session.scalars(select(AuditStamp).order_by(AuditStamp.number))
        heads = kept_heads(session)
    assert first.token
    assert second.token
    with pytest.raises(BadStamp, match="stamps something else"):
        check_stamp(first.token, heads[1], stamped_by)
    with services.database.transaction() as session:
        session.execute(
            insert(AuditStamp).values(id=uuid4(), number=1, at=AT, token=second.token, fault=None)
        )
    (line,) = stamp_faults(services.database, stamped_by)
    assert line == "the stamp of the signed head 1 is wrong: it stamps something else"


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        ((503, b"busy"), "answers with status 503"),
        ((200, b"no stamp at all"), "holds no stamp"),
        ((200, b""), "holds no stamp"),
        ((200, b"\x30" * 300_000), "too large"),
        ((302, b""), "answers with status 302"),
    ],
)
def test_a_wrong_answer_stops_nothing_and_is_told(
    services: Services,
    service: Service,
    stamped_by: Settings,
    instead: tuple[int, bytes],
    words: str,
) -> None:
    service.instead = instead
    lines = look_after_record(services.database, services.reads_database, stamped_by, AT)
    assert lines[-1].startswith("stamp_heads 0: ")
    assert words in lines[-1]
    with services.database.reading() as session:
        kept = session.scalars(select(AuditStamp)).one()
        assert (kept.token, words in str(kept.fault)) == (None, True)
    # The next run tries again.
    service.instead = None
    lines = look_after_record(services.database, services.reads_database, stamped_by, AT)
    assert lines[-1] == "stamp_heads 1"


def test_a_service_that_hangs_or_is_gone_stops_nothing(
    services: Services, service: Service, stamped_by: Settings
) -> None:
    service.waits = 30
    _stamped, fault = stamp_heads(services.database, stamped_by, AT)
    assert str(fault).startswith("the service does not answer")
    gone = stamped_by.model_copy(update={"timestamp_url": "http://127.0.0.1:9/"})
    _stamped, fault = stamp_heads(services.database, gone, AT)
    assert fault == "the service does not answer (ConnectionError)"


def test_an_answer_to_another_question_is_refused(
    services: Services, service: Service, stamped_by: Settings
) -> None:
    unchecked = stamped_by.model_copy(update={"timestamp_certificate": None})
    assert stamp_heads(services.database, unchecked, AT) == (1, None)
    service.instead = (200, (service.folder / "reply.tsr").read_bytes())
    keep_head(services.database, services.reads_database, KEY, AT)
    assert stamp_heads(services.database, stamped_by, AT) == (
        0,
        "the answer is one to another question",
    )


def test_no_service_is_asked_where_none_is_set(services: Services, service: Service) -> None:
    keep_head(services.database, services.reads_database, KEY, AT)
    assert stamp_heads(services.database, services.settings, AT) == (0, None)
    assert service.asked == []
