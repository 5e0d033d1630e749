"""`mt-eval data pair DIR`: which texts of a folder are versions of each other."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mt_eval.cli.data.printing import describe, isolate_text
from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.align.pairing import Proposal
    from mt_eval.data.manifest import Manifest, PairEntry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder of texts, with articles.yaml or without")
    parser.add_argument(
        "--languages", default="vi,ar", metavar="LANG,LANG", help="two languages of the folder (default: vi,ar)"
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="add the pairs found to articles.yaml, those of articles that are in no pair yet",
    )
    add_output_option(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list with one object per text")


def run(args: argparse.Namespace) -> int:
    from mt_eval.align.pairing import Text, propose_pairs
    from mt_eval.errors import DataError
    from mt_eval.intake.folder import open_folder, segment_article

    manifest = open_folder(args.folder)
    langs = args.languages.split(",")
    if len(langs) != 2 or langs[0] == langs[1]:
        raise DataError(f"--languages {args.languages}: expected two language codes such as vi,ar")
    sides: dict[str, list[Text]] = {lang: [] for lang in langs}
    for entry in manifest.articles.values():
        if entry.language in sides:
            sides[entry.language].append(Text(entry.id, tuple(segment_article(manifest, entry)[1])))
    for lang, texts in sides.items():
        if not texts:
            raise DataError(f"{args.folder}: has no article in {lang}, expected some; set --languages to what it has")
    proposals = propose_pairs(sides[langs[0]], sides[langs[1]], *langs)
    if args.json:
        print_json([describe(proposal) | {"relation": _name(proposal)} for proposal in proposals])
    else:
        _print(proposals, manifest)
    if args.write:
        _write(manifest, proposals, {text.id for text in sides[langs[0]]})
    return 0


def _name(proposal: Proposal) -> str:
    return str(proposal.relation or "none")


def _print(proposals: Sequence[Proposal], manifest: Manifest) -> None:
    """A row for each article and what fits it best; two that fit each other best have one row together."""
    printed: set[str] = set()
    rows = []
    for proposal in proposals:
        if proposal.mutual and proposal.counterpart in printed:
            continue
        printed.add(proposal.text)
        better = "" if proposal.mutual or not proposal.counterpart else " (has a better)"
        rows.append(
            (
                proposal.text,
                _find_title(manifest, proposal.text),
                (proposal.counterpart or "") + better,
                _find_title(manifest, proposal.counterpart),
                _name(proposal),
                f"{proposal.score:.2f}",
                "; ".join(proposal.evidence),
            )
        )
    print_table(("article", "title", "best counterpart", "its title", "relation", "score", "evidence"), rows, tabs=True)


def _find_title(manifest: Manifest, name: str | None) -> str:
    entry = manifest.articles[name] if name else None
    return isolate_text(entry.title or "", entry.language) if entry else ""


def _write(manifest: Manifest, proposals: Sequence[Proposal], sources: set[str]) -> None:
    from mt_eval.errors import DataError
    from mt_eval.intake.draft import add_entries, draft_pair
    from mt_eval.report.comparison import count

    if not manifest.path.is_file():
        raise DataError(f"{manifest.path}: there is no manifest to write to; make one with `mt-eval data new` first")
    paired = {name for entry in manifest.pairs.values() for name in entry.articles}
    added = [
        entry
        for proposal in proposals
        if proposal.text in sources and proposal.mutual and proposal.relation is not None
        for entry in (_make_entry(proposal, set(manifest.pairs)),)
        if not paired & set(entry.articles)
    ]
    if added:
        add_entries(manifest.path, [], [draft_pair(entry) for entry in added])
    print(f"\n{manifest.path}: {count(len(added), 'pair')} added; read them, and mend what is marked as guessed")


def _make_entry(proposal: Proposal, taken: set[str]) -> PairEntry:
    from mt_eval.data.manifest import PairEntry
    from mt_eval.types import Relation

    assert proposal.counterpart is not None
    name = f"{proposal.text}-{proposal.counterpart}"
    while name in taken:
        name += "-again"
    shared = [each for each in proposal.evidence if not each.startswith("no ")]
    reason = f"mt-eval data pair: score {proposal.score:.2f}; {'; '.join(shared)}"
    return PairEntry(
        name, (proposal.text, proposal.counterpart), proposal.relation or Relation.COMPARABLE, reason, line=0
    )
