"""How often `omitted` and `added` are right, for `validate_diagnostics.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import permutations
from pathlib import Path

from sacrebleu.metrics.chrf import CHRF
from system_outputs import read_lines
from unmatched_cases import ENDS, KINDS, Case, Lines, make_cases

from mt_eval.flagging import flag_translations
from mt_eval.types import Flag, Kind, Segment, SegmentPair, Translation

NAMES = ("omitted", "added")
_FEWEST = 20
"""Good segments of a kind, of a system whose figures count by themselves."""


_BLOCK = 10
"""Lines of FLORES that count as a document; it names none, and keeps lines of one together."""
_GOOD_CHRF = 45.0


def load_systems(folder: Path, ntrex: Path, half: int) -> Iterator[Lines]:
    """Systems' outputs unpacked in `folder`, with their own source and with the other language's human version for one,
    and human translations in all directions; every other document of each.

    Args:
        half: 0 for the documents that constants were tuned on, 1 for the others.
    """
    if folder.joinpath("en-ar").is_dir():
        flores = {lang: read_lines(folder / f"en-{lang}" / f"flores-dev.{lang}") for lang in ("ar", "vi")}
        flores["en"] = read_lines(folder / "en-ar" / "flores-dev.en")
        count = len(flores["en"])
        blocks = [range(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK)][half::2]
        for target, others in (("ar", ("en", "vi")), ("vi", ("en", "ar"))):
            for path in sorted((folder / f"en-{target}").glob(f"flores-dev.*.{target}")):
                lines = read_lines(path)
                is_good = _judge(lines, flores[target])
                for source in others:
                    label = f"{path.name.split('.')[1]} {source}-{target}"
                    yield Lines(label, flores[source], lines, source, target, blocks, is_good)
        yield from _list_people("FLORES", flores, blocks)
    if ntrex.is_dir():
        texts = {lang: read_lines(ntrex / f"ntrex.{lang}.txt") for lang in ("ar", "en", "vi")}
        documents: dict[str, list[int]] = {}
        for place, name in enumerate(read_lines(ntrex / "docids.tsv")[: len(texts["en"])]):
            documents.setdefault(name, []).append(place)
        yield from _list_people("NTREX", texts, list(documents.values())[half::2])


def _list_people(label: str, texts: dict[str, list[str]], documents: Sequence[Sequence[int]]) -> Iterator[Lines]:
    for source, target in permutations(sorted(texts), 2):
        name = f"people, {label} {source}-{target}"
        yield Lines(name, texts[source], texts[target], source, target, documents, _judge_people(texts[target]), True)


def _judge_people(lines: Sequence[str]) -> Callable[[int], bool]:
    """Whether a line ends as a sentence does; what is put behind one that does not is no sentence of its own."""
    return lambda place: ENDS.search(lines[place]) is not None


def _judge(lines: Sequence[str], references: Sequence[str]) -> Callable[[int], bool]:
    chrf = CHRF()
    return cache(lambda place: chrf.sentence_score(lines[place], [references[place]]).score >= _GOOD_CHRF)


def flag_run(
    sources: Sequence[str], texts: Sequence[str], source_lang: str, target_lang: str
) -> Sequence[tuple[Flag, ...]]:
    """The flags of N translations as a run has them."""
    pairs = [
        SegmentPair(str(place), "", (Segment(str(place), "", 0, len(source), source),), (), Kind.SOURCE_ONLY)
        for place, source in enumerate(sources)
    ]
    translations = [Translation(pair.id, text) for pair, text in zip(pairs, texts, strict=True)]
    return flag_translations(pairs, translations, source_lang, target_lang)


def measure_unmatched(systems: Sequence[Lines], turns: int) -> dict[str, float]:
    """Precision and recall of both flags: worst of all systems, people among them, and of all together.

    A segment that lacks a sentence is a false alarm of `added`, and the reverse.
    """
    print("\n| segments of two to four sentences | good of each kind | omitted: precision | recall | located |", end="")
    print(" added: precision | recall | located | untouched: omitted | added | half: omitted | added |")
    print(f"|---|{'---:|' * 11}")
    worst: dict[str, float] = {}
    total: Counter[tuple[str, str]] = Counter()
    everything: Counter[tuple[str, str]] = Counter()
    for lines in systems:
        whole, broken = (_count(lines, turns, half=half) for half in (False, True))
        counts = whole[0]
        figures = _divide(counts)
        halves = {name: broken[0][name, name] / max(1, broken[0][name, ""]) for name in NAMES}
        cells = [f"{figures[f'{kind}_{name}']:.3f}" for name in NAMES for kind in ("precision", "recall", "located")]
        cells += [f"{figures[f'rate_{name}']:.3f}" for name in NAMES] + [f"{halves[name]:.3f}" for name in NAMES]
        print(f"| {lines.label} | {counts['omitted', '']} | {' | '.join(cells)} |", flush=True)
        if counts["omitted", ""] >= _FEWEST or len(systems) < 3:
            figures |= {f"recall_half_{name}": halves[name] for name in NAMES}
            if lines.by_people:
                figures |= {f"rate_people_{name}": figures[f"rate_{name}"] for name in NAMES}
            for name, figure in figures.items():
                choose = max if name.startswith("rate") else min
                worst[name] = choose(worst.get(name, figure), figure)
        total += counts
        everything += whole[1]
    overall = {f"{name}_overall": figure for name, figure in _divide(total).items()}
    of_all = _divide(everything)
    return (
        {name: figure for name, figure in worst.items() if not name.startswith("rate")}
        | {f"untouched_{name}": figure for name, figure in worst.items() if name.startswith("rate")}
        | {name: figure for name, figure in overall.items() if not name.startswith("rate")}
        | {f"{kind}_all_{name}": of_all[f"{kind}_{name}"] for kind in ("precision", "recall") for name in NAMES}
    )


def _count(lines: Lines, turns: int, *, half: bool) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """By the kind of a segment and the flag it carries, of good segments and of all; `""` counts all of a kind.

    `located` is counted where the flag names the very sentence.
    """
    good: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for turn in range(turns):
        cases = make_cases(lines, turn, half=half)
        flags = flag_run(
            [case.source for case in cases],
            [case.translation for case in cases],
            lines.source_lang,
            lines.target_lang,
        )
        for case, found in zip(cases, flags, strict=True):
            seen = ["", *_read(case, found)]
            for counter in (good, every) if case.good else (every,):
                counter.update((case.kind, name) for name in seen)
    return good, every


def _read(case: Case, flags: Sequence[Flag]) -> list[str]:
    whys = {flag.name: flag.why for flag in flags if flag.name in NAMES}
    begin = " ".join(case.sentence.split()[:3])
    return [*whys, *(["located"] if case.kind in whys and begin in whys[case.kind] else [])]


def _divide(counts: Counter[tuple[str, str]]) -> dict[str, float]:
    figures = {}
    for name in NAMES:
        hits = counts[name, name]
        figures[f"precision_{name}"] = hits / max(1, sum(counts[kind, name] for kind in KINDS))
        figures[f"recall_{name}"] = hits / max(1, counts[name, ""])
        figures[f"located_{name}"] = counts[name, "located"] / max(1, hits)
        figures[f"rate_{name}"] = counts["untouched", name] / max(1, counts["untouched", ""])
    return figures
