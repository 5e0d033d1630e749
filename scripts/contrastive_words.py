"""Wrong versions of a translation in its denials, names and genders, for `make_contrastive.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from zlib import crc32

from mt_eval.languages.arabic import list_words
from mt_eval.languages.gender import OWNER_BOUND, OWNERS, SAID, VERBS, exchange_owners, exchange_pronouns, read_gender
from mt_eval.languages.letters import ARABIC, LATIN, UNSEEN
from mt_eval.languages.names import list_names, match_names
from mt_eval.languages.negation import ADDITIONS, DROPS, POLAR, Change, count_negators
from mt_eval.languages.places import Place, find_places, list_places

_EQUALS = {
    "en": re.compile(r"(?<!\w)(?:and|or|with|between|both|versus|vs|against|from)(?!\w)|^\W*$", re.IGNORECASE),
    "vi": re.compile(r"(?<!\w)(?:và|hoặc|hay|với|giữa|cùng|lẫn|cũng như|vs)(?!\w)|^\W*$", re.IGNORECASE),
    "ar": re.compile(r"(?<!\w)(?:و\w*|أو|مع|بين|وبين|ضد)(?!\w)|^\W*$"),
}
"""What joins two of equal rank, so that nothing is wrong where they change places."""
_AKIN = 4
"""Letters by which a people and its country begin alike."""
_FEWEST_BETWEEN = 2
"""Words between two names that change places."""
_TITLES = {
    "en": {"m": "Mr", "f": "Mrs|Ms|Miss"},
    "vi": {"m": "[Ôô]ng|[Aa]nh|[Cc]ậu", "f": "[Bb]à|[Cc]ô|[Cc]hị"},
}
_RUN = re.compile(rf"(?<![\w'’.-])[A-Z][{LATIN}]+(?: [A-Z][{LATIN}]+)*(?![\w'’-])")
_PARTICLES = "de|des|du|la|las|los|le|el|al|of|the|for|and|to|van|von|der|di|da|dos|bin|ibn"
_PART = re.compile(rf"(?:[A-Z0-9]\S*[ -]|[-&]|(?<!\w)(?:{_PARTICLES}) )$")
_GOES_ON = re.compile(rf"[ -][A-Z0-9]|['’]| (?:{_PARTICLES})(?!\w)")
"""What stands before the rest of a name, and behind its beginning."""
_PLACED = {
    "en": re.compile(r"(?<!\w)(?:in|at|from|to|near|around|across|outside|the) $", re.IGNORECASE),
    "vi": re.compile(
        r"(?<!\w)(?:ở|tại|từ|đến|tới|ra|quanh|gần|khắp|vùng|bang|thành phố|thủ đô|tỉnh|quận|hạt|đảo|bãi biển|nước|xứ"
        r"|phố|đại học|nhà thờ|công viên|quảng trường|bệnh viện|người|dân|nông dân) $",
        re.IGNORECASE,
    ),
}
"""What stands before a name of a place, or of something named like one."""

_UNFIT = frozenset({"Liverpool", "Barcelona", "Madrid", "England"})
"""Cities that are mostly football clubs in the news, and then masculine in Arabic; and Vietnamese `Anh`, also a he."""
_LONGER = {
    "ar": re.compile(rf" (?:ال[{ARABIC}]|بوست|تايمز|إكزامنر|إيه|سيتي|ديلي|-)|-"),
    "vi": re.compile(r"[ -][A-ZĐ]|[-'’]"),
}
"""What goes on behind a name of a place with a longer name, or in Arabic with an adjective; by languages in which
another name needs no other article."""

_MOST_BEFORE = 3
"""Words before an Arabic verb whose subject is unsaid: further on, something else has to agree with it."""
_AGREES = re.compile(
    rf"(?<![{ARABIC}])(?:قائل|مضيف|مشير|موضح|مؤكد|معرب|معلن|نفسه|نفسها|[وف]?(?:لكن|أن|إن)(?:ه|ها) (?:{SAID}))"
)
"""What agrees with the subject of a verb of saying, or names it."""


def drop_negation(source: str, target: str, langs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Rule and text of wrong versions without the denial, where it is the only one and the source denies, too."""
    if count_negators(source, langs[0]) and count_negators(target, langs[1]) == 1:
        yield from _apply(DROPS[langs[1]], target, langs[1])


