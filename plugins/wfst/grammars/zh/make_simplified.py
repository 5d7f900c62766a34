#!/usr/bin/env python3
"""Writes simplified.tsv (traditional character TAB simplified character) from OpenCC's TSCharacters.txt.

usage: make_simplified.py TSCharacters.txt > tables/simplified.tsv

OpenCC: https://github.com/BYVoid/OpenCC, Apache-2.0. Where it lists several, the first is its default. Lines that map a character
to itself are left out, and so is 著, which is also a simplified character.
"""
import sys

KEPT = {'著'}

for line in open(sys.argv[1], encoding='utf-8'):
    if line.startswith('#') or '\t' not in line:
        continue
    traditional, simplified = line.rstrip('\n').split('\t')[:2]
    simplified = simplified.split(' ')[0]
    if traditional != simplified and traditional not in KEPT:
        print(f'{traditional}\t{simplified}')
