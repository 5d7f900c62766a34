#!/usr/bin/env python3
"""Writes unicode_tables.inc: what the text front end of ChatTTS needs of Unicode.

    python3 make_unicode_tables.py unicodedata_db.h > unicode_tables.inc

The reference's tokenizer has the categories of Unicode 8.0; they are read from `unicodedata_db.h` of the source package
unicodedata2 8.0.0 (PSF licence; data: Unicode). Its normalizer, and case and decomposition, have those of Python 3.11
(Unicode 14), with which this is run. Characters that are younger than 8.0 only turn words into [UNK], whatever they fold to.
"""
import re
import sys
import unicodedata

MOST = sys.maxunicode + 1


def categories_of_8(path):
    text = open(path, encoding="utf-8").read()
    assert '#define UNIDATA_VERSION "8.0.0"' in text

    def numbers(name):
        return [int(n) for n in re.findall(r"\d+", re.search(name + r"\[\] = \{(.*?)\n\};", text, re.S)[1])]

    names = re.findall(r'"(\w*)"', re.search(r"_PyUnicode_CategoryNames\[\] = \{(.*?)\};", text, re.S)[1])
    records = re.findall(r"\{(\d+), ", re.search(r"_PyUnicode_Database_Records\[\] = \{(.*?)\n\};", text, re.S)[1])
    shift = int(re.search(r"#define SHIFT (\d+)", text)[1])
    first, second = numbers(r"\bindex1"), numbers(r"\bindex2")
    mask = (1 << shift) - 1
    return [names[int(records[second[(first[c >> shift] << shift) + (c & mask)]])] for c in range(MOST)]


def ranges(test):
    out, start = [], None
    for c in range(MOST + 1):
        inside = c < MOST and test(c)
        if inside and start is None:
            start = c
        elif not inside and start is not None:
            out.append((start, c - 1))
            start = None
    return out


def write(name, rows, row_type, columns):
    print(f"constexpr {row_type} {name}[] = {{")
    for i in range(0, len(rows), columns):
        print("    " + " ".join("{" + ", ".join(f"0x{v:X}" for v in row) + "}," for row in rows[i : i + columns]))
    print("};")


def main():
    category = categories_of_8(sys.argv[1])
    folded = {}
    for c in range(0x80, MOST):
        if 0xD800 <= c < 0xE000 or 0xAC00 <= c < 0xD7A4:  # Hangul syllables are decomposed by arithmetic
            continue
        parts = [ord(p) for p in unicodedata.normalize("NFD", chr(c)) if category[ord(p)] != "Mn"]
        lower = "".join(chr(p).lower() if p != 0x130 else "i" for p in parts)
        if lower != chr(c) and category[c] != "Mn":
            folded[c] = [ord(p) for p in lower]
    most = max(len(parts) for parts in folded.values())
    assert most <= 3, most
    print(f"// Made by make_unicode_tables.py from Unicode 8.0.0 (categories) and {unicodedata.unidata_version} (words, folding); do not edit.")
    write("kRemoved", ranges(lambda c: c not in (9, 10, 13) and (c == 0xFFFD or category[c] in ("Cc", "Cf", "Co"))), "Range", 6)
    write("kMarks", ranges(lambda c: category[c] == "Mn"), "Range", 6)
    write("kPunctuation", ranges(lambda c: category[c][0] == "P"), "Range", 6)
    write("kWords", ranges(lambda c: c == 0x5F or unicodedata.category(chr(c))[0] in "LN"), "Range", 6)
    write("kFolded", [(c, *(parts + [0] * (3 - len(parts)))) for c, parts in sorted(folded.items())], "Folded", 4)


if __name__ == "__main__":
    main()
