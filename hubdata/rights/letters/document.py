"""A letter as a .docx, the same bytes for the same letter: no author, no moment of the clock, no hidden text.

It has a title and a language, its heading is a heading, and everything in it can be edited.
"""

import io
import zipfile
from xml.sax.saxutils import escape

from hubdata.rights.letters.wording import Worded, clean

START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org"
WORDS = f"{OFFICE}/wordprocessingml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE = "application/vnd.openxmlformats-package"
DAY = (1980, 1, 1, 0, 0, 0)  # the first that an archive can say; the same for every letter
CONTENT_TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{PACKAGE}.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{TYPES}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{TYPES}.settings+xml"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{PACKAGE}.core-properties+xml"/></Types>'
)
PARTS = (
    f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
INSIDE = (
    f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/officeDocument/2006/relationships/settings" Target="settings.xml"/>'
    "</Relationships>"
)
SETTINGS = f'<w:settings xmlns:w="{WORDS}"><w:themeFontLang w:val="en-GB"/></w:settings>'
STYLES = (
    f'<w:styles xmlns:w="{WORDS}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" '
    'w:cs="Arial"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault><w:pPrDefault>'
    '<w:pPr><w:spacing w:after="200" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="360" w:after="240"/><w:outlineLvl w:val="0"/>'
    '</w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Address"><w:name w:val="Address"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:spacing w:after="0"/></w:pPr></w:style></w:styles>'
)
PAGE = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/>'
END = "</w:sectPr></w:body></w:document>"


def made(above: list[str], worded: Worded, below: list[str]) -> bytes:
    """The document: lines above the title (to whom, which day), the letter, and lines that close it."""
    title = clean(worded.title)
    body = [*(_paragraph(line, "Address") for line in above), _paragraph(title, "Heading1")]
    body += [*map(_paragraph, worded.says), *(_paragraph(line, "Address") for line in below)]
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": PARTS,
        "docProps/core.xml": _core(title),
        "word/document.xml": f'<w:document xmlns:w="{WORDS}"><w:body>{"".join(body)}{PAGE}{END}',
        "word/styles.xml": STYLES,
        "word/settings.xml": SETTINGS,
        "word/_rels/document.xml.rels": INSIDE,
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, DAY)
            entry.create_system, entry.external_attr = 3, 0o600 << 16  # whichever system makes it
            archive.writestr(entry, START + text)
    return whole.getvalue()


def _core(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{OFFICE}/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        "<dc:language>en-GB</dc:language></cp:coreProperties>"
    )


def _paragraph(text: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{styled}<w:r><w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r></w:p>'
