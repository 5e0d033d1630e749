"""What `locate` and `translate_pairs` give, held against raw calls of the library."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
import torch
from transformers import M2M100ForConditionalGeneration, MarianMTModel, MarianTokenizer, NllbTokenizer

from mt_eval.config import DeviceKind, Dtype, MarianModel, NllbModel, PivotModel
from mt_eval.errors import ConfigError, RunError
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints import find
from mt_eval.translate.store.upkeep import list_legs

Configure = Callable[..., Any]

# The raw calls of the tests warn; mt-eval's own do not (test_loading_is_quiet).
pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

DECODINGS = [
    {"num_beams": 4},
    {"num_beams": 1},
    {"num_beams": 3, "length_penalty": 0.6, "no_repeat_ngram_size": 2, "max_new_tokens_offset": 40},
]


def run_raw(
    model: Any, tokenizer: Any, text: str, decoding: dict[str, Any], limit: int, **settings: Any
) -> tuple[str, float | None]:
    """What the library makes of one text by itself with everything but `decoding` left to the checkpoint."""
    searched = {name: decoding[name] for name in ("num_beams", "length_penalty", "no_repeat_ngram_size")}
    inputs = tokenizer([text], return_tensors="pt")
    output = model.generate(
        **inputs, **searched, **settings, max_new_tokens=limit, return_dict_in_generate=True, output_scores=True
    )
    score = float(output.sequences_scores[0]) if searched["num_beams"] > 1 else None
    return tokenizer.decode(output.sequences[0], skip_special_tokens=True), score


def limit_of(tokens_in: int, decoding: dict[str, Any]) -> int:
    """The length rule, written out for factor 0.5."""
    wanted = 0.5 * tokens_in + decoding.get("max_new_tokens_offset", 8)
    return next(limit for limit in range(32, 1000, 32) if limit >= wanted)


@pytest.mark.parametrize("decoding", DECODINGS)
def test_marian_equals_raw_generate(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    decoding: Any,
) -> None:
    """Batches of a Marian with a target token give what `generate` gives sentence by sentence."""
    config = configure(MarianModel(str(tiny_marian)), decoding=decoding)
    tokenizer = MarianTokenizer.from_pretrained(tiny_marian)
    model = MarianMTModel.from_pretrained(tiny_marian)
    full = {"length_penalty": 1.0, "no_repeat_ngram_size": 0} | decoding

    translated = translate_pairs(config, pair_up(sentences), tmp_path, silent)

    for text, actual in zip(sentences, translated.translations, strict=True):
        tokens_in = len(tokenizer(f">>ara<< {text}")["input_ids"])
        expected, score = run_raw(model, tokenizer, f">>ara<< {text}", full, limit_of(tokens_in, decoding))
        assert actual.text == expected
        assert actual.tokens_in == tokens_in
        assert actual.score == (None if score is None else pytest.approx(score, abs=1e-4))


@pytest.mark.parametrize("decoding", DECODINGS)
def test_nllb_equals_raw_generate(
    tiny_nllb: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    decoding: Any,
) -> None:
    """Batches of an NLLB give what `generate` gives sentence by sentence with the target code forced."""
    config = configure(NllbModel(str(tiny_nllb)), decoding=decoding)
    tokenizer = NllbTokenizer.from_pretrained(tiny_nllb, src_lang="vie_Latn")
    model = M2M100ForConditionalGeneration.from_pretrained(tiny_nllb)
    forced = tokenizer.convert_tokens_to_ids("arb_Arab")
    full = {"length_penalty": 1.0, "no_repeat_ngram_size": 0} | decoding

    translated = translate_pairs(config, pair_up(sentences), tmp_path, silent)

    for text, actual in zip(sentences, translated.translations, strict=True):
        ids = tokenizer(text)["input_ids"]
        assert tokenizer.convert_ids_to_tokens([ids[0], ids[-1]]) == ["vie_Latn", "</s>"]
        expected, score = run_raw(
            model, tokenizer, text, full, limit_of(len(ids), decoding), forced_bos_token_id=forced
        )
        assert actual.text == expected
        assert "arb_Arab" not in actual.text
        assert actual.tokens_in == len(ids)
        assert actual.score == (None if score is None else pytest.approx(score, abs=1e-4))


def test_target_token_changes_the_translation(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """The token comes from the direction: into Vietnamese the same model is asked for something else."""
    model, pairs = MarianModel(str(tiny_marian)), pair_up(sentences)
    into_arabic = translate_pairs(configure(model), pairs, tmp_path, silent)
    into_vietnamese = translate_pairs(configure(model, direction="ar-vi"), pairs, tmp_path, silent)

    assert into_arabic.translations != into_vietnamese.translations


@pytest.mark.parametrize("engine", [{"batch_tokens": 1}, {"batch_tokens": 10_000}])
def test_batches_do_not_change_translations(
    tiny_nllb: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, engine: Any
) -> None:
    """A sentence by itself and in a crowd is translated the same."""
    pairs = pair_up(sentences)
    expected = translate_pairs(configure(NllbModel(str(tiny_nllb))), pairs, tmp_path / "a", silent)

    actual = translate_pairs(configure(NllbModel(str(tiny_nllb)), engine=engine), pairs, tmp_path / "b", silent)

    assert [t.text for t in actual.translations] == [t.text for t in expected.translations]


def test_segments_are_translated_alone_and_joined(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """A pair's translation is its segments' joined; without source there is none; repeats are decoded once."""
    config = configure(MarianModel(str(tiny_marian)))
    alone = translate_pairs(config, pair_up(sentences), tmp_path / "1", silent).translations
    single = [translation for translation in alone if translation.text][:3]
    a, b, c = (sentences[int(translation.segment_pair_id)] for translation in single)

    translated = translate_pairs(config, pair_up([[a, b], [], [c], [b, a]]), tmp_path / "2", silent)

    first, nothing, third, fourth = translated.translations
    assert first.text == f"{single[0].text} {single[1].text}"
    assert nothing is None
    assert third.text == single[2].text
    assert fourth.text == f"{single[1].text} {single[0].text}"
    assert first.tokens_in == single[0].tokens_in + single[1].tokens_in
    assert first.tokens_out == single[0].tokens_out + single[1].tokens_out
    assert first.score == pytest.approx(single[0].score + single[1].score)
    assert translated.facts["legs"][0]["segments_decoded"] == 3


def test_long_source_is_cut_and_flagged(
    sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Of a source beyond the positions the beginning is translated, between the target token and the end token."""
    folder = tiny_checkpoints.make_marian(tmp_path / "short", positions=24)
    text = " ".join(sentences[10:16])
    tokenizer = MarianTokenizer.from_pretrained(folder)
    model = MarianMTModel.from_pretrained(folder)
    ids = tokenizer(f">>ara<< {text}")["input_ids"]
    config = configure(MarianModel(str(folder)))

    translated = translate_pairs(config, pair_up([text, sentences[0]]), tmp_path / "store", silent)

    output = model.generate(torch.tensor([ids[:23] + ids[-1:]]), num_beams=4, max_new_tokens=24)
    long, short = translated.translations
    assert long.source_cut
    assert not short.source_cut
    assert long.tokens_in == 24
    assert long.text == tokenizer.decode(output[0], skip_special_tokens=True)
    assert any("1 of 2 sources are longer than the model's 24 positions" in warning for warning in translated.warnings)


