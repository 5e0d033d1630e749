"""Everything that makes a reference, or an article, doubtful to score with: found before any model runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from mt_eval.align.agreement import measure_agreement
from mt_eval.align.signals import MARKS
from mt_eval.diagnose import diagnose
from mt_eval.intake.findings import Finding
from mt_eval.intake.fitness import Fitness, judge_pairs
from mt_eval.types import Kind, SegmentPair

_MOVED = 2.0
"""Evidence per 100 characters from which a sentence alone is the counterpart of one alone elsewhere."""
_MOST_COMPARED = 20
_ADAPTED_SHARE = 0.5
"""Share of groups other than one sentence to one, from which on a reference counts as adapted."""
_REPORTED_FLAGS = {"numbers": "numbers", "repeated": "machine", "copied": "machine", "off_target": "machine"}
_LITERAL_SHARE, _FEWEST_FOR_LITERAL = 0.77, 40
"""Share of sentences with the punctuation of the source: on FLORES dev people kept it in 60% (into Arabic) and 68%
(into Vietnamese), eleven systems in 55 to 83%; so much of it is a sign, and little of it is none."""
_ARTEFACTS = ("<unk>", "⁇", "▁", "@@ ", "&quot;", "&amp;", "&#39;", "__ar__", "__vi__", ">>ara<<", ">>vie<<")


def check_pairs(
    pairs: Sequence[SegmentPair], source_lang: str, reference_lang: str
) -> tuple[Mapping[str, Fitness], list[Finding]]:
    """How fit the reference of each article pair is, and what was found in it, in reading order."""
    fitness = judge_pairs(pairs, source_lang, reference_lang)
    findings: list[Finding] = []
    for name, each in groupby(pairs, key=lambda pair: pair.article_pair_id):
        findings += _check_pair(list(each), fitness[name], source_lang, reference_lang)
    findings += _find_literal(pairs)
    return fitness, findings


def _check_pair(pairs: Sequence[SegmentPair], fitness: Fitness, source_lang: str, reference_lang: str) -> list[Finding]:
    findings = []
    if fitness.unfit:
        findings.append(Finding("unfit", fitness.pair, fitness.describe()))
    elif fitness.doubtful:
        findings.append(Finding("doubtful", fitness.pair, f"its score is {fitness.agreement.mean:.2f}"))
    if not fitness.unfit:
        findings += _find_moved(pairs, source_lang, reference_lang)
        findings += _find_alone(pairs, findings, source_lang, reference_lang)
        findings += _find_adaptation(pairs)
    for pair in pairs:
        if pair.kind is Kind.ALIGNED:
            findings += _check_segment(pair, fitness, source_lang, reference_lang)
    return findings


def _find_alone(
    pairs: Sequence[SegmentPair], known: Sequence[Finding], source_lang: str, reference_lang: str
) -> list[Finding]:
    """Omissions and additions; sentences that stand elsewhere are told already."""
    moved = {finding.where for finding in known if finding.kind == "order"}
    findings = []
    alone = [pair for pair in pairs if pair.kind is not Kind.ALIGNED and pair.id not in moved]
    for pair in alone:
        if pair.kind is Kind.SOURCE_ONLY:
            what = f"{len(pair.source_text)} characters of the source have no counterpart"
            findings.append(Finding("omission", pair.id, what, pair.source_text, source_lang))
        else:
            what = f"{len(pair.reference_text)} characters of the reference have no counterpart"
            findings.append(Finding("addition", pair.id, what, pair.reference_text, reference_lang))
    return findings


def _find_moved(pairs: Sequence[SegmentPair], source_lang: str, reference_lang: str) -> list[Finding]:
    """Sentences alone on one side whose counterpart is alone on the other, elsewhere."""
    ours = [pair for pair in pairs if pair.kind is Kind.SOURCE_ONLY][:_MOST_COMPARED]
    theirs = [pair for pair in pairs if pair.kind is Kind.REFERENCE_ONLY][:_MOST_COMPARED]
    crossed = [(one, other) for one in ours for other in theirs]
    if not crossed:
        return []
    joined = [replace(one, reference=other.reference, kind=Kind.ALIGNED) for one, other in crossed]
    # The rest of the article comes along, since it says which words are rare.
    (agreement,) = measure_agreement([[*pairs, *joined]], source_lang, reference_lang)
    found = zip(agreement.evidence[len(pairs) :], crossed, strict=True)
    findings: list[Finding] = []
    for evidence, (one, other) in sorted(found, key=lambda each: -each[0]):
        taken = {finding.where for finding in findings}
        if evidence >= _MOVED and one.id not in taken and other.id not in taken:
            findings.append(Finding("order", one.id, f"its counterpart is {other.id}", one.source_text, source_lang))
            findings.append(
                Finding("order", other.id, f"its counterpart is {one.id}", other.reference_text, reference_lang)
            )
    return findings


def _find_adaptation(pairs: Sequence[SegmentPair]) -> list[Finding]:
    plain = sum(len(pair.source) == len(pair.reference) == 1 for pair in pairs)
    if len(pairs) < _MOST_COMPARED or 1 - plain / len(pairs) < _ADAPTED_SHARE:
        return []
    what = f"only {plain} of {len(pairs)} groups are one sentence to one"
    return [Finding("adapted", pairs[0].article_pair_id, what)]


def _check_segment(pair: SegmentPair, fitness: Fitness, source_lang: str, reference_lang: str) -> list[Finding]:
    """What the diagnostics of translations say of a reference; of a wrong one nothing, as it would be everything."""
    findings = [
        Finding("machine", pair.id, f"holds “{mark.strip()}”", pair.reference_text, reference_lang)
        for mark in _ARTEFACTS
        if mark in pair.reference_text and mark not in pair.source_text
    ]
    if fitness.unfit:
        return findings
    for flag in diagnose(pair.source_text, pair.reference_text, source_lang, reference_lang):
        if kind := _REPORTED_FLAGS.get(flag.name):
            findings.append(Finding(kind, pair.id, str(flag.why), pair.reference_text, reference_lang))
    return findings


def _find_literal(pairs: Sequence[SegmentPair]) -> list[Finding]:
    """One finding where the references of all pairs keep the punctuation of their sources as machines do."""
    single = [pair for pair in pairs if len(pair.source) == len(pair.reference) == 1]
    if len(single) < _FEWEST_FOR_LITERAL:
        return []
    same = sum(_count_marks(pair.source_text) == _count_marks(pair.reference_text) for pair in single)
    if same < _LITERAL_SHARE * len(single):
        return []
    what = (
        f"{same} of {len(single)} sentences have exactly the punctuation of their source; people keep it in 60 to 68%, "
        "machines in up to 83%"
    )
    return [Finding("machine", "all pairs", what)]


def _count_marks(text: str) -> tuple[int, ...]:
    return (text.count(",") + text.count("،"), *(len(mark.findall(text)) for mark in MARKS))
