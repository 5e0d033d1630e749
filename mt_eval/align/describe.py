"""What two texts share, in words: lengths, numbers, dates, names."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.align.anchors import find_anchors
from mt_eval.align.weights import Weights
from mt_eval.languages.arabic import list_words
from mt_eval.languages.calendar import MONTHS
from mt_eval.languages.letters import compose
from mt_eval.languages.names import list_names, match_names
from mt_eval.types import SegmentPair

_SHOWN = 6
_SURE_CHANCE = 0.5
"""Of a name, from which on it is told: four consonants that agree."""


def describe_evidence(pairs: Sequence[SegmentPair], source_lang: str, reference_lang: str) -> tuple[str, ...]:
    """Sentences such as `numbers in both: 8, 75, 200`; what there is none of is said too."""
    sides = [(pair.source_text, pair.reference_text) for pair in pairs]
    texts = [" \n".join(side[number] for side in sides) for number in (0, 1)]
    lengths = [max(1, len(compose(text))) for text in texts]
    return (
        f"{lengths[1]} characters for {lengths[0]}, a ratio of {lengths[1] / lengths[0]:.2f}",
        *_describe_anchors(texts, (source_lang, reference_lang)),
        _describe_names(texts, (source_lang, reference_lang)),
    )


def _describe_anchors(texts: Sequence[str], langs: tuple[str, str]) -> tuple[str, str]:
    shared = find_anchors(texts[0], langs[0]) & find_anchors(texts[1], langs[1])
    numbers = sorted((each.removeprefix("number:") for each in shared if each.startswith("number:")), key=_rank)
    months = sorted(int(each.removeprefix("month:")) for each in shared if each.startswith("month:"))
    return (
        _list("numbers", numbers),
        _list("months", [MONTHS["en"][month - 1].split("|")[0].title() for month in months]),
    )


def _rank(number: str) -> tuple[int, str]:
    """The longer, the rarer."""
    return -len(number), number


def _describe_names(texts: Sequence[str], langs: tuple[str, str]) -> str:
    weights = Weights()
    found = []
    for own, other in ((0, 1), (1, 0)):
        names = match_names(list_names(texts[own], langs[own]), list_words(texts[other]), weights.name_by_sounds, 0.0)
        for name, words in names.items():
            word, chance = max(words.items(), key=lambda item: (item[1], item[0]))
            if chance >= _SURE_CHANCE:
                found.append((-chance, -len(name), f"{name} = {word}"))
    same = [list_names(texts[number], langs[number]) for number in (0, 1)]
    found += [(-1.0, -len(name), name) for name in same[0] & same[1]]
    return _list("names", [name for _, _, name in sorted(found)])


def _list(what: str, found: Sequence[str]) -> str:
    if not found:
        return f"no {what} in both"
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{what} in both: {', '.join(found[:_SHOWN])}{more}"
