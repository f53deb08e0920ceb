"""How a name or a reason reads however it is written: case, width, accents and joiners aside; it never says whose."""

import re
import unicodedata
from collections.abc import Collection

# Cyrillic and Greek letters for Latin ones, and Latin letters that are no letter with an accent
LOOK_ALIKE = str.maketrans("аеіјорсухѕԁһӏɡαορινυκτ", "aeijopcyxsdhlgaopivukt")
# capital letters that look like Latin ones whose small letters do not, or like others: Ν/Α, ТВС
CAPITALS = str.maketrans("АВЕЗІКМНОРСТУХЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABE3IKMHOPCTYXSJABEZHIKMNOPTYX")
LOOK_ALIKE |= str.maketrans("łøđðħı", "loddhi") | {ord("þ"): "th", ord("æ"): "ae", ord("œ"): "oe"}
# how the bytes of one letter in UTF-8 look when an earlier program took them for letters of Western Europe
BYTES = {byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
LEADS = "".join(BYTES[byte] for byte in range(0xC2, 0xF5))
FOLLOWS = "".join(BYTES[byte] for byte in range(0x80, 0xC0)).replace("\ufffd", "")
TWICE = re.compile(f"[{LEADS}][{re.escape(FOLLOWS)}]+")
STOPS = "\xa0‘’“”–—…·"  # what a name in capitals may have after É: RENÉ’S
OTHER_MARKS = re.compile(r"[√├┬╬╚]|&#?[A-Za-z0-9]+;|=[0-9A-F]{2}=[0-9A-F]{2}|[^\W\d_]\?+[^\W\d_]|[a-z][ÃÂ](?![a-zß-ÿ])")
CODE_LIKE = re.compile(r"(?=.*\d)[\w./-]+|[A-Z0-9./_-]+", re.ASCII)


def plain(name: str) -> str:
    """A name without what nobody sees: case, width, accents, joiners, and letters of another script that look alike."""
    apart = unicodedata.normalize("NFKD", name).casefold().translate(LOOK_ALIKE)
    seen = "".join(sign for sign in apart if unicodedata.category(sign) not in ("Cf", "Mn", "Cc"))
    return " ".join(seen.split())


def words(name: str) -> list[str]:
    """The words of a name as plain letters and digits: O'Brien-Łuk is obrienluk."""
    return [word for word in map(_letters, plain(name).split()) if word]


def squeezed(name: str) -> str:
    """The letters and digits of a name without what stands between them."""
    return _letters(name.lower() if name.isascii() else plain(name))  # most are, and are read in a tenth of the time


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name))


def masked(text: str) -> str:
    """What may be repeated of a reference: all of it if it looks like one, otherwise its shape; it may be a name."""
    return repr(text) if CODE_LIKE.fullmatch(text) else repr(re.sub(r"[^\W\d_]", "x", text))


def says_nothing(text: str, placeholders: Collection[str], numbers: bool = False) -> bool:
    """Whether a text is blank or a placeholder, however it is written: "N/A", "tbc - tbc", "...", "xxx".

    `placeholders` are squeezed words. A text without letters says nothing, unless `numbers`: it may be a reference.
    """
    return any(_says_nothing(words(seen), placeholders, numbers) for seen in {text, text.translate(CAPITALS)})


def _says_nothing(said: list[str], placeholders: Collection[str], numbers: bool) -> bool:
    whole = "".join(said)
    if not any(map(str.isalpha, whole)):
        return not (numbers and whole)
    return whole in placeholders or all(word in placeholders for word in said) or len(set(whole)) == 1


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are spelled."""
    return plain(one) == plain(other)


def is_spoilt(name: str) -> bool:
    """Whether an earlier program spoilt a name: UTF-8 taken for something else (SiÃ¢n), HTML, lost letters."""
    return OTHER_MARKS.search(name) is not None or any(map(_was_one_letter, TWICE.findall(name)))


def _was_one_letter(seen: str) -> bool:
    if seen[0] not in "ÂÃ" and not seen[1:].strip(STOPS):
        return False
    raw = seen.encode("cp1252")
    return any(_is_letter(raw[:size]) for size in (2, 3, 4))


def _is_letter(raw: bytes) -> bool:
    try:
        return len(raw.decode()) == 1
    except UnicodeDecodeError:
        return False
