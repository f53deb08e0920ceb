"""What is in a zip, a workbook's too, without unpacking it: refused if it is a bomb, hides its names or has macros.

It opens no file, and imports nothing that is heavy: it runs in the limited process that judges a return.
"""

import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator

MOST_ENTRIES = 200
BESIDE = 5  # entries for each of them: folders, and what computers leave beside a file by themselves
MOST_RATIO = 100
PIECE = 1 << 20
NOT_WHOLE = (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error)
SMALL = 1 << 20  # what unpacks to less is no bomb, however well it was packed
LINK = re.compile(r"[\\:\x00-\x1f]|(?:^|/)\.\.(?:/|$)|^/")
LEFT_BY_SYSTEMS = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.AppleDouble/|@eaDir/|\.DS_Store$|(?:eh)?Thumbs\.db$|desktop\.ini$|\._[^/]*$|Icon\r$)",
    re.IGNORECASE,
)
# what a program leaves beside a file while somebody has it open: Excel and Word, LibreOffice, Emacs
LEFT_BY_OPENING = re.compile(r"(?:^|/)(?:~\$[^/]+|\.~lock\.[^/]*#|\.#[^/]+)$")
MACROS = re.compile(r"vbaproject|macrosheets/|^Basic/|^Scripts/|activeX/", re.IGNORECASE)
OUTSIDE = re.compile(r"^xl/(?:externalLinks/|connections\.xml|queryTables/)", re.IGNORECASE)
EMBEDDED = re.compile(r"embeddings/|^Object ", re.IGNORECASE)
TYPES = "[Content_Types].xml"
PARTS = (
    (MACROS, "has-macros", "the workbook carries macros; save it without them, as .xlsx"),
    (OUTSIDE, "external-link", "the workbook draws on other files or a database; paste the values and save it again"),
    (EMBEDDED, "embedded-file", "the workbook carries another file inside; remove it and save the workbook again"),
)


class Bad(Exception):
    """Why a file is refused as a whole: (code, what is wrong and what to do), and the sheet if it is one's fault."""


def opened(raw: bytes, unpacked: int) -> zipfile.ZipFile:
    """A zip whose list of contents is harmless. Raises Bad with the first thing that is wrong with it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, OSError, ValueError, UnicodeError, IndexError):
        raise Bad("not-a-zip", "the file is cut short or damaged; save or send it again") from None
    entries = archive.infolist()
    counted = sum(1 for entry in entries if not (entry.is_dir() or LEFT_BY_SYSTEMS.search(entry.filename)))
    if counted > MOST_ENTRIES or len(entries) > MOST_ENTRIES * BESIDE:
        raise Bad("too-many-files", f"there are {counted:,} files inside; at most {MOST_ENTRIES} are taken")
    for entry in entries:
        _check(entry)
    sizes = [(entry.file_size, entry.compress_size) for entry in entries]
    size, packed = map(sum, zip((0, 0), *sizes, strict=True))
    if size > unpacked:
        raise Bad(
            "too-large", f"it unpacks to {size >> 20:,} MB; at most {unpacked >> 20:,} MB are taken: send CSV files"
        )
    if any(large > SMALL and large > MOST_RATIO * max(small, 1) for large, small in [(size, packed), *sizes]):
        raise Bad("bomb", f"it unpacks to more than {MOST_RATIO} times its size, as no return does; send CSV files")
    return archive


def _check(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise Bad("encrypted", "it is locked with a password; send it without one, by a safe way")
    if LINK.search(entry.filename) or LINK.search(entry.orig_filename):
        raise Bad("bad-name", "a file inside has a name that leads elsewhere; send plain names")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Bad("link", "a file inside is a link to another file; send the file itself")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Bad("odd-zip", "it is packed in an unusual way; pack it again with the system's own zip")


def content(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of the archive. Raises Bad if it is not whole."""
    try:
        return b"".join(pieces(archive, archive.getinfo(name)))
    except KeyError:
        raise Bad("not-a-zip", "the file is cut short or damaged; save or send it again") from None


def files(raw: bytes, unpacked: int) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """A zip of returns and its files, but what computers leave by themselves; whoever reads them says what two are."""
    archive = opened(raw, unpacked)
    if TYPES in archive.namelist() or "mimetype" in archive.namelist():
        raise Bad("wrong-extension", "it is a workbook; give it the ending .xlsx or .ods, whichever it is")
    return archive, [e for e in archive.infolist() if not e.is_dir() and not LEFT_BY_SYSTEMS.search(e.filename)]


def names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """Each file's name, with its folders where another has the same."""
    plain = [entry.filename.rpartition("/")[2] for entry in entries]
    often = Counter(name.casefold() for name in plain)
    return [name if often[name.casefold()] == 1 else entry.filename for name, entry in zip(plain, entries, strict=True)]


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """One file of the archive, in pieces. Raises Bad if it is not whole."""
    try:
        with archive.open(entry) as file:
            while piece := file.read(PIECE):
                yield piece
    except NOT_WHOLE:
        raise Bad("not-a-zip", "the file is cut short or damaged; save or send it again") from None


def workbook(raw: bytes, unpacked: int) -> zipfile.ZipFile:
    """A workbook's archive: no macros, nothing from outside, nothing embedded. Raises Bad."""
    archive = opened(raw, unpacked)
    if len({name.casefold() for name in archive.namelist()}) < len(archive.namelist()):
        raise Bad("duplicate-file", "two parts inside have the same name, as in no workbook; save it again")
    for name in archive.namelist():
        for sign, code, why in PARTS:
            if sign.search(name):
                raise Bad(code, why)
    if TYPES in archive.namelist() and b"macroEnabled" in content(archive, TYPES):
        raise Bad(*PARTS[0][1:])
    return archive
