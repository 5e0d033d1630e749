"""A few sentences translated before the first batch, and what is wrong with what comes out.

A wrong language code, a missing target token, a tokenizer of other weights: none of these is an error to the library,
all of them make text. They show in the text, and here it is looked at in the first seconds.

**What fails the run**, for no model that fits its direction does it: two of three sentences come out empty, are copies
of their sources or stand in letters of another script; all three are loops or the same; their small words are those of
another language; a score is not a number. **What only warns**: one sentence alone, or one or two loops; no small word
of the target language; translations that resemble the human ones of other sentences as much as their own. So a weak
model passes as long as it answers in the right language, and its run says what was seen.

That weights are finite, that special ids exist and that the tokenizer is of the vocabulary's size is checked whenever a
checkpoint is loaded (`checkpoints/load.py`), codes and tokens when it is found (`checkpoints/find.py`).
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mt_eval.config import DecodingConfig
from mt_eval.errors import ModelError
from mt_eval.languages.codes import find_script
from mt_eval.languages.identify import SMALL_WORDS, count_scripts, count_small_words
from mt_eval.languages.letters import is_blank
from mt_eval.translate.checkpoints.generation import search_greedily
from mt_eval.translate.engines.batching import plan_batches
from mt_eval.translate.probes import PROBES
from mt_eval.translate.system import Leg, LengthRule, Sentence, Translator

_COPIED = 0.9
"""An output this similar to its source is a copy; languages of one family stay well below."""
_IN_SCRIPT = 0.8
"""Share of the letters that are of the target's script: the sentences have no name that could stay in another one."""
_LOOP = re.compile(r"(.{1,40}?)\1{3,}", re.DOTALL)
_LOOPED = 0.3
"""Share of an output inside one unit said four times or more on end."""


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    """`score`, `empty`, `copy`, `script`, `loop`, `same`, `language`, `words` or `content`."""
    fatal: bool
    text: str
    """What was seen, as it follows "of 3 test sentences "."""


def identify_preflight(leg: Leg) -> tuple[str, ...]:
    """What is the same for all legs that pass or fail together: weights, languages, engine and numeric type.

    How the best translation is searched is no part of it.
    """
    return leg.model, str(leg.folder), str(leg.facts["direction"]), str(leg.target), leg.engine, leg.dtype


def run_preflight(leg: Leg, translator: Translator) -> tuple[str, ...]:
    """Warnings on what the loaded leg makes of three sentences, in a greedy search with the usual length limit.

    The translator is set to the leg afterwards.

    Raises:
        ModelError: What it makes of them shows that checkpoint, tokenizer, codes and direction do not fit together.
    """
    source, target = str(leg.facts["direction"]).split("-")
    if source not in PROBES:
        return (f"{leg.name}: preflight has no test sentences in {source}, so nothing was translated before the run",)
    sources = PROBES[source]
    sentences = _translate(_search_greedily(leg), translator, sources)
    translator.set_leg(leg)
    findings = judge(source, target, sources, sentences)
    fatal = [finding.text for finding in findings if finding.fatal]
    if fatal:
        worst = min(range(len(sources)), key=lambda index: len(sentences[index].text))
        asked = f", asked for {leg.target}" if leg.target is not None else ""
        raise ModelError(
            f"{leg.name} fails the preflight from {source} to {target}{asked}: of {len(sources)} test sentences "
            f"{'; '.join(fatal)}; for example {_quote(sources[worst])} became {_quote(sentences[worst].text)}; check "
            "that the model is made for this direction, its code or token, and that weights and tokenizer are of one "
            "checkpoint, or give preflight=off to run it all the same"
        )
    return tuple(f"{leg.name}: preflight: of {len(sources)} test sentences {finding.text}" for finding in findings)


