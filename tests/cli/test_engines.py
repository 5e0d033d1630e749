"""The choice of engine, runs that ask how numerics move a score, and a score for the first half of a pivot."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sacrebleu
from tiny_checkpoints import make_m2m100, make_marian, make_nllb

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run
from mt_eval.types import Level

VIETNAMESE = ["Xin chào các bạn.", "Hôm nay trời đẹp.", "Tổng thống Putin thăm Bắc Kinh."]
ARABIC = ["مرحبا أيها الأصدقاء.", "الطقس جميل اليوم.", "الرئيس بوتين يزور بكين."]
ENGLISH = ["Hello, friends.", "The weather is nice today.", "President Putin visits Beijing."]
RUN = ["run", "data=lines", "data.source_path=news.vi", "data.reference_path=news.ar", "preflight=off",
       "device.threads=1", "metrics.samples=0", "decoding.max_new_tokens_factor=0.5",
       "decoding.max_new_tokens_offset=8"]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with three parallel lines in three languages, and a tiny checkpoint `leg` for all of them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for lang, lines in (("vi", VIETNAMESE), ("ar", ARABIC), ("en", ENGLISH)):
        (tmp_path / f"news.{lang}").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    make_marian(tmp_path / "leg", (">>ara<<", ">>vie<<", ">>eng<<"))
    return tmp_path


def list_runs(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "runs").glob("*") if not path.name.startswith("."))


def without_ctranslate2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctranslate2", None)


def test_fast_is_ctranslate2_where_it_is_installed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`engine=fast` says what it picked, and leaves the run that asking for the pick leaves."""
    pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")

    status = main([*RUN, "model=marian", "model.name=leg", "engine=fast", "device=cpu"])
    (made,) = list_runs(folder)
    said = capsys.readouterr()
    again = main([*RUN, "model=marian", "model.name=leg", "engine=ctranslate2", "device=cpu"])

    assert (status, again) == (0, 0)
    assert "engine=fast: CTranslate2 in int8_float32" in said.err + said.out
    (leg,) = read_run(made).head.system.legs
    assert (leg["engine"], leg["dtype"]) == ("ctranslate2", "int8_float32")
    assert list_runs(folder) == [made]


def test_a_model_that_was_converted_runs_without_torch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was converted before starts without torch and without the library's models, and gives the same run."""
    pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # torch alone tells what a GPU is called
    make_nllb(folder / "nllb")
    make_m2m100(folder / "m2m100")
    asked = [
        [*RUN, "model=marian", "model.name=leg", "engine=ctranslate2"],
        [*RUN, "model=marian", "model.name=leg", "engine=fast"],
        [*RUN, "model=nllb", "model.name=nllb", "engine=ctranslate2"],
        [*RUN, "model=m2m100", "model.name=m2m100", "engine=ctranslate2"],
    ]
    program = (
        "import json, sys; from mt_eval.cli.main import main\n"
        "status = [main(words) for words in json.loads(sys.argv[1])]\n"
        "heavy = [name for name in sys.modules if name == 'torch' or '.modeling_' in name]\n"
        "sys.exit(f'{status}, imported {sorted(heavy)}' if heavy or any(status) else 0)\n"
    )

    converted = [main(words) for words in asked]
    made = {run.head.id: run for run in map(read_run, list_runs(folder))}
    (folder / "runs").rename(folder / "before")
    again = subprocess.run(
        [sys.executable, "-c", program, json.dumps(asked)], capture_output=True, text=True, check=False
    )

    assert (converted, again.returncode, again.stderr if again.returncode else "") == ([0] * 4, 0, "")
    assert len(made) == 3
    for run in map(read_run, list_runs(folder)):
        before = made.pop(run.head.id)
        assert run.head.identity == before.head.identity
        assert [each.text for each in run.translations] == [each.text for each in before.translations]
        assert [each.value for each in run.scores] == [each.value for each in before.scores]
        assert run.head.translation.legs[0].segments_decoded == 3
    assert made == {}


