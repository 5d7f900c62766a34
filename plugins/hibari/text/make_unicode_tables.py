#!/usr/bin/env python3
"""Writes unicode_tables.inc: what the text front end needs of Unicode, from Python's unicodedata (Unicode 14 with Python 3.11).

    python3 make_unicode_tables.py > unicode_tables.inc
"""
import sys
import unicodedata

MOST = sys.maxunicode + 1


def ranges(test):
    out, start = [], None
    for c in range(MOST + 1):
        inside = c < MOST and test(chr(c))
        if inside and start is None:
            start = c
        elif not inside and start is not None:
            out.append((start, c - 1))
            start = None
    return out


def table(name, rows, kind):
    print(f"constexpr {kind} {name}[] = {{")
    for i in range(0, len(rows), 6):
        print("    " + ", ".join("{" + ", ".join(f"0x{v:X}" for v in row) + "}" for row in rows[i:i + 6]) + ",")
    print("};")


def single(text):
    return len(text) == 1


print(f"// Made by make_unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.")
table("kAlnum", ranges(lambda c: c.isalnum()), "Range")
table("kAlpha", ranges(lambda c: c.isalpha()), "Range")
table("kUpper", ranges(lambda c: c.isupper()), "Range")
table("kLower", ranges(lambda c: c.islower()), "Range")
table("kDecimal", ranges(lambda c: c.isdecimal()), "Range")
table("kDigit", [(ord(c), unicodedata.digit(c)) for c in map(chr, range(MOST)) if c.isdigit()], "Pair")
table("kSpace", ranges(lambda c: c.isspace()), "Range")
table("kToLower", [(c, ord(chr(c).lower())) for c in range(MOST) if single(chr(c).lower()) and chr(c).lower() != chr(c)], "Pair")
table("kToUpper", [(c, ord(chr(c).upper())) for c in range(MOST) if single(chr(c).upper()) and chr(c).upper() != chr(c)], "Pair")
# NFKC of single characters; Hangul syllables and CJK compatibility ideographs do not reach an English lexicon.
decomposed = []
for c in range(MOST):
    text = unicodedata.normalize("NFKC", chr(c))
    if text != chr(c) and not (0xF900 <= c < 0xFB00 or 0x2F800 <= c < 0x2FA20 or 0x3130 <= c < 0x3190 or 0xFFA0 <= c < 0xFFDD):
        if len(text) <= 4:
            decomposed.append((c, *map(ord, text), *[0] * (4 - len(text))))
table("kCompatible", decomposed, "Quad")
pairs = []
for c in range(MOST):
    text = unicodedata.decomposition(chr(c))
    if text and not text.startswith("<") and len(text.split()) == 2 and unicodedata.normalize("NFC", chr(c)) == chr(c):
        a, b = (int(x, 16) for x in text.split())
        pairs.append((a, b, c))
table("kComposed", sorted(pairs), "Triple")
