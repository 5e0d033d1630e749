#!/usr/bin/env python3
"""Measure how often each diagnostic flag is right: precision, recall, and its rate on human translations.

Outputs of real systems (English to Arabic and to Vietnamese, FLORES-101 dev) are corrupted the way each flag's failure
looks, one flag at a time. Of every output that can be corrupted in that way there are then two: corrupted and
untouched, so half of the texts are wrong.

    recall     share of the corrupted outputs that carry the flag
    precision  corrupted outputs among all, corrupted or untouched, that carry the flag
    reference_rate  share of human translations that carry the flag; nothing is corrupted here
    reference_rate_any  share of those that carry a flag of any name

Untouched outputs of systems hold real failures: some copy, loop, lose names and numbers by themselves, and nobody
marked these. So precision_FLAG and recall_FLAG are of outputs that are good by an independent measure, sentence chrF
of at least 45 against the human reference. precision_all_FLAG and recall_all_FLAG are of all outputs, where a real
failure counts as a false alarm, and what is broken already is broken again; they have no target.

`names` claims to know names by being no English words, and for its target a name is dropped that has such a word, of
four letters or more. Its good outputs hold, besides, every name that the human translation keeps: one that a system
lost by itself is no false alarm. What `names` does beyond its claim has no target and no such condition:
precision_names_told and recall_names_told are of names with a word that no text writes in lower case (`Apple`),
names_any of any capitalised words (`EU`, `Canal`), recall_names_transliterated of names that stood in Arabic letters.

`omitted` and `added` are about whole sentences of segments that have several, and all segments of a run together tell
them. So runs are made, each segment of which is two to four neighbouring sentences of a document: a third is as it was,
a third has one left out of the translation, a third has one added to it (from elsewhere, repeated, or invented). The
translations are those of systems (good ones: sentence chrF of at least 45 for each sentence) and of people. Constants
were tuned on every other document; figures are of the others.

    precision_, recall_, located_  of the worst system and direction; located is what names the very sentence
    _overall            of all systems and directions together; precision_all_ and recall_all_ of bad outputs too
    recall_half_        of half a sentence
    untouched_rate_     share of good segments that carry the flag as they were; _people_ of human translations alone
    reference_rate_     the worst direction of human translations, joined as above or line by line

`truncated` is looked for in the text alone here; in a run, the engine's word comes on top. `source_cut` is the engine's
word only, so its precision and recall say no more than that it is passed on.

Bounds and word lists were tuned on three of every four blocks of ten segments; all figures are of the fourth.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import random
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corruptions import Output, collect_ordinary_words, corrupt, drop_any_name, drop_name, keeps_names
from sacrebleu.metrics.chrf import CHRF
from unmatched_cases import Lines
from validate_unmatched import NAMES as UNMATCHED
from validate_unmatched import flag_run, load_systems, measure_unmatched

from mt_eval.diagnose import FLAGS, diagnose
from mt_eval.diagnose.english import is_english_word

BLOCK = 10
GOOD_CHRF = 45.0
PRECISION = RECALL = 0.95
REFERENCE_RATE = 0.02


@dataclass(frozen=True, slots=True)
class References:
    """Human translations in one direction."""

    label: str
    sources: Sequence[str]
    translations: Sequence[str]
    source_lang: str
    target_lang: str


TRANSLITERATED = {
    **{"Amazon": "أمازون", "Arizona": "أريزونا", "Barack": "باراك", "Boston": "بوسطن", "Brett": "بريت"},
    **{"California": "كاليفورنيا", "Cambridge": "كامبريدج", "Charles": "تشارلز", "Chelsea": "تشيلسي"},
    **{"Chicago": "شيكاغو", "Clinton": "كلينتون", "David": "ديفيد", "Diego": "دييغو", "Donald": "دونالد"},
    **{"Edward": "إدوارد", "Facebook": "فيسبوك", "Florida": "فلوريدا", "Francisco": "فرانسيسكو", "Guinness": "غينيس"},
    **{"Hollywood": "هوليوود", "Indonesia": "إندونيسيا", "Instagram": "إنستغرام", "James": "جيمس", "John": "جون"},
    **{"Kavanaugh": "كافانو", "Kennedy": "كينيدي", "Kenya": "كينيا", "Lancashire": "لانكشاير"},
    **{"Liverpool": "ليفربول", "Madrid": "مدريد", "Manchester": "مانشستر", "Margaret": "مارغريت", "Martin": "مارتن"},
    **{"Miami": "ميامي", "Michael": "مايكل", "Michigan": "ميشيغان", "Microsoft": "مايكروسوفت", "Mumbai": "مومباي"},
    **{"Nadal": "نادال", "Obama": "أوباما", "Ohio": "أوهايو", "Pakistan": "باكستان", "Pentagon": "البنتاغون"},
    **{"Peter": "بيتر", "Richard": "ريتشارد", "Robert": "روبرت", "Rwanda": "رواندا", "Singapore": "سنغافورة"},
    **{"Spencer": "سبنسر", "Stanford": "ستانفورد", "Stewart": "ستيوارت", "Sulawesi": "سولاويسي", "Texas": "تكساس"},
    **{"Thomas": "توماس", "Tottenham": "توتنهام", "Trump": "ترامب", "Twitter": "تويتر", "Uganda": "أوغندا"},
    **{"Venezuela": "فنزويلا", "Victoria": "فيكتوريا", "Virginia": "فرجينيا", "Washington": "واشنطن"},
    **{"William": "ويليام", "Wilson": "ويلسون", "Yankees": "يانكيز", "Zealand": "زيلندا"},
}
"""Names and how Arabic news spell them, from general knowledge: independent of how the flag compares sounds."""


def main() -> None:
    args = parse_arguments()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        references, outputs, english = load(args.data, args.ntrex, Path(folder))
        systems = list(load_systems(Path(folder), args.ntrex, half=1)) or [as_lines(each) for each in references]
    kept = [output for place, output in enumerate(outputs) if not args.quick or place % 3 == 0]
    print(f"{len(kept)} outputs, {sum(output.good for output in kept)} of them good (chrF {GOOD_CHRF:.0f} or more)\n")
    for output in kept[:1]:
        diagnose(output.source, output.source, output.source_lang, output.source_lang)  # loads py3langid
    started = time.process_time()
    flagged = [find_flags(output, output.text) for output in kept]
    seconds = time.process_time() - started
    ordinary = collect_ordinary_words(english)
    dictionary = {word for text in english for word in re.findall(r"\w+", text.lower()) if is_english_word(word)}
    figures = measure_corruption(kept, flagged, ordinary | dictionary, rng)
    figures |= measure_unmatched(systems[::4] if args.quick else systems, turns=1 if args.quick else 3)
    figures |= measure_references(references)
    for name in UNMATCHED:
        figures[f"reference_rate_{name}"] = max(
            figures[f"reference_rate_{name}"], figures.get(f"untouched_rate_people_{name}", 0.0)
        )
    figures |= measure_other_names(kept, flagged, ordinary, rng)
    figures |= measure_transliterated(kept, references, rng)
    figures["segments_per_second"] = len(kept) / seconds
    figures["segments_per_second_with_sentences"] = len(kept) / measure_seconds(kept)
    print(f"\n{figures['segments_per_second']:.0f} outputs a second,", end=" ")
    print(f"{figures['segments_per_second_with_sentences']:.0f} with sentences left out and added")

    targets: dict[str, dict[str, float]] = {}
    for name in FLAGS:
        targets |= {f"precision_{name}": {"min": PRECISION}, f"recall_{name}": {"min": RECALL}}
        targets[f"reference_rate_{name}"] = {"max": REFERENCE_RATE}
    met = all(is_met(figures.get(name), bounds) for name, bounds in targets.items())
    for name, bounds in targets.items():
        if not is_met(figures.get(name), bounds):
            print(f"not met: {name} {figures.get(name, 'not measured')}, wanted {bounds}")
    if args.json:
        machine = {"cores": os.cpu_count(), "platform": platform.platform()}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


def is_met(figure: float | None, bounds: dict[str, float]) -> bool:
    return figure is not None and bounds.get("min", 0) <= figure <= bounds.get("max", 1)


def parse_arguments() -> argparse.Namespace:
    shared = Path(__file__).resolve().parents[2] / "shared"
    archive = shared / "flores-systems" / "flores-dev.tar.gz"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=archive, help="archive of system outputs (default: %(default)s)")
    parser.add_argument("--ntrex", type=Path, default=shared / "ntrex", help="NTREX-128 (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the corruptions (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="only every third output")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    return parser.parse_args()


def load(archive: Path, ntrex: Path, folder: Path) -> tuple[list[References], list[Output], list[str]]:
    """Human translations and outputs to corrupt, held-out ones else the own article; every English segment."""
    english: list[str] = []
    references: list[References] = []
    outputs: list[Output] = []
    if archive.is_file():
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        texts = {lang: read_lines(folder / f"en-{lang}" / f"flores-dev.{lang}") for lang in ("ar", "vi")}
        texts["en"] = read_lines(folder / "en-ar" / "flores-dev.en")
        english += texts["en"]
        references += list_directions("FLORES", texts)
        for lang in ("ar", "vi"):
            for path in sorted((folder / f"en-{lang}").glob(f"flores-dev.*.{lang}")):
                outputs += read_outputs(path, texts, lang)
    if ntrex.is_dir():
        texts = {lang: read_lines(ntrex / f"ntrex.{lang}.txt") for lang in ("ar", "en", "vi")}
        english += texts["en"]
        references += list_directions("NTREX", texts)
    if not outputs:
        print(f"{archive} is not there: the human translation of the project's own article is corrupted instead")
        own = read_own_article()
        references += own
        outputs += [output for direction in own for output in take_references(direction)]
    return references, outputs, english


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def is_held_out(place: int) -> bool:
    return place // BLOCK % 4 == 3


def list_directions(label: str, texts: dict[str, list[str]]) -> list[References]:
    """All six directions between English, Vietnamese and Arabic; the held-out part."""
    kept = {lang: [line for place, line in enumerate(lines) if is_held_out(place)] for lang, lines in texts.items()}
    return [
        References(f"{label} {source}-{target}", kept[source], kept[target], source, target)
        for source in sorted(kept)
        for target in sorted(kept)
        if source != target
    ]


def read_outputs(path: Path, texts: dict[str, list[str]], lang: str) -> Iterator[Output]:
    lines = read_lines(path)
    chrf = CHRF()
    elsewhere = {"ar": "vi", "vi": "ar"}[lang]
    rows = zip(texts["en"], lines, texts[lang], [*lines[1:], lines[0]], texts[elsewhere], strict=True)
    for place, (source, text, reference, following, other) in enumerate(rows):
        if is_held_out(place):
            good = chrf.sentence_score(text, [reference]).score >= GOOD_CHRF
            yield Output(source, text, reference, "en", lang, good, following, (other, source))


def take_references(direction: References) -> Iterator[Output]:
    """Human translations as if they were outputs."""
    lines = direction.translations
    rows = zip(direction.sources, lines, [*lines[1:], lines[0]], strict=True)
    for source, text, following in rows:
        langs = direction.source_lang, direction.target_lang
        yield Output(source, text, text, *langs, good=True, following=following, elsewhere=(source,))


def read_own_article() -> list[References]:
    """The segment pairs of the articles under `seeds/` that are translations of each other."""
    from mt_eval.cli.main import main as mt_eval
    from mt_eval.runs.read import read_run
    from mt_eval.types import Kind

    directions = []
    for source, target in (("vi", "ar"), ("ar", "vi")):
        with tempfile.TemporaryDirectory() as folder:
            words = ["data=articles", "model=copy", f"direction={source}-{target}", "metrics.samples=0"]
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                status = mt_eval(["run", *words, f"runs_dir={folder}"])
            if status:
                sys.exit(status)
            (run_folder,) = [path for path in Path(folder).iterdir() if not path.name.startswith(".")]
            pairs = [pair for pair in read_run(run_folder).pairs if pair.kind is Kind.ALIGNED]
        sources, translations = [p.source_text for p in pairs], [p.reference_text for p in pairs]
        directions.append(References(f"seeds {source}-{target}", sources, translations, source, target))
    return directions


def find_flags(output: Output, text: str, *, source_cut: bool = False) -> frozenset[str]:
    found = diagnose(output.source, text, output.source_lang, output.target_lang, source_cut=source_cut)
    return frozenset(flag.name for flag in found)


def measure_seconds(outputs: Sequence[Output]) -> float:
    """What all flags of untouched outputs take, each system's as a run."""
    seconds = 0.0
    for lang in sorted({output.target_lang for output in outputs}):
        own = [output for output in outputs if output.target_lang == lang]
        started = time.process_time()
        flag_run([each.source for each in own], [each.text for each in own], own[0].source_lang, lang)
        seconds += time.process_time() - started
    return seconds