def test_output_at_the_limit_is_flagged(
    tiny_nllb: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Outputs without an end token are truncated, the others are not, and the run warns with their number."""
    translated = translate_pairs(configure(NllbModel(str(tiny_nllb))), pair_up(sentences), tmp_path, silent)

    truncated = [translation for translation in translated.translations if translation.truncated]
    assert 0 < len(truncated) < len(sentences)
    assert all(translation.tokens_out == 31 for translation in truncated)
    assert all(translation.tokens_out < 32 for translation in translated.translations)
    stopped = f"{len(truncated)} of {len(sentences)} translations were stopped by the length limit"
    assert any(stopped in warning for warning in translated.warnings)


def test_pivot_is_two_legs(
    tiny_nllb: Path,
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
) -> None:
    """A pivot gives what its legs give one after the other, and stores them apart under their own names."""
    first, second = NllbModel(str(tiny_nllb)), MarianModel(str(tiny_marian))
    middle = translate_pairs(configure(first, direction="vi-en"), pair_up(sentences), tmp_path / "a", silent)
    pivots = [translation.text for translation in middle.translations]
    last = translate_pairs(configure(second, direction="en-ar"), pair_up(pivots), tmp_path / "a", silent)
    config = configure(PivotModel(via="en", first=first, second=second))
    system = locate(config)
    seen: list[tuple[int, int]] = []

    translated = translate_pairs(
        config, pair_up(sentences), tmp_path / "b", lambda done, total: seen.append((done, total)), system=system
    )

    assert [t.pivot_text for t in translated.translations] == pivots
    assert [t.text for t in translated.translations] == [t.text for t in last.translations]
    assert [t.tokens_in for t in translated.translations] == [t.tokens_in for t in middle.translations]
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == sorted(p.name for p in (tmp_path / "b").iterdir())
    assert system.label == "tiny-nllb+tiny-marian"
    assert seen == sorted(seen)
    assert seen[-1] == (2 * len(sentences), 2 * len(sentences))


def test_pivot_through_an_end_of_the_direction_is_refused(configure: Configure) -> None:
    """Vietnamese to Arabic through Arabic is no pivot."""
    with pytest.raises(ConfigError, match=r"model\.via=ar is a language of direction=vi-ar"):
        locate(configure(PivotModel(via="ar", first=MarianModel("a"), second=MarianModel("b"))))


def test_second_time_nothing_is_loaded(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the store holds comes from there, equal to what was decoded, without a model."""
    config, pairs = configure(MarianModel(str(tiny_marian))), pair_up(sentences)
    expected = translate_pairs(config, pairs, tmp_path, silent)
    monkeypatch.setattr("mt_eval.translate.engines.pool.load_translator", lambda *_: pytest.fail("loaded"))

    actual = translate_pairs(config, pairs, tmp_path, silent)

    assert actual.translations == expected.translations
    assert actual.facts["legs"][0]["segments_decoded"] == 0
    assert actual.facts["legs"][0]["segments_from_store"] == len(sentences)


def test_interrupted_translation_keeps_finished_batches(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """After Ctrl-C the next run decodes only what was not finished, and the result is that of an unbroken run."""
    config, pairs = configure(MarianModel(str(tiny_marian)), engine={"batch_tokens": 60}), pair_up(sentences)
    expected = translate_pairs(config, pairs, tmp_path / "unbroken", silent)
    calls: list[int] = []

    def interrupt(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        translate_pairs(config, pairs, tmp_path / "broken", interrupt)
    actual = translate_pairs(config, pairs, tmp_path / "broken", silent)

    assert calls[-1] > 0
    assert actual.facts["legs"][0]["segments_from_store"] == calls[-1]
    assert actual.translations == expected.translations


def test_a_full_disk_keeps_finished_batches(
    tiny_marian: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """One sentence says it, and with more room the next run goes on from there to what an unbroken run gives."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12k", "small", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("needs to mount a file system")
    pairs = pair_up([f"{number} xin chào" for number in range(80)])
    config = configure(MarianModel(str(tiny_marian)), engine={"batch_tokens": 80}, decoding={"num_beams": 1})
    expected = translate_pairs(config, pairs, tmp_path / "unbroken", silent)
    try:
        with pytest.raises(RunError, match=r"no space is left on the disk; free .* \(finished batches are kept\)"):
            translate_pairs(config, pairs, small / "store", silent)
        subprocess.run(["mount", "-o", "remount,size=1m", str(small)], check=True)
        actual = translate_pairs(config, pairs, small / "store", silent)
    finally:
        subprocess.run(["umount", str(small)], check=True)

    (leg,) = actual.facts["legs"]
    assert 0 < leg["segments_from_store"] < len(pairs)
    assert leg["segments_from_store"] + leg["segments_decoded"] == len(pairs)
    assert actual.translations == expected.translations


def test_facts_name_every_setting(
    tiny_nllb: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """A run can say with which settings, on what and how fast it was translated."""
    translated = translate_pairs(configure(NllbModel(str(tiny_nllb))), pair_up(sentences[:4]), tmp_path, silent)

    leg = translated.facts["legs"][0]
    assert leg["generation"]["forced_bos_token_id"] == NllbTokenizer.from_pretrained(tiny_nllb).convert_tokens_to_ids(
        "arb_Arab"
    )
    assert (leg["generation"]["num_beams"], leg["generation"]["do_sample"]) == (4, False)
    assert (leg["device"], leg["dtype"], leg["threads"]) == ("cpu", "float32", 1)
    assert leg["decoded_tokens_in"] == sum(t.tokens_in for t in translated.translations)
    assert leg["decoded_tokens_out"] == sum(t.tokens_out for t in translated.translations)
    assert leg["peak_memory_mb"] > 10
    assert leg["load_seconds"] >= 0
    assert leg["decode_seconds"] > 0


def test_another_version_of_the_library_is_another_system(
    tiny_marian: Path,
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What an older transformers made stays in the store under its own identity, and is not taken for the new one's."""
    config = configure(MarianModel(str(tiny_marian)))
    with monkeypatch.context() as before:
        before.setattr(find, "_find_minor", lambda package: "5.22")
        old = locate(config)
        translate_pairs(config, pair_up(["Xin chào"]), tmp_path, silent)

    new = translate_pairs(config, pair_up(["Xin chào"]), tmp_path, silent)

    installed = ".".join(version("transformers").split(".")[:2])
    assert locate(config).facts["legs"][0]["libraries"] == {"transformers": installed}
    assert new.facts["legs"][0]["segments_decoded"] == 1
    kept = {leg.info.identity: leg.records for leg in list_legs(tmp_path, 0.0)}
    assert kept == {old.identity: 1, locate(config).identity: 1}


def test_identity_holds_what_changes_translations(tiny_marian: Path, configure: Configure, tmp_path: Path) -> None:
    """Another setting, type, target or weight is another system; another path or batch size is the same."""
    model = MarianModel(str(tiny_marian))
    moved = shutil.copytree(tiny_marian, tmp_path / "moved")
    reseeded = tiny_checkpoints.make_marian(tmp_path / "reseeded", seed=5)
    same = {
        locate(config).identity
        for config in (
            configure(model),
            configure(model, engine={"batch_tokens": 7}, device={"threads": 2}),
            configure(MarianModel(str(moved))),
            configure(MarianModel(str(tiny_marian), target_token=">>ara<<")),
        )
    }
    others = [
        locate(config).identity
        for config in (
            configure(model, decoding={"num_beams": 5}),
            configure(model, decoding={"max_new_tokens_offset": 9}),
            configure(model, engine={"dtype": Dtype.bfloat16}),
            configure(model, direction="ar-vi"),
            configure(MarianModel(str(reseeded))),
        )
    ]

    assert len(same) == 1
    assert len({*same, *others}) == 6


@pytest.mark.parametrize("dtype", [Dtype.bfloat16, Dtype.float16])
def test_half_precision_runs_on_the_cpu(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    dtype: Dtype,
) -> None:
    """Both 16-bit types decode on a CPU and are recorded."""
    config = configure(MarianModel(str(tiny_marian)), engine={"dtype": dtype})

    translated = translate_pairs(config, pair_up(sentences[:4]), tmp_path, silent)

    assert translated.facts["legs"][0]["dtype"] == dtype.value


def test_float16_checkpoint_runs_in_float32(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """The type is the configuration's, not the files': rounded weights give what the same float32 weights give."""
    model = MarianMTModel.from_pretrained(tiny_marian).half()
    halves, singles = (shutil.copytree(tiny_marian, tmp_path / name) for name in ("halves", "singles"))
    model.save_pretrained(halves)
    model.float().save_pretrained(singles)
    translated = [
        translate_pairs(configure(MarianModel(str(folder))), pair_up(sentences), tmp_path / "store", silent)
        for folder in (halves, singles)
    ]

    assert (halves / "model.safetensors").stat().st_size < 0.6 * (singles / "model.safetensors").stat().st_size
    assert translated[1].facts["legs"][0]["segments_from_store"] == 0
    assert translated[0].translations == translated[1].translations


def test_pickled_weights_give_the_same(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Weights in pytorch_model.bin are read where there are no safetensors."""
    folder = shutil.copytree(tiny_marian, tmp_path / "pickled")
    (folder / "model.safetensors").unlink()
    torch.save(MarianMTModel.from_pretrained(tiny_marian).state_dict(), folder / "pytorch_model.bin")
    expected = translate_pairs(configure(MarianModel(str(tiny_marian))), pair_up(sentences), tmp_path / "s", silent)

    actual = translate_pairs(configure(MarianModel(str(folder))), pair_up(sentences), tmp_path / "s", silent)

    assert actual.translations == expected.translations


def test_old_checkpoint_without_generation_config(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Settings of the search that stand in config.json, as before transformers 4.26, count as they do there."""
    folder = shutil.copytree(tiny_marian, tmp_path / "old")
    generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    (folder / "generation_config.json").unlink()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | generation | {"num_beams": 2}), encoding="utf-8")
    tokenizer, model = MarianTokenizer.from_pretrained(folder), MarianMTModel.from_pretrained(folder)
    full = {"num_beams": 4, "length_penalty": 1.0, "no_repeat_ngram_size": 0}

    translated = translate_pairs(configure(MarianModel(str(folder))), pair_up(sentences), tmp_path / "s", silent)

    expected = [run_raw(model, tokenizer, f">>ara<< {text}", full, 32)[0] for text in sentences]
    assert translated.facts["legs"][0]["generation"]["bad_words_ids"] == generation["bad_words_ids"]
    assert [translation.text for translation in translated.translations] == expected


def test_cuda_without_one_is_an_error(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A GPU that is asked for and not there is not replaced by the CPU."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    config = configure(MarianModel(str(tiny_marian)), device={"kind": DeviceKind.cuda})

    with pytest.raises(ConfigError, match=r"device\.kind=cuda, but torch finds no CUDA device"):
        translate_pairs(config, pair_up(sentences[:1]), tmp_path, silent)


def test_locating_imports_no_torch(tiny_marian: Path) -> None:
    """A system is found and hashed without torch and transformers."""
    program = (
        "import sys; from mt_eval.config import *; from mt_eval.translate import locate\n"
        f"system = locate(RunConfig(data=None, model=MarianModel({str(tiny_marian)!r}), engine=TransformersEngine()))\n"
        "heavy = {'torch', 'transformers', 'datasets'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy or len(system.identity) != 64 else 0)\n"
    )

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.filterwarnings("error")
def test_loading_is_quiet(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Loading and decoding warn of nothing and print nothing, progress bars included."""
    text = " ".join(sentences)
    translate_pairs(configure(MarianModel(str(tiny_marian))), pair_up([text, *sentences[:2]]), tmp_path, silent)

    assert capfd.readouterr() == ("", "")


def test_a_score_that_is_no_number_is_left_out(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Weights too large give NaN, for which JSON has no word: neither the translations nor the store hold it."""
    broken = tmp_path / "broken"
    shutil.copytree(tiny_marian, broken)
    model = MarianMTModel.from_pretrained(broken)
    for weights in (model.model.decoder.layers[-1].fc1.weight, model.model.decoder.layers[-1].fc2.weight):
        weights.data.fill_(1e38)  # finite, but not their sums
    model.save_pretrained(broken)

    translated = translate_pairs(configure(MarianModel(str(broken))), pair_up(sentences), tmp_path / "store", silent)

    assert {each.score for each in translated.translations} == {None}
    for line in (line for path in (tmp_path / "store").rglob("*.jsonl") for line in path.read_text().splitlines()):
        json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
