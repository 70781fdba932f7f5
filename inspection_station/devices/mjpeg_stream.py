"""Taking a stream of JPEG pictures apart (multipart/x-mixed-replace), without any network.

Cameras differ in what they make of the format, and a hostile one may send anything: a boundary with or without its
dashes, lengths that are wrong or missing, parts without end. What is kept never exceeds the limits below, and of
several whole pictures only the newest is kept: a reader that is slower than its camera shows now, not a while ago.
"""

from __future__ import annotations

import re

LARGEST_PART = 16 * 1024 * 1024  # bytes of one picture; a 12 MP photo at the best quality has 10
LARGEST_PART_HEADER = 4096
LONGEST_BOUNDARY = 100
BAD_PARTS = 20  # parts in a row without a picture, after which it is no stream of pictures

JPEG_START = b"\xff\xd8"
JPEG_END = b"\xff\xd9"


class BadStream(Exception):
    """What comes is not a stream of pictures."""


def boundary_of(content_type: str) -> bytes:
    """What stands between two pictures, as a Content-Type header tells it.

    Raises:
        BadStream: it is another type, or no usable boundary is named.
    """
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() not in ("multipart/x-mixed-replace", "multipart/mixed"):
        raise BadStream(kind.strip()[:60] or "-")
    match = re.search(r'(?:^|;)\s*boundary\s*=\s*(?:"([^"]*)"|([^;\s]*))', parameters, re.IGNORECASE)
    # Some cameras name the boundary with the two dashes that must precede it, some without.
    name = (match[1] or match[2] or "").strip().lstrip("-") if match else ""
    if not name or len(name) > LONGEST_BOUNDARY or not name.isascii() or not name.isprintable():
        raise BadStream("boundary")
    return b"--" + name.encode("ascii")


class PictureStream:
    """Takes bytes as they come and gives the newest whole picture.

    The bytes it holds are at most a picture of `LARGEST_PART` and what was fed last.
    """

    def __init__(self, boundary: bytes) -> None:
        self._boundary = boundary
        self._held = bytearray()
        self._in_part = False
        self._length: int | None = None
        self._lengths_lie = False
        self._searched = 0  # bytes of `_held` in which no boundary begins
        self._bad = 0
        self._newest: bytes | None = None

    def feed(self, data: bytes) -> None:
        """Take what came next.

        Raises:
            BadStream: a part is larger than any picture, or too many parts are none.
        """
        self._held += data
        while self._part() if self._in_part else self._part_begins():
            pass

    def take(self) -> bytes | None:
        """The newest whole picture that was not taken yet: a JPEG from its first byte to its last."""
        newest, self._newest = self._newest, None
        return newest

    def _part_begins(self) -> bool:
        """Go on to the first byte behind the header of a part; False when it has not come yet."""
        start = self._held.find(self._boundary, self._searched)
        if start < 0:
            # Before the first part anything may stand; more than a header's worth is not looked at again.
            del self._held[: max(0, len(self._held) - len(self._boundary))]
            self._searched = 0
            return False
        del self._held[:start]
        self._searched = 0
        at = len(self._boundary)
        ends = [(place, len(mark)) for mark in (b"\r\n\r\n", b"\n\n")
                if (place := self._held.find(mark, at, at + LARGEST_PART_HEADER)) >= 0]  # fmt: skip
        if not ends:
            if len(self._held) < at + LARGEST_PART_HEADER:
                return False
            self._count_bad()
            del self._held[:at]
            return True
        place, mark = min(ends)
        self._length = None if self._lengths_lie else _length_of(bytes(self._held[at:place]))
        del self._held[: place + mark]
        self._in_part = True
        return True

    def _part(self) -> bool:
        """Take one whole part; False when it has not come yet."""
        end = self._end_of_part()
        if end is None:
            return False
        part = bytes(self._held[:end])
        del self._held[:end]
        self._searched, self._in_part = 0, False
        last = part.rfind(JPEG_END)
        if part.startswith(JPEG_START) and last > 0:
            self._newest = part[: last + len(JPEG_END)]
            self._bad = 0
        else:
            self._count_bad()
        return True

    def _end_of_part(self) -> int | None:
        if self._length is not None:
            if len(self._held) < self._length + len(self._boundary) + 4:
                # The picture is whole as soon as its own end has come; nobody waits for the next one's beginning.
                whole = len(self._held) >= self._length and self._held.endswith(JPEG_END, 0, self._length)
                return self._length if whole else None
            if self._boundary in self._held[self._length : self._length + len(self._boundary) + 4]:
                return self._length
            self._lengths_lie, self._length = True, None
        end = self._held.find(self._boundary, self._searched)
        if end < 0:
            if len(self._held) > LARGEST_PART:
                raise BadStream("part")
            self._searched = max(0, len(self._held) - len(self._boundary))
            return None
        return end

    def _count_bad(self) -> None:
        self._bad += 1
        if self._bad >= BAD_PARTS:
            raise BadStream("parts")


def _length_of(header: bytes) -> int | None:
    match = re.search(rb"(?i)(?:^|\n)content-length[ \t]*:[ \t]*([0-9]{1,10})[ \t\r]*(?:\n|$)", header)
    if match is None:
        return None
    length = int(match[1])
    if length > LARGEST_PART:
        raise BadStream("part")
    return length or None


class Chunks:
    """Takes the chunks of an HTTP answer apart as they come (RFC 9112, section 7.1)."""

    LONGEST_LINE = 1024

    def __init__(self) -> None:
        self._held = bytearray()
        self._left = 0  # bytes of the present chunk that have not come yet
        self._between = False  # the line end behind a chunk is still to come
        self.ended = False

    def feed(self, data: bytes) -> bytes:
        """What of `data` is content.

        Raises:
            BadStream: it does not consist of chunks.
        """
        self._held += data
        content = bytearray()
        while self._held and not self.ended:
            if self._left:
                taken = self._held[: self._left]
                del self._held[: len(taken)]
                self._left -= len(taken)
                self._between = not self._left
                content += taken
                continue
            end = self._held.find(b"\n", 0, self.LONGEST_LINE)
            if end < 0:
                if len(self._held) >= self.LONGEST_LINE:
                    raise BadStream("chunk")
                break
            size = bytes(self._held[:end]).partition(b";")[0].strip()
            del self._held[: end + 1]
            if self._between:
                self._between = False
                if size:
                    raise BadStream("chunk")
                continue
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size):
                raise BadStream("chunk")
            self._left = int(size, 16)
            self.ended = not self._left
        return bytes(content)
