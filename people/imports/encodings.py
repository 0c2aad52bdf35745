"""In which encoding a file's letters are written: by a mark at its start, by UTF-8 that fits, else by what the letters
would be. Where they make sense in several encodings, somebody is asked; where in none, the file is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

SHOWN = 6  # words of a sample
KNOWN = {
    "cp1252": "Windows, Western Europe", "cp1250": "Windows, Central Europe", "cp850": "DOS, Western Europe",
    "mac_roman": "Mac, Western Europe",
}  # fmt: skip
AS_BYTES = "latin-1"  # keeps every byte as one letter, until the encoding is known
NOT_READ = "\N{REPLACEMENT CHARACTER}"
_BETWEEN = re.compile(r"[\s,;|\"]+")
_OPENING, _CLOSING, _WITHIN = "‘“", "’”…", "’–‑·"


@dataclass(frozen=True)
class Reading:
    """How a file reads in one encoding, and words of it with letters outside ASCII."""

    encoding: str
    text: str
    sample: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return KNOWN.get(self.encoding, self.encoding.upper())

    @property
    def words(self) -> str:
        return ", ".join(self.sample)


def readings(content: bytes) -> list[Reading]:
    """Each different reading that makes sense. Lines of another encoding than UTF-8 around them hold NOT_READ."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _in("utf-16", content)
    if content[1:64:2].count(0) > len(content[1:64:2]) // 2:
        return _in("utf-16", b"\xff\xfe" + content)
    if found := _in("utf-8-sig", content):
        return found
    if _is_mostly_utf8(content):
        return [reading_in("utf-8", content.decode("utf-8-sig", errors="replace"))]
    different: dict[str, Reading] = {}
    for encoding in KNOWN:
        for found_in in _in(encoding, content):
            if all(map(_makes_sense, _words(found_in.text))):
                different.setdefault(found_in.text, found_in)
    return list(different.values())


def _in(encoding: str, content: bytes) -> list[Reading]:
    try:
        return [reading_in(encoding.removesuffix("-sig"), content.decode(encoding))]
    except UnicodeDecodeError:
        return []


def reading_in(encoding: str, text: str) -> Reading:
    return Reading(encoding, text, list(dict.fromkeys(_words(text)))[:SHOWN])


def _words(text: str) -> Iterator[str]:
    """Those with a letter outside ASCII."""
    return (word for word in _BETWEEN.split(text) if not word.isascii())


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether UTF-8 was meant, but for lines pasted in from elsewhere: its letters of two bytes hardly ever fit by
    chance."""
    if content.startswith(b"\xef\xbb\xbf"):
        return True
    return any(not line.isascii() and _in("utf-8", line) for line in content.split(b"\n"))


def _makes_sense(word: str) -> bool:
    """Whether letters stand where letters do: no sign within a word, no capital after a small letter, as in ZoÙ."""
    word = word.lstrip(_OPENING).rstrip(_CLOSING)
    for before, letter in zip(" " + word, word, strict=False):
        if letter.isascii() or (letter in _WITHIN and before != " "):
            continue
        if not letter.isalpha() or (letter.isupper() and before.islower()):
            return False
    return True