def judge(
    source_lang: str, target_lang: str, sources: Sequence[str], sentences: Sequence[Sentence]
) -> tuple[Finding, ...]:
    """What is wrong with N translations of N sources, the languages given by their two-letter codes.

    Translations of `PROBES` are compared with the human ones as well, if nothing else is wrong with them.
    """
    texts = [sentence.text for sentence in sentences]
    most, every = min(2, len(texts)), len(texts)
    flags = [
        ("empty", most, [is_blank(text) for text in texts], "came out empty"),
        ("copy", most, [_is_copy(*pair) for pair in zip(sources, texts, strict=True)], "were copied"),
        ("script", most, [_is_off_script(text, target_lang) for text in texts], _describe_script(texts, target_lang)),
        ("loop", every, [_is_loop(text) for text in texts], "came out as a loop"),
        ("same", every, [every > 1 and texts.count(text) == every for text in texts], "came out the same"),
    ]
    findings = []
    broken = sum(sentence.score is not None and not math.isfinite(sentence.score) for sentence in sentences)
    if broken:
        findings.append(Finding("score", True, f"{broken} got a score that is not a number"))
    for check, limit, seen, said in flags:
        if any(seen):
            findings.append(Finding(check, sum(seen) >= limit, f"{sum(seen)} {said}"))
    if not any(finding.fatal for finding in findings):
        findings += _judge_language(target_lang, texts)
    if not findings and sources == PROBES.get(source_lang) and target_lang in PROBES:
        findings += _judge_content(texts, PROBES[target_lang])
    return tuple(findings)


def _search_greedily(leg: Leg) -> Leg:
    """The leg as it is checked, whatever its settings: what does not fit shows in any search, and soonest in this."""
    usual = DecodingConfig()
    length = LengthRule(usual.max_new_tokens_factor, usual.max_new_tokens_offset, leg.length.positions)
    return replace(leg, generation=search_greedily(leg.generation), length=length, choice=None)


def _translate(leg: Leg, translator: Translator, sources: Sequence[str]) -> list[Sentence]:
    translator.set_leg(leg)
    sentences: dict[int, Sentence] = {}
    for batch, decoded in translator.decode(
        plan_batches(translator.encode(sources), leg.length, translator.batch_tokens)
    ):
        sentences |= dict(zip(batch.indices, decoded, strict=True))
    return [sentences[index] for index in range(len(sources))]


def _judge_language(target: str, texts: Sequence[str]) -> tuple[Finding, ...]:
    if target not in SMALL_WORDS:
        return ()
    counts = count_small_words(texts)
    other = max((lang for lang in counts if lang != target), key=lambda lang: counts[lang])
    if counts[other] >= 3 and counts[other] > 2 * counts[target]:
        said = f"all came out in {other} by their small words ({counts[other]}, and {counts[target]} of {target})"
        return (Finding("language", True, said),)
    if not counts[target]:
        return (Finding("words", False, f"none has one of the commonest words of {target}"),)
    return ()


def _judge_content(texts: Sequence[str], references: Sequence[str]) -> tuple[Finding, ...]:
    grams = [_cut_grams(reference) for reference in references]
    shared = [[len(_cut_grams(text) & other) / len(other) for other in grams] for text in texts]
    fitting = sum(max(range(len(grams)), key=row.__getitem__) == index for index, row in enumerate(shared) if any(row))
    if fitting >= min(2, len(texts)):
        return ()
    return (Finding("content", False, f"only {fitting} resembles its own human translation more than the others'"),)


def _cut_grams(text: str) -> frozenset[str]:
    plain = text.casefold()
    return frozenset(plain[index : index + 4] for index in range(len(plain) - 3))


def _is_copy(source: str, text: str) -> bool:
    return difflib.SequenceMatcher(None, source.casefold(), text.casefold(), autojunk=False).ratio() >= _COPIED


def _is_loop(text: str) -> bool:
    looped = sum(len(match.group(0)) for match in _LOOP.finditer(text))
    return bool(text) and looped / len(text) >= _LOOPED


def _is_off_script(text: str, target: str) -> bool:
    scripts = count_scripts(text)
    script = find_script(target)
    return script is not None and scripts.total() > 0 and scripts[script] / scripts.total() < _IN_SCRIPT


def _describe_script(texts: Sequence[str], target: str) -> str:
    letters = sum((count_scripts(text) for text in texts if _is_off_script(text, target)), Counter[str]())
    shares = [f"{100 * count / letters.total():.0f}% {script.title()}" for script, count in letters.most_common(3)]
    expected = (find_script(target) or "").title()
    return f"came out in letters that are {', '.join(shares)} where {expected} is expected"


def _quote(text: str) -> str:
    return f"«{text if len(text) <= 80 else text[:79] + '…'}»"
