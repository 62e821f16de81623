"""What a PDF says of itself in its metadata: that it keeps to PDF/UA-1, and its content's hash.

WeasyPrint tags a PDF/A-3a file as PDF/UA asks, but writes the claim of one standard only. PDF/A
wants every property that it does not know described; so the description stands beside the claim.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_END = b"</rdf:RDF>"
_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed\
</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


_IDENTIFIER = (
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:identifier>{}</dc:identifier></rdf:Description>"
)


def claiming(identifier: str) -> Callable[[Any, Any], None]:
    """What adds the claim, and ``identifier``, to a PDF that WeasyPrint is about to write.

    The identifier is of letters, digits and colons.
    """
    told = _CLAIM + _IDENTIFIER.format(identifier).encode()

    def finish(_document: Any, pdf: Any) -> None:
        metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        metadata.stream = [part.replace(_END, told + _END) for part in metadata.stream]

    return finish