def as_lines(one: References) -> Lines:
    """Human translations as one document."""
    count = len(one.sources)
    langs = one.source_lang, one.target_lang
    return Lines(one.label, one.sources, one.translations, *langs, [range(count)], lambda place: True, True)


def measure_corruption(
    outputs: Sequence[Output], flagged: Sequence[frozenset[str]], ordinary: set[str], rng: random.Random
) -> dict[str, float]:
    """Precision and recall of every flag; `flagged` is what the untouched outputs carry."""
    figures: dict[str, float] = {}
    print("| | good outputs | | | | | all outputs | | | | |")
    print(f"| flag |{' corrupted | found | false alarms | precision | recall |' * 2}")
    print(f"|---|{'---:|' * 10}")
    for name in FLAGS:
        if name in UNMATCHED:
            continue
        found: Counter[bool] = Counter()
        alarms: Counter[bool] = Counter()
        total: Counter[bool] = Counter()
        for output, untouched in zip(outputs, flagged, strict=True):
            corrupted = corrupt(name, output, ordinary, rng)
            if corrupted is None:
                continue
            good = output.good and (name != "names" or keeps_names(output, ordinary))
            total[good] += 1
            alarms[good] += name in untouched
            found[good] += name in find_flags(output, corrupted, source_cut=name == "source_cut")
        cells: list[str] = []
        for kind, taken in (("", (True,)), ("_all", (True, False))):
            texts, hits, false = (sum(counter[good] for good in taken) for counter in (total, found, alarms))
            cells += [str(texts), str(hits), str(false)]
            if texts:
                precision, recall = (hits / (hits + false) if hits else 0.0), hits / texts
                figures |= {f"precision{kind}_{name}": precision, f"recall{kind}_{name}": recall}
                cells += [f"{precision:.3f}", f"{recall:.3f}"]
            else:
                cells += ["", ""]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    return figures


