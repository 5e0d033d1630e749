"""Article pairs from a folder with a manifest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from mt_eval.bundled import resolve
from mt_eval.config import ArticlesData
from mt_eval.data.corpus import Corpus, note_unpaired
from mt_eval.data.language import check_language
from mt_eval.data.manifest import ArticleEntry, Manifest, PairEntry, read_manifest, suggest
from mt_eval.errors import DataError
from mt_eval.files import read_file
from mt_eval.languages.letters import compose
from mt_eval.types import Article, ArticlePair, Relation


def load_articles(config: ArticlesData, source_lang: str, target_lang: str) -> Corpus:
    """The chosen pairs of a manifest; all translations that have both languages, if none are chosen.

    Where `data.unpaired` is set, the articles follow that no translation into the other language is here of.

    Raises:
        DataError: As `mt_eval.data.load`.
    """
    manifest = read_manifest(resolve(config.manifest))
    alone = _find_unpaired(manifest, config, source_lang, target_lang)
    chosen = _choose(manifest, config, {source_lang, target_lang}, alone)
    return replace(
        _load(manifest, chosen, alone if config.unpaired else (), source_lang, config.check_language),
        notes=() if config.unpaired else _note_left_out(manifest, alone, {source_lang, target_lang}),
        warnings=tuple(
            f"article pair {entry.id} is comparable, not a translation ({entry.reason}): its scores mean nothing"
            for entry in chosen
            if entry.relation is Relation.COMPARABLE
        ),
    )


def collect_pairs(manifest: Manifest, source_lang: str, target_lang: str) -> Corpus:
    """All pairs of a manifest that have both languages, whatever their relation; there may be none.

    Raises:
        DataError: As `mt_eval.data.load`.
    """
    langs = {source_lang, target_lang}
    entries = [entry for entry in manifest.pairs.values() if _find_languages(manifest, entry) == langs]
    return _load(manifest, entries, (), source_lang)


def _load(
    manifest: Manifest,
    chosen: Sequence[PairEntry],
    alone: Sequence[ArticleEntry],
    source_lang: str,
    check: bool | None = None,
) -> Corpus:
    """The chosen pairs, then the articles that stand alone; those are called by their own ids."""
    inputs = {manifest.path.name: manifest.sha256} if manifest.sha256 else {}
    pairs, gold = [], {}
    for entry in chosen:
        entries = sorted(
            (manifest.articles[name] for name in entry.articles), key=lambda article: article.language != source_lang
        )
        (source, source_hash), (reference, reference_hash) = (_read_article(manifest, each, check) for each in entries)
        pairs.append(ArticlePair(entry.id, source, reference, entry.relation))
        inputs |= {entries[0].file: source_hash, entries[1].file: reference_hash}
        if entry.gold:
            gold[entry.id] = read_file(manifest.locate(entry.gold))
            inputs[entry.gold] = gold[entry.id].sha256
    taken = {pair.id for pair in pairs}
    for article in alone:
        source, inputs[article.file] = _read_article(manifest, article, check)
        name = article.id
        while name in taken:
            name = f"{name}.{article.language}"
        taken.add(name)
        pairs.append(ArticlePair(name, source, None))
    used = [*(manifest.articles[name] for entry in chosen for name in entry.articles), *alone]
    return Corpus(
        pairs=tuple(pairs),
        segmented=False,
        furniture={article.id: article.furniture for article in used if article.furniture},
        word_segmented=frozenset(article.id for article in used if article.segmented),
        gold=gold,
        inputs=inputs,
    )


def read_article(manifest: Manifest, entry: ArticleEntry) -> Article:
    """The raw article that a manifest's entry names.

    Raises:
        DataError: Its file cannot be read, is in another language, or lacks text that a furniture rule names.
    """
    return _read_article(manifest, entry, None)[0]


def _read_article(manifest: Manifest, entry: ArticleEntry, check: bool | None) -> tuple[Article, str]:
    """The article and the SHA-256 of its file."""
    path = manifest.locate(entry.file)
    where = f"{manifest.path} line {entry.line}"
    if not os.path.isfile(path):  # unlike that of Path, without an error where the name is too long
        raise DataError(
            f"{where}: article {entry.id} names the file {entry.file}, which is not in {manifest.path.parent}; "
            "add the file or mend the entry"
        )
    file = read_file(path)
    text = file.text
    mend = f"mend `language` of article {entry.id} in {manifest.path}"
    check_language(text, entry.language, str(path), mend, asked=check)
    composed = compose(text)
    for rule in entry.furniture:
        if compose(rule.partition(":")[2].strip()) not in composed:
            raise DataError(
                f"{where}: the furniture `{rule}` of article {entry.id} does not occur in {entry.file}, expected text "
                "as it stands there; mend or delete the rule"
            )
    url = entry.origin if entry.origin and entry.origin.startswith(("https://", "http://")) else None
    return Article(entry.id, entry.language, text, entry.title, url, entry.date, entry.notes), file.sha256


def _find_unpaired(
    manifest: Manifest, config: ArticlesData, source_lang: str, target_lang: str
) -> tuple[ArticleEntry, ...]:
    """The articles in `source_lang` that are in no pair fit to score against, whether that pair is chosen or not."""
    paired = {
        name
        for entry in manifest.pairs.values()
        if _find_languages(manifest, entry) == {source_lang, target_lang}
        and (config.allow_comparable or entry.relation is Relation.TRANSLATION)
        for name in entry.articles
    }
    return tuple(
        article
        for article in manifest.articles.values()
        if article.language == source_lang and article.id not in paired
    )


def _note_left_out(manifest: Manifest, alone: Sequence[ArticleEntry], languages: set[str]) -> tuple[str, ...]:
    """One note on the articles that are left out; of one whose pair is comparable it says so, as that may be mended."""
    comparable = {
        name: other
        for entry in manifest.pairs.values()
        if _find_languages(manifest, entry) == languages and entry.relation is Relation.COMPARABLE
        for name, other in (entry.articles, entry.articles[::-1])
    }
    names = [
        f"{entry.id} ({comparable[entry.id]} is comparable)" if entry.id in comparable else entry.id for entry in alone
    ]
    mend = "where a comparable text is a translation after all, mend `relation` in the manifest"
    return tuple(
        f"{note}; {mend}" if any(entry.id in comparable for entry in alone) else note for note in note_unpaired(names)
    )


def _choose(
    manifest: Manifest, config: ArticlesData, languages: set[str], alone: Sequence[ArticleEntry]
) -> list[PairEntry]:
    fitting = [entry for entry in manifest.pairs.values() if _find_languages(manifest, entry) == languages]
    if config.pairs is None:
        chosen = [e for e in fitting if config.allow_comparable or e.relation is Relation.TRANSLATION]
        if not chosen and not (config.unpaired and alone):
            way_out = (
                f", or set data.unpaired=true to translate {_count_sources(alone)} in {alone[0].language} without one"
                if alone
                else ""
            )
            if fitting:
                what = "is only comparable" if len(fitting) == 1 else f"and {len(fitting) - 1} more are only comparable"
                way_out += f"; {fitting[0].id} {what} (mend `relation` where that is wrong)"
            raise DataError(
                f"{manifest.path}: no pair is a translation between {' and '.join(sorted(languages))}, expected one at "
                f"least; set direction to what it has ({_list_directions(manifest)}) or add articles{way_out}"
            )
        return chosen
    if not config.pairs and not (config.unpaired and alone):
        raise DataError(f"{manifest.path}: data.pairs is empty, expected ids such as {suggest('', manifest.pairs)}")
    names = [compose(name) for name in config.pairs]
    if len(set(names)) != len(names):
        raise DataError(f"{manifest.path}: data.pairs names a pair twice, expected every pair once; delete one")
    return [_choose_one(manifest, config, name, languages, fitting) for name in names]


def _choose_one(
    manifest: Manifest, config: ArticlesData, name: str, languages: set[str], fitting: Sequence[PairEntry]
) -> PairEntry:
    if name not in manifest.pairs:
        raise DataError(
            f"{manifest.path}: data.pairs names {name}, which is not in it, expected one of "
            f"{suggest(name, manifest.pairs)}; mend the id"
        )
    entry = manifest.pairs[name]
    if entry not in fitting:
        has = " and ".join(sorted(_find_languages(manifest, entry)))
        raise DataError(
            f"{manifest.path} line {entry.line}: pair {name} has {has}, expected {' and '.join(sorted(languages))}; "
            "change direction or data.pairs"
        )
    if entry.relation is Relation.COMPARABLE and not config.allow_comparable:
        raise DataError(
            f"{manifest.path} line {entry.line}: pair {name} is comparable, not a translation, so a score would mean "
            f"nothing ({entry.reason}); leave it out, or set data.allow_comparable=true"
        )
    return entry


def _find_languages(manifest: Manifest, entry: PairEntry) -> set[str]:
    return {manifest.articles[name].language for name in entry.articles}


def _list_directions(manifest: Manifest) -> str:
    pairs = [e for e in manifest.pairs.values() if e.relation is Relation.TRANSLATION]
    directions = sorted({"-".join(manifest.articles[name].language for name in entry.articles) for entry in pairs})
    return ", ".join(directions) or "none"


def _count_sources(alone: Sequence[ArticleEntry]) -> str:
    return "the article" if len(alone) == 1 else f"the {len(alone)} articles"


def find_manifest_pair(manifest: Manifest, name: str) -> PairEntry:
    """The pair called `name`.

    Raises:
        DataError: There is none; the message lists those there are.
    """
    if name not in manifest.pairs:
        raise DataError(f"{manifest.path}: has no pair {name}, expected one of {suggest(name, manifest.pairs)}")
    return manifest.pairs[name]


def find_manifest_article(manifest: Manifest, name: str) -> ArticleEntry:
    """The article called `name`.

    Raises:
        DataError: There is none; the message lists those there are.
    """
    if name not in manifest.articles:
        raise DataError(f"{manifest.path}: has no article {name}, expected one of {suggest(name, manifest.articles)}")
    return manifest.articles[name]
