"""engine=ctranslate2 beside raw CTranslate2 and beside transformers."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
import torch
from transformers import GenerationConfig, MarianMTModel, MarianTokenizer, NllbTokenizer

from mt_eval.config import Ctranslate2Engine, Ctranslate2Type, MarianModel, NllbModel, RunConfig
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints.generation import KEPT, explain_generation
from mt_eval.translate.engines.search_options import adapt_generation, make_search_options

ctranslate2 = pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

Configure = Callable[..., RunConfig]


@pytest.fixture
def configure_ct2(configure: Configure, tmp_path: Path) -> Configure:
    """As `configure`, with CTranslate2 in float32 and a cache of the test's own."""

    def make(model: Any, *, dtype: Ctranslate2Type = Ctranslate2Type.float32, **settings: Any) -> RunConfig:
        engine = Ctranslate2Engine(dtype, cache_dir=str(tmp_path / "cache"), **settings.pop("engine", {}))
        return replace(configure(model, **settings), engine=engine)

    return make


def translate(config: RunConfig, pairs: Any, folder: Path) -> list[Any]:
    return list(translate_pairs(config, pairs, folder, lambda done, total: None).translations)


@pytest.mark.parametrize("beams", [1, 4])
def test_marian_equals_raw_ctranslate2(
    tiny_marian: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path, beams: int
) -> None:
    """Texts, lengths and scores are those of `translate_batch`, one sentence at a time, on a conversion by hand."""
    config = configure_ct2(MarianModel(str(tiny_marian)), decoding={"num_beams": beams})
    raw_folder = tmp_path / "raw"
    ctranslate2.converters.TransformersConverter(str(tiny_marian)).convert(str(raw_folder), quantization="float32")
    raw = ctranslate2.Translator(str(raw_folder), "cpu", compute_type="float32", intra_threads=1)
    tokenizer = MarianTokenizer.from_pretrained(tiny_marian)
    expected = []
    for text in sentences:
        ids = tokenizer(f">>ara<< {text}")["input_ids"]
        limit = -(-int(-(-0.5 * len(ids) // 1) + 8) // 32) * 32
        (result,) = raw.translate_batch(
            [tokenizer.convert_ids_to_tokens(ids)],
            beam_size=beams,
            max_decoding_length=limit - 1,
            min_decoding_length=0,
            return_scores=True,
        )
        text_out = tokenizer.decode(
            tokenizer.convert_tokens_to_ids(result.hypotheses[0]), skip_special_tokens=True
        ).strip()
        expected.append((text_out, len(ids)))

    actual = translate(config, pair_up(sentences), tmp_path)

    assert [(each.text, each.tokens_in) for each in actual] == expected
    assert len({each.text for each in actual}) > 8


@pytest.mark.parametrize("beams", [1, 4])
def test_marian_equals_transformers_with_the_same_search(
    tiny_marian: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path, beams: int
) -> None:
    """In float32 the texts are those of `generate` with the two settings that are CTranslate2's own."""
    config = configure_ct2(MarianModel(str(tiny_marian)), decoding={"num_beams": beams})
    tokenizer, model = MarianTokenizer.from_pretrained(tiny_marian), MarianMTModel.from_pretrained(tiny_marian).eval()
    settings = dict(locate(config).legs[0].generation)
    model.generation_config = GenerationConfig(**settings)
    expected = []
    for text in sentences:
        batch = tokenizer([f">>ara<< {text}"], return_tensors="pt")
        limit = -(-int(-(-0.5 * batch["input_ids"].shape[1] // 1) + 8) // 32) * 32
        with torch.inference_mode():
            (row,) = model.generate(**batch, max_new_tokens=limit).tolist()
        expected.append(tokenizer.decode(row, skip_special_tokens=True).strip())

    actual = [each.text for each in translate(config, pair_up(sentences), tmp_path)]

    different = sum(one != other for one, other in zip(actual, expected, strict=True))
    assert different <= len(sentences) // 8


@pytest.mark.parametrize("extra", [0, 5])
def test_a_target_vocabulary_of_its_own(
    sentences: list[str], configure_ct2: Configure, configure: Configure, pair_up: Any, tmp_path: Path, extra: int
) -> None:
    """Both engines end at the target's `</s>`, whose id is another than the source's, and write the target's pieces."""
    model = MarianModel(str(tiny_checkpoints.make_separate_marian(tmp_path / "separate", extra=extra)))
    names = json.loads((tmp_path / "separate" / "target_vocab.json").read_text(encoding="utf-8"))

    fast = translate(configure_ct2(model, decoding={"num_beams": 1}), pair_up(sentences), tmp_path)
    slow = translate(configure(model, decoding={"num_beams": 1}), pair_up(sentences), tmp_path)

    assert names["</s>"] != 0
    different = sum(one.text != other.text for one, other in zip(fast, slow, strict=True))
    assert different <= len(sentences) // 8  # where two tokens are as good as each other to rounding
    assert not any("</s>" in each.text or "<pad>" in each.text for each in fast)
    assert sum(each.truncated for each in fast) < len(fast)
    assert len({each.text for each in fast}) > 3


def test_nllb_begins_with_the_target_code(
    tiny_nllb: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """The code is forced, is not part of the text, and the source code stands in front of the source."""
    config = configure_ct2(NllbModel(str(tiny_nllb)), decoding={"num_beams": 2})
    raw_folder = tmp_path / "raw"
    ctranslate2.converters.TransformersConverter(str(tiny_nllb)).convert(str(raw_folder), quantization="float32")
    raw = ctranslate2.Translator(str(raw_folder), "cpu", compute_type="float32", intra_threads=1)
    tokenizer = NllbTokenizer.from_pretrained(tiny_nllb, src_lang="vie_Latn")
    expected = []
    for text in sentences:
        ids = tokenizer(text)["input_ids"]
        limit = -(-int(-(-0.5 * len(ids) // 1) + 8) // 32) * 32
        (result,) = raw.translate_batch(
            [tokenizer.convert_ids_to_tokens(ids)],
            target_prefix=[["arb_Arab"]],
            beam_size=2,
            max_decoding_length=limit,
            min_decoding_length=0,
        )
        expected.append(
            tokenizer.decode(tokenizer.convert_tokens_to_ids(result.hypotheses[0]), skip_special_tokens=True).strip()
        )

    actual = translate(config, pair_up(sentences), tmp_path)

    assert [each.text for each in actual] == expected
    assert all(each.tokens_in == len(tokenizer(s)["input_ids"]) for each, s in zip(actual, sentences, strict=True))


def test_batches_and_workers_do_not_change_the_text(
    tiny_marian: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """One sentence at a time or all at once, one worker or three: the same translations in the same order."""
    model = MarianModel(str(tiny_marian))
    one = configure_ct2(model, engine={"batch_tokens": 1, "workers": 1})
    many = configure_ct2(model, engine={"batch_tokens": 4096, "workers": 3})

    expected = [each.text for each in translate(one, pair_up(sentences), tmp_path / "one")]
    actual = [each.text for each in translate(many, pair_up(sentences), tmp_path / "many")]

    assert actual == expected


def test_int8_is_another_translation(
    tiny_marian: Path, configure_ct2: Configure, configure: Configure, tmp_path: Path
) -> None:
    """Engine and type are part of the identity; the short name means what the long one means."""
    model = MarianModel(str(tiny_marian))
    identities = {
        locate(config).identity
        for config in (
            configure(model),
            configure_ct2(model),
            configure_ct2(model, dtype=Ctranslate2Type.int8),
            configure_ct2(model, dtype=Ctranslate2Type["int8_float32"]),
        )
    }

    assert len(identities) == 3


def test_conversion_happens_once(
    tiny_marian: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """The second run finds the first one's folder, and nothing else is left in the cache."""
    config = configure_ct2(MarianModel(str(tiny_marian)))
    translate(config, pair_up(sentences[:2]), tmp_path / "first")
    (folder,) = [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    before = (folder / "model.bin").stat().st_mtime_ns

    translate(config, pair_up(sentences[:2]), tmp_path / "second")

    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == [folder.name]
    assert (folder / "model.bin").stat().st_mtime_ns == before


def _convert(config: RunConfig, queue: Any) -> None:
    from mt_eval.translate.checkpoints.tokenizer import load_tokenizer
    from mt_eval.translate.engines.conversion import convert_leg

    (leg,) = locate(config).legs
    queue.put(str(convert_leg(leg, load_tokenizer(leg)[0], config.engine.cache_dir)))


def test_several_processes_convert_at_once(tiny_marian: Path, configure_ct2: Configure) -> None:
    """All of them get the same folder, and it can be loaded."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    config = configure_ct2(MarianModel(str(tiny_marian)))
    processes = [context.Process(target=_convert, args=(config, queue)) for _ in range(3)]
    for process in processes:
        process.start()

    folders = {queue.get(timeout=120) for _ in processes}
    for process in processes:
        process.join()

    assert len(folders) == 1
    ctranslate2.Translator(folders.pop(), "cpu")


def test_a_damaged_conversion_is_named(
    tiny_marian: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """The message says which folder to delete."""
    config = configure_ct2(MarianModel(str(tiny_marian)))
    translate(config, pair_up(sentences[:1]), tmp_path / "first")
    (folder,) = [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    (folder / "model.bin").write_bytes(b"damaged")

    with pytest.raises(ModelError, match=r"cannot be loaded.*delete the folder"):
        translate(config, pair_up(sentences[:1]), tmp_path / "second")


def test_a_type_the_device_lacks_is_refused(
    tiny_marian: Path, sentences: list[str], configure_ct2: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """CTranslate2 itself would take another type and say nothing."""
    lacking = {each.value for each in Ctranslate2Type} - ctranslate2.get_supported_compute_types("cpu")
    if not lacking:
        pytest.skip("this CPU computes in every type")
    config = configure_ct2(MarianModel(str(tiny_marian)), dtype=Ctranslate2Type(sorted(lacking)[0]))

    with pytest.raises(ConfigError, match=r"engine\.dtype=.* is not possible: CTranslate2 on this cpu computes in"):
        translate(config, pair_up(sentences[:1]), tmp_path)


def test_the_mixture_of_experts_is_refused(tmp_path: Path, configure_ct2: Configure) -> None:
    """CTranslate2 has no such layer; the message names the engine that has."""
    folder = tiny_checkpoints.make_nllb_moe(tmp_path / "moe")

    with pytest.raises(ConfigError, match="knows no mixtures of experts; use engine=transformers"):
        locate(configure_ct2(NllbModel(str(folder))))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("begin_suppress_tokens", [3]),
        ("encoder_no_repeat_ngram_size", 3),
        ("encoder_repetition_penalty", 1.2),
        ("exponential_decay_length_penalty", [5, 1.1]),
        ("early_stopping", "never"),
        ("eos_token_id", [0, 5]),
    ],
)
def test_what_cannot_be_honoured_is_refused(setting: str, value: object) -> None:
    """A checkpoint that asks for it does not run silently without it."""
    generation = {**KEPT, "num_beams": 4, setting: value}

    with pytest.raises(ConfigError, match=f"sets {setting} to .*, which CTranslate2 cannot do"):
        adapt_generation("model", "marian", generation)


def test_search_options(configure: Configure) -> None:
    """Lengths, penalties and forbidden tokens reach CTranslate2; a token it cannot produce needs no forbidding."""
    checkpoint = {
        "bad_words_ids": [[9], [1, 2]],
        "suppress_tokens": [4],
        "min_length": 3,
        "repetition_penalty": 1.3,
        "eos_token_id": 0,
    }
    search = {"num_beams": 5, "length_penalty": 0.6, "no_repeat_ngram_size": 3, "n_best": 2}
    decoding = configure(None, decoding=search).decoding
    generation = adapt_generation("model", "marian", explain_generation(decoding, {}, checkpoint)[0])

    options = make_search_options(generation, lambda token: f"t{token}" if token < 9 else None)

    assert options == {
        "beam_size": 5,
        "num_hypotheses": 2,
        "length_penalty": 0.6,
        "no_repeat_ngram_size": 3,
        "repetition_penalty": 1.3,
        "min_decoding_length": 2,
        "suppress_sequences": [["t1", "t2"], ["t4"]],
        "max_input_length": 0,
        "return_scores": True,
        "return_end_token": True,
    }
    assert json.dumps(generation)


def test_batches_that_were_given_out_in_advance_lower_the_budget_once(
    tiny_marian: Path,
    sentences: list[str],
    configure_ct2: Configure,
    pair_up: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Several batches of eight fail together where four fit: the next ones are of four, and every text is the same."""
    from mt_eval.translate.engines.ctranslate2 import Ctranslate2Translator

    class OutOfMemory:
        def result(self) -> Any:
            raise RuntimeError("CUDA failed with error out of memory")

    texts = [f"{number:03} {sentences[0]}" for number in range(48)]
    expected = translate(configure_ct2(MarianModel(str(tiny_marian))), pair_up(texts), tmp_path / "enough")
    width = max(each.tokens_in for each in expected)
    config = configure_ct2(MarianModel(str(tiny_marian)), engine={"batch_tokens": 8 * width, "workers": 1})
    submit = Ctranslate2Translator._submit
    monkeypatch.setattr(
        Ctranslate2Translator,
        "_submit",
        lambda self, batch: [OutOfMemory()] if len(batch.sources) > 4 else submit(self, batch),
    )

    actual = translate_pairs(config, pair_up(texts), tmp_path / "little", lambda done, total: None)

    assert [each.text for each in expected] == [each.text for each in actual.translations if each is not None]
    assert sum("ran out of memory" in warning for warning in actual.warnings) == 1
    assert actual.facts["legs"][0]["batch_tokens"] == 4 * width