def test_fast_is_transformers_without_ctranslate2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the extra the run is made all the same, and says what would make it faster."""
    without_ctranslate2(monkeypatch)
    monkeypatch.setattr("mt_eval.translate.engines.choice._multiplies_bfloat16", lambda: False)

    status = main([*RUN, "model=marian", "model.name=leg", "engine=fast", "device=cpu"])
    refused = main([*RUN, "model=marian", "model.name=leg", "engine=ctranslate2", "device=cpu"])

    said = capsys.readouterr()
    (made,) = list_runs(folder)
    (leg,) = read_run(made).head.system.legs
    assert (status, refused) == (0, 1)
    assert (leg["engine"], leg["dtype"]) == ("transformers", "float32")
    assert "engine=fast: transformers in float32 (CTranslate2 is not installed: mt-eval[ct2])" in said.err + said.out
    assert "error: engine=ctranslate2 needs the package ctranslate2, which is not installed; run `pip" in said.err


def test_batch_size_is_identity_only_where_it_is_asked_about(folder: Path) -> None:
    """Batches of other sizes are the same run and come from the store, unless `engine.batch_matters` is set."""
    tiny = [*RUN, "model=marian", "model.name=leg"]
    for tokens in (64, 512):
        assert main([*tiny, f"engine.batch_tokens={tokens}"]) == 0
    one = len(list_runs(folder))
    for tokens in (64, 512):
        assert main([*tiny, f"engine.batch_tokens={tokens}", "engine.batch_matters=true"]) == 0

    made = [read_run(path).head for path in list_runs(folder)]
    assert (one, len(made)) == (1, 3)
    assert [head.translation.legs[0].segments_decoded for head in made] == [3, 3, 3]
    assert main([*tiny, "engine.batch_matters=true"]) == 1


def test_numerics_shows_what_changed_and_moved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table's share of changed segments and distances of scores are those counted from the run directories."""
    sweep = ["experiment=numerics", "engine=transformers,transformers_bfloat16", "engine.batch_tokens=2048,64"]

    status = main([*RUN, "model=marian", "model.name=leg", *sweep])

    made = {
        (found.head.system.legs[0]["dtype"], found.config["engine"]["batch_tokens"]): found
        for found in map(read_run, list_runs(folder))
    }
    first = made["float32", 2048]
    printed = re.findall(r"^ *transformers +(\w+) +(\d+) +(?:(\d+)%)? *(.*)$", capsys.readouterr().out, re.MULTILINE)
    assert status == 0
    assert len(made) == len(printed) == 4
    for dtype, tokens, share, scores in printed:
        run = made[dtype, int(tokens)]
        moved = [
            each.value if run is first else each.value - before.value
            for each, before in zip(run.scores, first.scores, strict=True)
            if each.level is Level.SEGMENT
        ]
        changed = sum(one.text != other.text for one, other in zip(run.translations, first.translations, strict=True))
        assert share == ("" if run is first else f"{100 * changed / 3:.0f}")
        assert [float(score) for score in scores.split()] == pytest.approx(moved, abs=0.006)


def test_numerics_of_systems_without_an_engine_and_of_several_data(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each system and each data set has a table of its own, also where nothing decodes."""
    status = main([*RUN, "experiment=numerics", "engine=transformers", "engine.batch_tokens=64", "model=copy",
                   "limit=2,3", "metrics=default,all"])  # fmt: skip

    printed = capsys.readouterr().out
    assert status == 0
    assert "vi-ar, copy, 2 segments:" in printed
    assert "vi-ar, copy, 3 segments:" in printed
    assert len(re.findall(r"^ *no engine +64", printed, re.MULTILINE)) == 4


def test_the_first_leg_of_a_pivot_has_scores_of_its_own(folder: Path) -> None:
    """With a human version in the pivot language, the pivot text scores what the sacrebleu library gives it."""
    pivot = ["model=pivot", "model.first.name=leg", "model.second.name=leg", "data.pivot_path=news.%via"]

    status = main([*RUN, *pivot])

    (made,) = list_runs(folder)
    found = read_run(made)
    scores = {score.metric: score.value for score in found.scores if score.level is Level.SEGMENT}
    rows = [json.loads(line) for line in (made / "segments.jsonl").read_text(encoding="utf-8").splitlines()]
    middle = [translation.pivot_text for translation in found.translations]
    assert status == 0
    assert [row["pivot_text"] for row in rows] == middle
    assert scores["chrF++@vi-en"] == pytest.approx(sacrebleu.corpus_chrf(middle, [ENGLISH], word_order=2).score)
    assert scores["chrF@vi-en"] == pytest.approx(sacrebleu.corpus_chrf(middle, [ENGLISH]).score)
    assert scores["BLEU-13a@vi-en"] == pytest.approx(sacrebleu.corpus_bleu(middle, [ENGLISH], tokenize="13a").score)
    assert scores["chrF++"] != scores["chrF++@vi-en"]


def test_a_pivot_reference_that_does_not_fit_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another number of lines in the pivot's file is told with both numbers."""
    (folder / "news.en").write_text("Hello.\n", encoding="utf-8")

    status = main([*RUN, "model=pivot", "model.first.name=leg", "model.second.name=leg", "data.pivot_path=news.%via"])

    error = capsys.readouterr().err
    assert status == 1
    assert "news.en" in error
    assert "1 line" in error
