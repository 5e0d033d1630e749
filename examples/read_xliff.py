#!/usr/bin/env python3
"""Read XLIFF 1.2 and print a row for each unit as JSON, which `data=table` reads: `read_xliff.py FILE > news.jsonl`.

A `file` element is a document. A unit without a target is left out, and how many there were is said.
"""

from __future__ import annotations

import json
import sys
from xml.etree import ElementTree

XLIFF = "{urn:oasis:names:tc:xliff:document:1.2}"


def main(path: str) -> None:
    """Print the rows of the file."""
    left_out = 0
    for document in ElementTree.parse(path).iter(f"{XLIFF}file"):
        source_lang, target_lang = document.attrib["source-language"], document.attrib["target-language"]
        for unit in document.iter(f"{XLIFF}trans-unit"):
            source, target = (_read(unit, side) for side in ("source", "target"))
            if not source or not target:
                left_out += 1
                continue
            row = {"doc": document.attrib["original"], source_lang[:2]: source, target_lang[:2]: target}
            print(json.dumps(row, ensure_ascii=False))
    if left_out:
        print(f"{path}: {left_out} units without a text on both sides were left out", file=sys.stderr)


def _read(unit: ElementTree.Element, side: str) -> str:
    """The text of one side, the text of inline elements included."""
    element = unit.find(f"{XLIFF}{side}")
    return "" if element is None else " ".join("".join(element.itertext()).split())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