def add_negation(source: str, target: str, langs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Rule and text of wrong versions with a denial, where neither text has one and none is a question."""
    denied = count_negators(source, langs[0]) + count_negators(target, langs[1])
    if not denied and "?" not in target and "؟" not in target:
        yield from _apply(ADDITIONS[langs[1]], target, langs[1])


def _apply(changes: tuple[Change, ...], text: str, lang: str) -> Iterator[tuple[str, str]]:
    for change in changes:
        match = change.pattern.search(text)
        if match is None or POLAR[lang].search(UNSEEN.sub("", text[match.end() :])):
            continue
        new = match.expand(change.replacement)
        if match.start() == 0 and match[0][:1].isupper():
            new = new[:1].upper() + new[1:]
        yield change.rule, text[: match.start()] + new + text[match.end() :]


def change_gender(source: str, target: str, langs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Rule and text of wrong versions in which a man is a woman or the reverse, where the source shows only the one."""
    gender, shown = read_gender(source, langs[0]), read_gender(target, langs[1])
    if gender and langs[1] == "ar" and shown in (gender, ""):
        others = OWNERS["f" if gender == "m" else "m"].search(target)
        wrong = exchange_owners(target, gender)
        if wrong != target and not others and not OWNER_BOUND.search(UNSEEN.sub("", target)):
            yield "owner", wrong
    if not gender or shown != gender:
        return
    if langs[1] == "ar":
        match = VERBS[gender].search(target)
        if match and len(target[: match.start()].split()) <= _MOST_BEFORE and not _AGREES.search(target):
            verb = match["verb"] + ("ت" if gender == "m" else "")
            yield "verb", target[: match.start("verb")] + verb + target[match.end() :]
        return
    wrong = exchange_pronouns(target, langs[1], gender)
    if wrong != target and (langs[1] != "vi" or not re.search(r"(?<!\w)(?:vợ|chồng)(?!\w)", target)):
        yield "pronoun", wrong


def swap_names(source: str, target: str, langs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Rule and text of wrong versions in which two countries, cities or people have changed places.

    A text in which none can change places has another country or city instead, where names need no article.
    """
    known = [place.key for place in find_places(source, langs[0])]
    places = [place for place in find_places(target, langs[1]) if known.count(place.key) == 1]
    keys = [place.key for place in find_places(target, langs[1])]
    places = [place for place in places if keys.count(place.key) == 1]
    swapped = False
    for kind in ("country", "city"):
        same = [place for place in places if place.kind == kind]
        if len(same) >= 2 and _differ(target[same[0].end : same[1].start], langs[1]):
            yield kind, _swap(target, (same[0].start, same[0].end), (same[1].start, same[1].end))
            swapped = True
    if langs[1] != "ar":
        for rule, wrong in _swap_latin(source, target, langs):
            swapped = True
            yield rule, wrong
    if not swapped and langs[1] in _LONGER:
        yield from _replace_place(source, target, places, langs)


def _replace_place(
    source: str, target: str, places: Sequence[Place], langs: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """A text in which one place is another of its kind that neither text names."""
    there = {place.key for text, lang in ((source, langs[0]), (target, langs[1])) for place in find_places(text, lang)}
    for place in places:
        others = [(key, name) for key, name in list_places(place.kind, langs[1]) if key not in there | _UNFIT]
        if place.key in _UNFIT or _LONGER[langs[1]].match(target[place.end :]):
            continue
        _, name = others[crc32(target.encode()) % len(others)]  # no draw: what else is drawn stays as it was
        yield f"other-{place.kind}", target[: place.start] + name + target[place.end :]
        return


def _swap_latin(source: str, target: str, langs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Two runs of capitalised words that the source has, too; with titles of one gender or none before them."""
    runs = []
    for match in re.finditer(_RUN, target):
        name, before, after = match.group(), target[: match.start()], target[match.end() :]
        begins = not match.start() or before.endswith((". ", "! ", "? ", '. "', ": "))
        if _PART.search(before) or _GOES_ON.match(after) or (begins and " " not in name):
            continue
        alone = not name.isupper() and all(target.count(word) == 1 for word in name.split())
        if alone and _is_in(name, source, langs):
            runs.append((*match.span(), _find_sort(name, before, langs[1])))
    for one, other in combinations(runs, 2):
        names = [target[start:end] for start, end, _ in (one, other)]
        akin = names[0][:_AKIN] == names[1][:_AKIN]
        alike = one[2] == other[2] and (" " in names[0]) == (" " in names[1])
        if alike and not akin and _differ(target[one[1] : other[0]], langs[1]):
            yield "run", _swap(target, one[:2], other[:2])
            return


def _find_sort(name: str, before: str, lang: str) -> str:
    """Names of one sort may change places: of men and women by their titles, of places, and of all others."""
    return "place" if find_places(name, lang) or _PLACED[lang].search(before) else _find_title(before, lang)


def _find_title(before: str, lang: str) -> str:
    """`m` or `f` where a title that is only a man's or a woman's stands before a name, nothing else."""
    found = (gender for gender, titles in _TITLES[lang].items() if re.search(rf"(?<!\w)(?:{titles})\.? $", before))
    return next(found, "")


def _is_in(name: str, source: str, langs: tuple[str, str]) -> bool:
    """Whether the source has every word of a name: in the same letters, or as it sounds in Arabic ones."""
    words = {word.lower() for word in re.findall(rf"[{LATIN}]+", name)}
    if langs[1] == "vi" and list_names(name, "vi") != words:
        return False
    if langs[0] != "ar":
        return all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", source, re.IGNORECASE) for word in words)
    spelt = match_names(words, list_words(source), {3: 1.0, 4: 1.0, 5: 1.0}, 0.0)
    return {word for word, chances in spelt.items() if any(chances.values())} == words


def _differ(between: str, lang: str) -> bool:
    """Whether what stands between two names shows that they do different things."""
    words = re.findall(r"\w+", between)
    return len(words) >= _FEWEST_BETWEEN and not _EQUALS[lang].search(between) and "," not in between[:2]


def _swap(text: str, one: tuple[int, int], other: tuple[int, int]) -> str:
    first, second = text[slice(*one)], text[slice(*other)]
    return text[: one[0]] + second + text[one[1] : other[0]] + first + text[other[1] :]
