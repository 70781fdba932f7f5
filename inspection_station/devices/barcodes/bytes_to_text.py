"""From a code's bytes or digits to its text."""

from __future__ import annotations


def text_of_bytes(raw: bytes, guess: str) -> str:
    """The text of a code without a declared character set: UTF-8, then GB18030 (China's own), then the engine's guess.

    zxing-cpp falls back to Latin-1 for Chinese, zbar takes it for Japanese. A guess of Shift-JIS with kana in it is
    left: the same bytes would also pass as GB18030, but as nonsense.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if any("\u3040" <= sign <= "\u30ff" or "\uff66" <= sign <= "\uff9f" for sign in guess):
        return guess
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return guess


def whole_article_number(short: str) -> str:
    """The 13 digits that eight digits of UPC-E stand for, as zxing-cpp writes them; other texts come back unchanged."""
    if len(short) != 8 or not (short.isascii() and short.isdigit()):
        return short
    system, body, last, check = short[0], short[1:6], short[6], short[7]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:]
    elif last == "4":
        middle = body[:4] + "00000" + body[4:]
    else:
        middle = body + "0000" + last
    return "0" + system + middle + check


def full_ascii(text: str) -> str:
    """What a Code 39 text means in full-ASCII mode: pairs of a shift sign and a letter stand for one sign.

    The table is that of ISO/IEC 16388, annex A. zbar gives the pairs as they are printed.
    """
    found, place = [], 0
    while place < len(text):
        sign = _FULL_ASCII.get(text[place : place + 2])
        found.append(text[place] if sign is None else sign)
        place += 1 if sign is None else 2
    return "".join(found)


def _full_ascii_pairs() -> dict[str, str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pairs = {"+" + letter: letter.lower() for letter in letters}
    pairs |= {"$" + letter: chr(1 + number) for number, letter in enumerate(letters)}
    pairs |= {"/" + letter: chr(0x21 + number) for number, letter in enumerate(letters[:15])} | {"/Z": ":"}
    pairs |= {"%" + letter: chr(0x1B + number) for number, letter in enumerate(letters[:5])}
    pairs |= {"%" + letter: chr(0x3B + number) for number, letter in enumerate(letters[5:10])}
    pairs |= {"%" + letter: chr(0x5B + number) for number, letter in enumerate(letters[10:15])}
    pairs |= {"%" + letter: chr(0x7B + number) for number, letter in enumerate(letters[15:20])}
    return pairs | {"%U": "\0", "%V": "@", "%W": "`", "%X": "\x7f", "%Y": "\x7f", "%Z": "\x7f"}


_FULL_ASCII = _full_ascii_pairs()
