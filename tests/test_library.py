"""`import mt_eval`: everything the commands do, from a program, quietly."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import sacrebleu
from tiny_checkpoints import make_marian

import mt_eval
from mt_eval.errors import AlignmentError, ConfigError, DataError, ModelError, MtEvalError, RunError
from mt_eval.runs.outcomes import State
from mt_eval.sweep.watch import Progress

QUICK = ("data=ui", "limit=4", "metrics.samples=0", "preflight=false", "device.threads=1")
NAMES = ("align", "compare", "diagnose", "score", "sweep")
"""Functions that a package has the name of."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_program(program: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_whole_way_in_silence(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A configuration is composed, evaluated, found, compared; nothing is printed, and the log is the caller's."""
    make_marian(folder / "tiny")
    capfd.readouterr()
    said: list[str] = []
    steps: list[Progress] = []

    config = mt_eval.compose("model=marian", "model.name=tiny", "direction=vi-ar", *QUICK)
    run = mt_eval.evaluate(config, log=said.append, progress=steps.append)
    again = mt_eval.evaluate(config, log=said.append)
    outcomes = mt_eval.sweep("model=demo,copy", "direction=vi-ar,ar-vi", *QUICK)
    runs = mt_eval.find_runs("runs", where={"direction": "vi-ar"})
    result = mt_eval.compare(runs, baseline=0)

    assert run == again == mt_eval.read_run(run.folder or "")
    assert [outcome.state for outcome in outcomes] == [State.DONE] * 4
    assert len(runs) == 3
    assert len(mt_eval.find_runs("runs")) == 5
    assert "exists and answers this" in said[-1]
    assert (steps[-1].run, steps[-1].done, steps[-1].total) == (run.id, 4, 4)
    assert mt_eval.compare("runs/ui-*-vi-ar-*").systems == mt_eval.compare(runs).systems
    assert mt_eval.compare([run, runs[0].folder, runs[1]], intersect=True).systems[0] == result.systems[-1]
    assert {each.verdict for each in result.comparisons} <= {"better", "worse", "tie", "cannot tell"}
    assert result.render("markdown").count("|") > 20
    assert list(result.frame()["metric"]) == [each.metric for each in result.comparisons]
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_made_is_an_error_of_its_kind(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever is wrong is raised, with the sentence that the command would print; the program goes on."""
    with pytest.raises(ConfigError, match="did you mean copy"):
        mt_eval.compose("model=copi")
    with pytest.raises(ModelError, match="nowhere"):
        mt_eval.evaluate(mt_eval.compose("model=marian", "model.name=./nowhere", *QUICK))
    with pytest.raises(RunError, match="no such folder"):
        mt_eval.read_run("nowhere")
    with pytest.raises(ConfigError, match="samples=5 is not possible"):
        mt_eval.compare(["a", "b"], samples=5)
    with pytest.raises(ConfigError, match=r"mt_eval\.sweep"):
        mt_eval.evaluate(mt_eval.compose("model=copy", "data.shard=0/2", *QUICK))
    with pytest.raises(ConfigError, match="there is no such folder"):
        mt_eval.compose("model=copy", config_dir="nowhere")
    assert capfd.readouterr() == ("", "")


def test_a_bug_is_an_error_that_names_its_record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever catches `MtEvalError` catches all; the cause is chained, and the record has the traceback."""
    from mt_eval import pipeline

    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(pipeline, "evaluate", fail)

    with pytest.raises(MtEvalError, match="please report it with") as caught:
        mt_eval.evaluate(mt_eval.compose("model=copy", *QUICK))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert "Traceback" in Path(str(caught.value).rsplit(" ", 1)[1]).read_text()


def test_what_is_logged_below_is_the_caller_s(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a module says on its own, such as another try of a download, is a line of the log or nothing."""
    from mt_eval import data

    load = data.load

    def say(*given: Any) -> Any:
        logging.getLogger("mt_eval.translate.checkpoints").warning("the hub is slow; trying again in %d s", 2)
        return load(*given)

    monkeypatch.setattr(data, "load", say)
    said: list[str] = []

    mt_eval.evaluate(mt_eval.compose("model=copy", *QUICK), log=said.append)
    mt_eval.sweep("model=copy", *QUICK)

    assert said[0] == "the hub is slow; trying again in 2 s"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("lang", ["ar", "vi"])
def test_score_is_sacrebleu_s(lang: str) -> None:
    """Scores of plain texts are those that sacrebleu gives, over segments and over whole documents."""
    translations = ["xin chào các bạn", "trời hôm nay rất đẹp", "một hai ba", "bốn năm"]
    references = ["xin chào bạn", "hôm nay trời đẹp", "một hai ba bốn", "năm"]
    documents = ["a", "a", "b", "b"]

    scores = mt_eval.score(translations, references, lang=lang, documents=documents, metrics=["chrF++", "BLEU-intl"])

    plus = sacrebleu.CHRF(word_order=2)
    whole = [" ".join(texts) for texts in (translations[:2], translations[2:])]
    joined = [" ".join(texts) for texts in (references[:2], references[2:])]
    assert [(score.metric, str(score.level)) for score in scores] == [
        (metric, level) for level in ("segment", "article") for metric in ("chrF++", "BLEU-intl")
    ]
    assert scores[0].value == plus.corpus_score(translations, [references]).score
    assert scores[1].value == sacrebleu.BLEU(tokenize="intl").corpus_score(translations, [references]).score
    assert scores[2].value == plus.corpus_score(whole, [joined]).score
    assert scores[0].per_article["b"] == plus.corpus_score(translations[2:], [references[2:]]).score


def test_texts_that_do_not_belong_together_are_refused() -> None:
    """Nothing is cut to the shorter side; a reference without text does not count, but one must have some."""
    counted = mt_eval.score(["a b", "x"], ["a b", " "], lang="ar", metrics=["chrF"])[0]

    assert counted.value == pytest.approx(100)
    with pytest.raises(DataError, match="3 translations and 2 references"):
        mt_eval.score(["a", "b", "c"], ["a", "b"], lang="ar")
    with pytest.raises(DataError, match="1 documents and 2 references"):
        mt_eval.score(["a", "b"], ["a", "b"], lang="ar", documents=["one"])
    with pytest.raises(DataError, match="no reference has text"):
        mt_eval.score(["a"], [""], lang="ar")
    with pytest.raises(ConfigError, match=r"metrics\.names=comet"):
        mt_eval.score(["a"], ["b"], lang="ar", metrics=["comet"])


MISSING = float("nan")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: mt_eval.score(["a", None], ["a", "b"], lang="ar"),
            DataError,
            r"translations\[1\] is missing \(None\)",
        ),
        (lambda: mt_eval.score(["a"], [MISSING], lang="ar"), DataError, r"references\[0\] is missing \(nan\)"),
        (lambda: mt_eval.score([b"a"], ["a"], lang="ar"), DataError, r"translations\[0\] is of type bytes"),
        (lambda: mt_eval.score("a", "a", lang="ar"), DataError, "translations is one text, expected a list"),
        (lambda: mt_eval.score(["a"], ["a"], lang="ar", metrics="chrF"), ConfigError, r"write \['chrF'\]"),
        (lambda: mt_eval.score(["a"], ["a"], lang="arabic"), ConfigError, "lang=arabic .* did you mean ar"),
        (lambda: mt_eval.score(["\u200b"], ["\u200b"], lang="ar"), DataError, "no reference has text"),
        (lambda: mt_eval.align("Xin chào.", "مرحبا.", "vi", "ar"), DataError, "source_sentences is one text"),
        (lambda: mt_eval.align(["a"], ["b"], "vie", "ar"), ConfigError, "source_lang=vie .* did you mean vi"),
        (lambda: mt_eval.align(["\u200e"], ["b"], "vi", "ar"), AlignmentError, "source sentence 0 is empty"),
        (lambda: mt_eval.diagnose("a", None, "vi", "ar"), DataError, "translation is missing"),
        (lambda: mt_eval.diagnose("a", "b", "vi", "arb_Arab"), ConfigError, "target_lang=arb_Arab .* did you mean ar"),
        (lambda: mt_eval.compose(["model=copy"]), ConfigError, r"of type list .* write a star before it: \*NAME"),
        (lambda: mt_eval.sweep(Path("model")), ConfigError, "of type PosixPath is among them"),
        (lambda: mt_eval.evaluate("model=copy"), ConfigError, "expected a configuration; .*compose"),
        (lambda: mt_eval.read_run(None), RunError, r"the folder is missing \(None\)"),
        (lambda: mt_eval.find_runs("runs", where="direction=vi-ar"), ConfigError, "where is one text"),
        (lambda: mt_eval.compare("runs", level="word"), ConfigError, "level=word .* segment, article"),
        (lambda: mt_eval.compare(None), DataError, r"runs is missing \(None\), expected a list"),
        (lambda: mt_eval.score(["a"], ["a"], lang="ar", documents=5), DataError, "documents is of type int"),
        (
            lambda: mt_eval.score_given("runs", labels="ours"),
            ConfigError,
            "labels is one text, expected runs and names",
        ),
        (lambda: mt_eval.score_given(None), ConfigError, "data=None: expected a run, its directory"),
    ],
)
def test_what_comes_from_a_notebook_is_refused_by_name(call: Any, error: type[MtEvalError], message: str) -> None:
    """Missing values, one text for many, and codes of other kinds are told with the name of the argument."""
    with pytest.raises(error, match=message):
        call()


def test_a_language_without_a_short_code_is_scored() -> None:
    """Cebuano has three letters alone; Arabic's three are told to be two."""
    assert mt_eval.score(["maayo"], ["maayo"], lang="ceb")[0].value == 100
    with pytest.raises(ConfigError, match=r"lang=ara .* did you mean ar"):
        mt_eval.score(["a"], ["a"], lang="ara")


def test_sequences_of_any_kind_are_read_once(folder: Path) -> None:
    """Generators, columns of a frame and arrays give what lists give, and found runs are taken where names are."""
    pandas = pytest.importorskip("pandas")
    sources, references = ["Xin chào.", "Năm 2024."], ["مرحبا.", "عام 2024."]
    frame = pandas.DataFrame({"source": sources, "reference": references}, index=[7, 3])
    mt_eval.sweep("model=copy", "direction=vi-ar,ar-vi", *QUICK)
    found = mt_eval.find_runs()

    scores = mt_eval.score(references, references, lang="ar", documents=["1", "2"])
    groups = mt_eval.align(sources, references, "vi", "ar")

    assert mt_eval.score(iter(references), frame.reference, lang="ar", documents=[1, 2]) == scores
    assert (
        mt_eval.score(frame.reference.to_numpy(), tuple(references), lang="ar", documents=pandas.Index([1, 2]))
        == scores
    )
    assert mt_eval.align((each for each in sources), frame.reference, "vi", "ar") == groups
    assert list(mt_eval.frame_runs(found)["run"]) == [run.head.id for run in found]
    assert mt_eval.find_runs(found[0]) == found[:1]
    with pytest.raises(RunError, match="direction"):
        mt_eval.compare(run for run in found)


def test_align_covers_every_sentence_once() -> None:
    """Groups name sentences by their places; an empty one is refused, not shifted over."""
    source = ["Năm 2024, Putin thăm Bắc Kinh.", "Ông gặp Tập Cận Bình.", "Hai bên ký 12 văn kiện."]
    reference = ["في عام 2024 زار بوتين بكين والتقى شي جين بينغ.", "وقع الجانبان 12 وثيقة."]

    groups = mt_eval.align(source, reference, "vi", "ar")

    assert [place for group in groups for place in group.source] == [0, 1, 2]
    assert [(group.source, group.reference) for group in groups] == [((0, 1), (0,)), ((2,), (1,))]
    with pytest.raises(AlignmentError, match="source sentence 1 is empty"):
        mt_eval.align(["Xin chào.", " "], reference, "vi", "ar")


def test_it_works_in_threads_and_beside_a_program_that_uses_hydra(folder: Path) -> None:
    """Threads compose different configurations at once, and Hydra is left as the program had set it."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    (folder / "theirs").mkdir()
    (folder / "theirs" / "config.yaml").write_text("answer: 42\n")
    made: dict[int, object] = {}

    def work(beams: int) -> None:
        config = mt_eval.compose("model=copy", f"decoding.num_beams={beams}", f"runs_dir=runs-{beams}", *QUICK)
        made[beams] = mt_eval.evaluate(config).config["decoding"]["num_beams"]

    with initialize_config_dir(str(folder / "theirs"), version_base=None):
        theirs = GlobalHydra.instance().hydra
        threads = [threading.Thread(target=work, args=(beams,)) for beams in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with pytest.raises(ConfigError):
            mt_eval.compose("model=nothing")
        left, answer = GlobalHydra.instance().hydra, compose("config").answer

    assert made == {beams: beams for beams in range(1, 5)}
    assert (left, answer) == (theirs, 42)


@pytest.mark.parametrize(
    "before",
    [
        "import mt_eval",
        "import mt_eval.compare.select, mt_eval.align, mt_eval.diagnose.flags, mt_eval.score.units, mt_eval.sweep.jobs",
        "import mt_eval; mt_eval.score(['a'], ['a'], lang='ar'); mt_eval.diagnose('a', 'b', 'vi', 'ar')",
        "from mt_eval.cli.main import main",
    ],
)
def test_packages_of_the_same_name_are_in_nobody_s_way(before: str, tmp_path: Path) -> None:
    """Whatever is imported first, `mt_eval.compare` can be called, and what is in the package can be reached."""
    program = f"""
{before}
import inspect
import mt_eval
from mt_eval import compare, score
for name in {NAMES}:
    assert callable(getattr(mt_eval, name)), name
assert score(["a"], ["a"], lang="ar", metrics=["chrF"])[0].value > 99
import mt_eval.compare.select as select
import mt_eval.score.units
assert mt_eval.compare.select is select
assert mt_eval.score(["a"], ["a"], lang="ar", metrics=["chrF"])[0].value > 99
assert "baseline" in inspect.signature(mt_eval.compare).parameters
assert mt_eval.score.units.__name__ == "mt_eval.score.units"
"""

    assert run_program(program, tmp_path) == ""


def test_the_import_is_light(tmp_path: Path) -> None:
    """Nothing but the front itself is imported: no dataclasses, no numpy, none of our own packages."""
    program = (
        "import sys; before = set(sys.modules); import mt_eval\n"
        "print(sorted(m for m in set(sys.modules) - before if m.startswith('mt_eval')))\n"
        "print({'dataclasses', 'inspect', 'numpy', 'pathlib'} & (set(sys.modules) - before))\n"
    )

    assert run_program(program, tmp_path) == "['mt_eval', 'mt_eval.library']\nset()\n"


def test_the_front_is_typed(tmp_path: Path) -> None:
    """A program's types are checked against ours by mypy --strict, also where the packages are imported, too."""
    pytest.importorskip("mypy")
    (tmp_path / "program.py").write_text(
        "import mt_eval\n"
        "import mt_eval.compare.select\n"
        "import mt_eval.score.units\n"
        "reveal_type(mt_eval.compare(mt_eval.find_runs('runs')).render('csv'))\n"
        "reveal_type(mt_eval.score(['a'], ['b'], lang='ar')[0].value)\n"
        "reveal_type(mt_eval.evaluate(mt_eval.compose('model=copy')).id)\n"
        "mt_eval.align('vi', 4, 'vi', 'ar')\n"
    )
    root = Path(mt_eval.__file__).parents[1]

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(root / ".mypy_cache"), "program.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )

    told = [line.split(": ", 2)[2] for line in done.stdout.splitlines() if line.startswith("program.py")]
    assert told[:3] == ['Revealed type is "str"', 'Revealed type is "float | None"', 'Revealed type is "str"']
    assert 'Argument 2 to "align" has incompatible type "int"' in told[3]
    assert len(told) == 4
