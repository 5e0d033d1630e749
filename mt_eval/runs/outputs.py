"""What a system made of whole articles, as running text in its own order: how a run keeps that and gives it back.

The texts are in `segments.jsonl` (what belongs to each segment pair) and in `additions` (what belongs to none). `order`
says how they follow each other, in signs with a space between them:

    3       the translation of the article's third segment pair, or what is left of it
    3-7     those of its third to its seventh in turn; the empty ones among them are passed over
    3/45    the next 45 characters of its third, where that stands in several places
    +       the next addition
    |       a line break of the output

An article that is not in `order` has its translations in the order of the segment pairs, and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mt_eval.spool import skim
from mt_eval.stored import DamagedError
from mt_eval.types import SegmentPair, Translation

_SIGN = re.compile(r"(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9})|/(?P<characters>[0-9]{1,9}))?|(?P<other>[+|])")


@dataclass(frozen=True, slots=True)
class OutputPart:
    """Text that stands together in an output, without white space around it and with single spaces in it."""

    place: int | None
    """The segment pair that it translates: its place among those of its article, from 0; None where it was added."""
    text: str
    ends_line: bool = False
    """A line break stands behind it."""


def list_outputs(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    additions: Mapping[str, Sequence[str]],
    order: Mapping[str, str],
    *,
    articles: Collection[str] | None = None,
) -> dict[str, tuple[OutputPart, ...]]:
    """Article pair id to all that the system made of the article, in the order in which it said it.

    Every character is in one part. Articles are in the order of the data, also those of which nothing was made.

    Args:
        articles: Only these are wanted.

    Raises:
        DamagedError: `order` does not fit the texts.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    if articles is None or articles:
        for pair, translation in zip(skim(pairs, "article_pair_id"), skim(translations, "text"), strict=True):
            if articles is None or pair.article_pair_id in articles:
                texts[pair.article_pair_id].append(translation.text if translation else "")
    wanted = {*additions, *order} if articles is None else {*additions, *order} & set(articles)
    if unknown := sorted(wanted - texts.keys()):
        raise DamagedError(f"it has additions to the article {unknown[0]!r}, which the run has not")
    return {
        article: read_order(order.get(article, ""), each, additions.get(article, ())) for article, each in texts.items()
    }


def write_order(parts: Sequence[OutputPart], pairs: int) -> str:
    """The order of an output's parts, none of which is empty; empty where it is that of its article's N pairs.

    Args:
        pairs: How many segment pairs the article has.
    """
    remaining = Counter(part.place for part in parts)
    filled = sorted(place for place in remaining if place is not None)
    follower = dict(pairwise(filled))
    signs: list[str] = []
    first = last = -1

    def close() -> None:
        nonlocal first
        if first >= 0:
            signs.append(str(first + 1) if first == last else f"{first + 1}-{last + 1}")
        first = -1

    several = {place for place, count in remaining.items() if count > 1}
    for part in parts:
        if part.place is None or part.place in several:
            close()
            remaining[part.place] -= 1
            if part.place is None:
                signs.append("+")
            else:
                signs.append(f"{part.place + 1}" + (f"/{len(part.text)}" if remaining[part.place] else ""))
        elif first >= 0 and follower.get(last) == part.place:
            last = part.place
        else:
            close()
            first = last = part.place
        if part.ends_line and part is not parts[-1]:
            close()
            signs.append("|")
    close()
    whole = [str(filled[0] + 1) if len(filled) == 1 else f"{filled[0] + 1}-{filled[-1] + 1}"] if filled else []
    return "" if signs == whole else " ".join(signs)


def read_order(order: str, translations: Sequence[str], additions: Sequence[str]) -> tuple[OutputPart, ...]:
    """The parts of one article's output.

    Raises:
        DamagedError: It does not name every character of the translations and of the additions once.
    """
    added = iter(additions)
    parts: list[OutputPart] = []
    used = [0] * len(translations)

    def take(place: int, characters: int | None = None) -> None:
        text = translations[place]
        end = len(text) if characters is None else used[place] + characters
        if used[place] < end <= len(text) and text[end : end + 1] in ("", " "):
            parts.append(OutputPart(place, text[used[place] : end]))
            # A space stands where two parts were joined.
            used[place] = end + 1
        elif characters is not None:
            raise DamagedError(
                f"its order takes {characters} characters of segment pair {place + 1}, which has not them"
            )

    for sign in order.split() if order else [f"1-{len(translations)}"] if translations else []:
        match = _SIGN.fullmatch(sign)
        if match is None:
            raise DamagedError(f"its order has the sign {sign[:40]!r}")
        if sign == "|" and parts:
            parts[-1] = OutputPart(parts[-1].place, parts[-1].text, ends_line=True)
        elif sign == "+":
            parts.append(OutputPart(None, next(added, "")))
        elif match["first"]:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            if not 1 <= first <= last <= len(translations):
                raise DamagedError(f"its order has {sign}, of {len(translations)} segment pairs")
            for place in range(first - 1, last):
                take(place, int(match["characters"]) if match["characters"] else None)
    if any(text and used[place] <= len(text) for place, text in enumerate(translations)) or next(added, None):
        raise DamagedError(f"its order {order[:40]!r} leaves out some of the text")
    return tuple(parts)