def measure_references(references: Iterable[References]) -> dict[str, float]:
    """The share of human translations with each flag, over all directions; each direction is printed."""
    counts: Counter[str] = Counter()
    highest = dict.fromkeys(UNMATCHED, 0.0)
    segments = 0
    print(f"\n| human translations | segments | {' | '.join([*FLAGS, 'any'])} |")
    print(f"|---|---:|{'---:|' * len([*FLAGS, 'any'])}")
    for direction in references:
        found: Counter[str] = Counter()
        langs = direction.source_lang, direction.target_lang
        for flags in flag_run(direction.sources, direction.translations, *langs):
            found.update({*(flag.name for flag in flags), "any"} if flags else ())
        for name in UNMATCHED:
            highest[name] = max(highest[name], found[name] / len(direction.sources))
        rates = [f"{100 * found[name] / len(direction.sources):.1f}%" for name in (*FLAGS, "any")]
        print(f"| {direction.label} | {len(direction.sources)} | {' | '.join(rates)} |")
        counts += found
        segments += len(direction.sources)
    overall = {name: counts[name] / segments for name in (*FLAGS, "any")}
    return {f"reference_rate_{name}": rate for name, rate in (overall | highest).items()}


def measure_other_names(
    outputs: Sequence[Output], flagged: Sequence[frozenset[str]], ordinary: set[str], rng: random.Random
) -> dict[str, float]:
    """Precision and recall of `names` on good outputs where other names than it claims to know are dropped."""
    kinds: dict[str, Callable[[Output], str | None]] = {
        "told": lambda output: drop_name(output, ordinary, rng),
        "any": lambda output: drop_any_name(output, rng),
    }
    print("\n| other names | corrupted | found | false alarms | precision | recall |\n|---|---:|---:|---:|---:|---:|")
    figures: dict[str, float] = {}
    for kind, drop in kinds.items():
        total = found = alarms = 0
        for output, untouched in zip(outputs, flagged, strict=True):
            corrupted = drop(output) if output.good else None
            if corrupted is not None:
                total += 1
                alarms += "names" in untouched
                found += "names" in find_flags(output, corrupted)
        if found:
            precision, recall = found / (found + alarms), found / total
            figures |= {f"precision_names_{kind}": precision, f"recall_names_{kind}": recall}
            print(f"| {kind} | {total} | {found} | {alarms} | {precision:.3f} | {recall:.3f} |")
    return figures


def measure_transliterated(
    outputs: Sequence[Output], references: Sequence[References], rng: random.Random
) -> dict[str, float]:
    """Recall of `names` where the dropped name stood in Arabic letters; no target, as short names are not judged."""
    texts = [*outputs, *(output for one in references if one.target_lang == "ar" for output in take_references(one))]
    total = found = 0
    for output in texts:
        names = [name for name in TRANSLITERATED if re.search(rf"(?<!\w){name}(?!\w)", output.source)]
        names = [name for name in names if TRANSLITERATED[name] in output.text]
        if output.target_lang != "ar" or not names:
            continue
        name = rng.choice(names)
        corrupted = re.sub(rf"\w*{TRANSLITERATED[name]}\w*", "", output.text)
        total += 1
        found += "names" in find_flags(output, corrupted)
    if not total:
        return {}
    print(f"\nnames in Arabic letters: {found} of {total} dropped ones found")
    return {"recall_names_transliterated": found / total}


if __name__ == "__main__":
    main()
