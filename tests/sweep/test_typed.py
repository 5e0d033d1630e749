"""What is typed is what is meant: texts stay as typed, and what cannot be meant gets a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import QuotedString
from hypothesis import assume, given
from hypothesis import strategies as st

import mt_eval
from mt_eval.errors import ConfigError
from mt_eval.sweep.compose import Composer
from mt_eval.sweep.typed import quote_texts

HYPOTHESES = ("model=hypotheses", "data=ui")
COMPOSER = Composer()


def read_path(name: str) -> str:
    (job,) = COMPOSER.read_request([*HYPOTHESES, f"model.path={name}"], sweep=False).jobs
    path: str = job.config.model.path
    return path


@pytest.mark.parametrize(
    "name",
    [
        "bản.ar",
        "dịch (1).ar",
        "ترجمة.ar",
        "a=b.ar",
        "#1.ar",
        "a&b.ar",
        "~/out.ar",
        "~nobody-of-this-name.ar",
        "a b.ar",
        "l'homme.ar",
        "[nháp].ar",
        "{x}.ar",
        'say "hi".ar',
        "a\\b.ar",
        "ends\\",
        "ends\\'",
        "true",
        "null",
        "2024_01",
        "1e5",
        "-5",
        ".5",
        "nan",
        "a:b",
        "<(cat)",
        "a;b|c",
        "x!.ar",
        "100%.ar",
        "glob(*).ar",
    ],
)
def test_a_path_is_what_stands_behind_the_first_equals_sign(name: str) -> None:
    """Letters of any script, and everything that means something to Hydra."""
    assert read_path(name) == name


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_stays_as_typed(name: str) -> None:
    """Whatever is no list of values, no quotes and no function of Hydra's."""
    assume("," not in name and name[0] not in "'\"" and not name.endswith(")"))

    (parsed,) = OverridesParser.create().parse_overrides([quote_texts(f"model.path={name}")])

    value = parsed.value()
    assert (value.text if isinstance(value, QuotedString) else value) == name


def test_texts_of_every_kind_stay_as_typed() -> None:
    """In lists and mappings, and at the top; what may have no value is still nothing."""
    config = mt_eval.compose(
        "data=table", "data.path=1_0", "data.columns={vi:2024,ar:true}", "data.document_column=null",
        "runs_dir=true", "model=marian", "model.name=007", "model.revision=1e3",
    )  # fmt: skip
    articles = mt_eval.compose("data.pairs=[2024_01, null,xi-putin-2024,đợt 1]", "model=copy")

    assert (config.data.path, config.data.columns["vi"], config.data.columns["ar"]) == ("1_0", "2024", "true")
    assert config.data.document_column is None
    assert (config.runs_dir, config.model.name, config.model.revision) == ("true", "007", "1e3")
    assert articles.data.pairs == ["2024_01", "null", "xi-putin-2024", "đợt 1"]


def test_commas_part_values_in_a_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is a text of its own; a file of the whole name is one value, and quotes hold a comma together."""
    monkeypatch.chdir(tmp_path)

    def read_paths(value: str, *, sweep: bool = True) -> list[str]:
        jobs = COMPOSER.read_request([*HYPOTHESES, f"model.path={value}"], sweep=sweep).jobs
        return [job.config.model.path for job in jobs]

    parted = read_paths("một.ar,2024,'a,b'")
    (tmp_path / "x,y.ar").touch()

    assert parted == ["một.ar", "2024", "a,b"]
    assert read_paths("x,y.ar") == read_paths("x,y.ar", sweep=False) == ["x,y.ar"]
    with pytest.raises(ConfigError, match="several values are a sweep"):
        read_paths("x,z.ar", sweep=False)


def test_a_glob_is_all_options_that_it_matches() -> None:
    """`glob(*)` stands for the options of its group, as Hydra's documentation has it."""
    jobs = COMPOSER.read_request(["model=copy", "normalize=glob(*)"], sweep=True).jobs

    assert len(jobs) == len(list((COMPOSER.conf / "normalize").glob("*.yaml")))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["model=NLLB_600M"], "did you mean nllb_600m?"),
        (["model=NLLB"], "did you mean nllb?"),
        (["engine=ct2"], "did you mean ctranslate2?"),
        (["engine=CTranslate2"], "did you mean ctranslate2?"),
        (["hydra/launcher=slurm"], "did you mean submitit_slurm?"),
        (["num_beams=4"], "did you mean decoding.num_beams?"),
        (["model.num_beams=4"], "did you mean decoding.num_beams?"),
        (["via=fr"], "did you mean model.via?"),
        (["model = copy"], "model = copy: a setting is one word; leave out the spaces: model=copy"),
        (["model", "=", "copy"], "model = copy: a setting is one word; leave out the spaces: model=copy"),
        (["model=", "copy"], "model= copy: a setting is one word; leave out the spaces: model=copy"),
        (["model", "=copy"], "model =copy: a setting is one word; leave out the spaces: model=copy"),
        (["mô hình=copy"], "mô hình=copy: this cannot be read as GROUP=OPTION or KEY=VALUE"),
        (["model=bản"], "model=bản: this cannot be read as GROUP=OPTION or KEY=VALUE"),
        (["model=hypotheses", "model.path=${x}.ar"], "${x}: there is no setting x, whose value would stand here"),
        (["model=hypotheses", "model.path=a${.ar"], "${ begins the name of a setting whose value would stand here"),
        (["limit"], "limit: this cannot be read as GROUP=OPTION or KEY=VALUE"),
    ],
)
def test_what_cannot_be_meant_gets_a_guess(words: list[str], message: str) -> None:
    """The message names what was typed, and what it may have meant."""
    with pytest.raises(ConfigError) as caught:
        mt_eval.compose(*words)

    assert message in str(caught.value)


@pytest.mark.parametrize("word", ["model=glob(zzz*)", "limit=glob(*)", "limit=range(5,1)"])
@pytest.mark.parametrize("more", [[], ["hydra/sweeper=tune"]])
def test_a_list_of_no_values_is_refused(word: str, more: list[str]) -> None:
    """It would be a sweep of no jobs, which ends as if all were well."""
    with pytest.raises(ConfigError, match="no value fits"):
        COMPOSER.read_request(["data=ui", word, *more], sweep=True)


@pytest.mark.parametrize("sweep", [False, True])
@pytest.mark.parametrize("word", ["runs_dir=r\udcff", "data.source_path=n\udcff.vi", "model=\udcff"])
def test_a_word_of_bytes_that_are_no_letters_is_refused(word: str, sweep: bool) -> None:
    """A path in Latin-1, or a Vietnamese one under the locale C, is named and does not end in an internal error."""
    with pytest.raises(ConfigError, match=r"\\udcff.* is no text in UTF-8"):
        COMPOSER.read_request(["model=copy", "data=ui", word], sweep=sweep)
