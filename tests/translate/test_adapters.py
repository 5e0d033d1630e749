"""`model.adapter` beside raw peft: the same texts, another identity, and a sentence for what does not fit."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
import tiny_seq2seq
import torch
from safetensors.torch import load_file, save_file
from small_hub import SmallHub
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
)

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main
from mt_eval.config import (
    Ctranslate2Engine,
    Ctranslate2Type,
    Dtype,
    FastEngine,
    M2m100Model,
    MarianModel,
    NllbModel,
    PivotModel,
    RunConfig,
    Seq2seqModel,
)
from mt_eval.errors import ConfigError, ModelError, MtEvalError
from mt_eval.translate import LoadedModels, locate, translate_pairs
from mt_eval.translate.checkpoints import download
from mt_eval.translate.checkpoints.hub import _ask_once
from mt_eval.translate.forced import identify_judge, judge_texts

peft = pytest.importorskip("peft", reason="needs mt-eval[adapters]")

pytestmark = [
    pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses"),
    # Those of the raw calls; mt-eval's own do not warn.
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated"),
    pytest.mark.filterwarnings("ignore:Input and output embeddings are no longer tied after merging"),
]

Configure = Callable[..., RunConfig]
WEIGHTS = "adapter_model.safetensors"
BASES = {"marian": MarianMTModel, "nllb": M2M100ForConditionalGeneration, "m2m100": M2M100ForConditionalGeneration}
MODELS = {"marian": MarianModel, "nllb": NllbModel, "m2m100": M2m100Model}


def make_adapter(folder: Path, base: Path, kind: str = "marian", *, seed: int = 1, **settings: Any) -> Path:
    """A LoRA with random weights, large enough to change what a tiny model says, as peft saves it."""
    torch.manual_seed(seed)
    config = peft.LoraConfig(
        **{
            "r": 4,
            "lora_alpha": 16,
            "target_modules": ["q_proj", "v_proj", "fc1"],
            "task_type": "SEQ_2_SEQ_LM",
            "init_lora_weights": False,
            **settings,
        }
    )
    adapted = peft.get_peft_model(BASES.get(kind, AutoModelForSeq2SeqLM).from_pretrained(base), config)
    adapted.save_pretrained(folder, save_embedding_layers=False)
    return folder


@pytest.fixture(scope="session")
def tiny_m2m100(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An M2M-100."""
    return tiny_checkpoints.make_m2m100(tmp_path_factory.mktemp("checkpoints") / "tiny-m2m100")


@pytest.fixture(scope="session")
def lora(tiny_marian: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter for the tiny Marian."""
    return make_adapter(tmp_path_factory.mktemp("adapters") / "news-lora", tiny_marian)


@pytest.fixture
def spoilt(lora: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return shutil.copytree(lora, tmp_path / "spoilt")


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def rewrite(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS)


def run_raw(kind: str, base: Path, adapter: Path, texts: list[str], *, merged: bool, dtype: torch.dtype) -> list[str]:
    """What peft and `generate` make of each text by itself, four beams, with the length limits of `configure`."""
    model = peft.PeftModel.from_pretrained(BASES[kind].from_pretrained(base, dtype=dtype), adapter)
    model = (model.merge_and_unload() if merged else model).eval()
    front, settings = "", {}
    match kind:
        case "marian":
            tokenizer: Any = MarianTokenizer.from_pretrained(base)
            front = ">>ara<< "
        case "nllb":
            tokenizer = NllbTokenizer.from_pretrained(base, src_lang="vie_Latn")
            settings = {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("arb_Arab")}
        case _:
            tokenizer = M2M100Tokenizer.from_pretrained(base, src_lang="vi")
            settings = {"forced_bos_token_id": tokenizer.get_lang_id("ar")}
    made = []
    for text in texts:
        inputs = tokenizer([front + text], return_tensors="pt")
        wanted = 0.5 * inputs["input_ids"].shape[1] + 8
        limit = next(limit for limit in range(32, 1000, 32) if limit >= wanted)
        with torch.inference_mode():
            (row,) = model.generate(
                **inputs, num_beams=4, length_penalty=1.0, no_repeat_ngram_size=0, max_new_tokens=limit, **settings
            ).tolist()
        kept = [token for token in row if token not in settings.values()]
        made.append(tokenizer.decode(kept, skip_special_tokens=True, clean_up_tokenization_spaces=False).strip())
    return made


def translate(config: RunConfig, pairs: Any, folder: Path) -> list[str]:
    return [each.text for each in translate_pairs(config, pairs, folder, lambda done, total: None).translations if each]


# --- the same texts


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("kind", ["marian", "nllb", "m2m100"])
def test_texts_are_those_of_raw_peft(
    request: pytest.FixtureRequest,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    tmp_path: Path,
    kind: str,
    merged: bool,
) -> None:
    """Every text is what `generate` gives of a `PeftModel`, merged or not, and most are other than the base's."""
    base, texts = request.getfixturevalue(f"tiny_{kind}"), sentences[:8]
    adapter = make_adapter(tmp_path / "lora", base, kind)
    expected = run_raw(kind, base, adapter, texts, merged=merged, dtype=torch.float32)

    model = MODELS[kind](str(base), adapter=str(adapter), adapter_merged=merged)
    actual = translate(configure(model), pair_up(texts), tmp_path)

    plain = translate(configure(MODELS[kind](str(base))), pair_up(texts), tmp_path)
    assert actual == expected
    assert sum(one != other for one, other in zip(actual, plain, strict=True)) > len(texts) // 2


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize(
    ("kind", "targets"), [("madlad", ["q", "v", "wi_0", "wo"]), ("t5", "all-linear"), ("mbart50", ["q_proj", "fc2"])]
)
def test_adapters_of_other_encoder_decoders(
    configure: Configure, pair_up: Any, sentences: list[str], tmp_path: Path, kind: str, targets: Any, merged: bool
) -> None:
    """T5, whose layers are called otherwise, and mBART say what raw peft makes of them."""
    make = tiny_seq2seq.make_mbart if kind == "mbart50" else tiny_seq2seq.make_madlad
    base = make(tmp_path / kind, **({"tied": True} if kind == "t5" else {}))
    adapter = make_adapter(tmp_path / "lora", base, kind, target_modules=targets)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = peft.PeftModel.from_pretrained(AutoModelForSeq2SeqLM.from_pretrained(base), adapter)
    model, front, settings = (model.merge_and_unload() if merged else model).eval(), "<2ar> ", {}
    if kind == "mbart50":
        tokenizer.src_lang = "vi_VN"
        front, settings = "", {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("ar_AR")}
    outputs = [
        model.generate(**tokenizer(front + text, return_tensors="pt"), num_beams=4, max_new_tokens=32, **settings)[0]
        for text in sentences[:6]
    ]
    options = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    expected = [tokenizer.decode(ids, **options).strip() for ids in outputs]

    named = Seq2seqModel(str(base), adapter=str(adapter), adapter_merged=merged)
    actual = translate(configure(named), pair_up(sentences[:6]), tmp_path)

    assert actual == expected
    assert actual != translate(configure(Seq2seqModel(str(base))), pair_up(sentences[:6]), tmp_path)


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize(
    ("settings", "dtype"),
    [
        ({"use_dora": True}, "float32"),
        ({"use_rslora": True, "target_modules": "all-linear"}, "float32"),
        ({"task_type": None, "target_modules": r".*decoder.*\.(q_proj|k_proj)"}, "float32"),
        ({"rank_pattern": {"q_proj": 2}, "alpha_pattern": {"encoder.layers.0.fc1": 64}}, "float32"),
        ({"layers_to_transform": [1], "init_lora_weights": "gaussian"}, "float32"),
        ({}, "bfloat16"),
    ],
    ids=["dora", "rslora", "pattern", "ranks", "layers", "bfloat16"],
)
def test_kinds_of_lora_are_those_of_raw_peft(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    tmp_path: Path,
    settings: dict[str, Any],
    dtype: str,
    merged: bool,
) -> None:
    """Ranks of their own, DoRA, scaling, patterns of layers and a short numeric type do what they do in peft."""
    adapter = make_adapter(tmp_path / "lora", tiny_marian, **settings)
    if settings.get("init_lora_weights"):
        rewrite(adapter, lambda tensors: [t.normal_(std=0.3) for key, t in tensors.items() if "lora_B" in key])
    expected = run_raw("marian", tiny_marian, adapter, sentences[:5], merged=merged, dtype=getattr(torch, dtype))

    model = MarianModel(str(tiny_marian), adapter=str(adapter), adapter_merged=merged)
    actual = translate(configure(model, engine={"dtype": Dtype[dtype]}), pair_up(sentences[:5]), tmp_path)

    assert actual == expected


def test_pickled_weights_are_the_same_weights(
    tiny_marian: Path,
    lora: Path,
    spoilt: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    tmp_path: Path,
) -> None:
    """`adapter_model.bin`, as older versions of peft wrote it, holds what the safetensors hold."""
    torch.save(load_file(spoilt / WEIGHTS), spoilt / "adapter_model.bin")
    (spoilt / WEIGHTS).unlink()
    models = [MarianModel(str(tiny_marian), adapter=str(folder)) for folder in (lora, spoilt)]

    texts = [translate(configure(model), pair_up(sentences[:4]), tmp_path / str(n)) for n, model in enumerate(models)]

    assert texts[0] == texts[1]


@pytest.mark.extra("ct2")
def test_ctranslate2_runs_the_merged_model(
    tiny_marian: Path, lora: Path, sentences: list[str], configure: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """Texts are those of raw CTranslate2 on what raw peft merged and saved; base and adapter have a conversion each."""
    import ctranslate2

    merged = peft.PeftModel.from_pretrained(MarianMTModel.from_pretrained(tiny_marian), lora).merge_and_unload()
    shutil.copytree(tiny_marian, tmp_path / "merged")
    merged.save_pretrained(tmp_path / "merged")
    ctranslate2.converters.TransformersConverter(str(tmp_path / "merged")).convert(str(tmp_path / "raw"))
    raw = ctranslate2.Translator(str(tmp_path / "raw"), "cpu", compute_type="float32", intra_threads=1)
    tokenizer = MarianTokenizer.from_pretrained(tiny_marian)
    rows = [tokenizer(f">>ara<< {text}")["input_ids"] for text in sentences]
    expected = [
        tokenizer.decode(
            tokenizer.convert_tokens_to_ids(
                raw.translate_batch(
                    [tokenizer.convert_ids_to_tokens(row)],
                    beam_size=4,
                    max_decoding_length=-(-int(-(-0.5 * len(row) // 1) + 8) // 32) * 32 - 1,
                    min_decoding_length=0,
                )[0].hypotheses[0]
            ),
            skip_special_tokens=True,
        ).strip()
        for row in rows
    ]
    engine = Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "cache"))

    made = {}
    for adapter in (None, str(lora)):
        config = replace(configure(MarianModel(str(tiny_marian), adapter=adapter)), engine=engine)
        made[adapter] = translate(config, pair_up(sentences), tmp_path)

    assert made[str(lora)] == expected
    assert made[str(lora)] != made[None]
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize("merged", [True, False])
def test_it_judges_given_texts_as_raw_peft_does(
    tiny_marian: Path, lora: Path, sentences: list[str], configure: Configure, merged: bool
) -> None:
    """A text's log-probability is minus the loss of its labels under the adapted model, and another judge's."""
    raw = peft.PeftModel.from_pretrained(MarianMTModel.from_pretrained(tiny_marian), lora).eval()
    tokenizer = MarianTokenizer.from_pretrained(tiny_marian)
    texts = sentences[::-1]
    expected = []
    for source, text in zip(sentences, texts, strict=True):
        inputs = tokenizer([f">>ara<< {source}"], text_target=[text], return_tensors="pt")
        with torch.inference_mode():
            expected.append(-float(raw(**inputs).loss) * inputs["labels"].shape[1])
    config = configure(MarianModel(str(tiny_marian), adapter=str(lora), adapter_merged=merged))
    leg = locate(config).legs[0]

    with LoadedModels() as models:
        models.begin([leg], config.engine, config.device)
        found = judge_texts(leg, models.load(leg), sentences, texts, lambda done: None)

    assert [each.log_probability for each in found] == pytest.approx(expected, rel=1e-4)
    assert identify_judge(leg) != identify_judge(locate(configure(MarianModel(str(tiny_marian)))).legs[0])


def test_ctranslate2_does_not_run_an_adapter_beside_its_base(
    tiny_marian: Path, lora: Path, configure: Configure
) -> None:
    """It is refused by name, and `engine=fast` takes the engine that does."""
    model = MarianModel(str(tiny_marian), adapter=str(lora), adapter_merged=False)

    fast = locate(replace(configure(model), engine=FastEngine()))
    with pytest.raises(ConfigError, match=r"adapter_merged=false is not possible with engine=ctranslate2, .* leave"):
        locate(replace(configure(model), engine=Ctranslate2Engine()))

    assert fast.legs[0].engine == "transformers"
    assert "CTranslate2 runs merged adapters alone" in fast.notes[0] or "not installed" in fast.notes[0]


def test_a_pivot_has_adapters_in_its_legs(
    tiny_marian: Path,
    tiny_nllb: Path,
    lora: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    tmp_path: Path,
) -> None:
    """Each leg has its own: the first one's texts are what the second one, with another adapter, is given."""
    other = make_adapter(tmp_path / "other", tiny_nllb, "nllb")
    first = MarianModel(str(tiny_marian), adapter=str(lora), target_token=">>ara<<")
    second = NllbModel(str(tiny_nllb), adapter=str(other), source_code="vie_Latn", target_code="arb_Arab")
    config = configure(PivotModel(first=first, second=second))
    via = run_raw("marian", tiny_marian, lora, sentences[:4], merged=True, dtype=torch.float32)
    expected = run_raw("nllb", tiny_nllb, other, via, merged=True, dtype=torch.float32)

    actual = translate(config, pair_up(sentences[:4]), tmp_path)

    assert actual == expected
    assert locate(config).label == "tiny-marian-with-news-lora+tiny-nllb-with-other"


# --- identity and what is on record


def test_identities_tell_adapters_apart(tiny_marian: Path, lora: Path, configure: Configure, tmp_path: Path) -> None:
    """Base, two adapters, and one beside its base are four systems; where an adapter lies and who made it is none."""
    moved = shutil.copytree(lora, tmp_path / "moved")
    edit(moved, base_model_name_or_path=f"/somewhere/else/{tiny_marian.name}", peft_version="0.9.0")
    other = make_adapter(tmp_path / "other", tiny_marian, seed=2)
    stronger = shutil.copytree(lora, tmp_path / "stronger")
    edit(stronger, lora_alpha=32)

    def identify(adapter: Path | None, *, merged: bool = True) -> str:
        model = MarianModel(str(tiny_marian), adapter=adapter and str(adapter), adapter_merged=merged)
        return locate(configure(model)).identity

    all_of_them = [identify(None), identify(lora), identify(other), identify(stronger), identify(lora, merged=False)]
    assert len(set(all_of_them)) == len(all_of_them)
    assert identify(moved) == identify(lora)


def test_facts_say_what_was_put_on(tiny_marian: Path, lora: Path, configure: Configure) -> None:
    """Name, base, rank and the hash of both files are on record; the checkpoint's own facts stay as they are."""
    import hashlib

    plain = locate(configure(MarianModel(str(tiny_marian)))).legs[0]

    leg = locate(configure(MarianModel(str(tiny_marian), adapter=str(lora)))).legs[0]

    said = leg.facts["adapter"]
    expected = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in lora.iterdir()}
    assert {file: expected[file] for file in ("adapter_config.json", WEIGHTS)} == said["files"]
    assert (said["base"], said["r"], said["merged"], said["peft"]) == (str(tiny_marian), 4, True, peft.__version__)
    assert {key: value for key, value in leg.facts.items() if key != "adapter"} == plain.facts
    assert leg.name == f"{tiny_marian} with {lora}"


def test_an_adapter_that_changes_nothing_is_a_warning(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """As peft makes them before training, all lora_B are zero: the texts are the base's, and the run says why."""
    zero = make_adapter(tmp_path / "zero", tiny_marian, init_lora_weights=True)
    config = configure(MarianModel(str(tiny_marian), adapter=str(zero)))

    translated = translate_pairs(config, pair_up(sentences[:4]), tmp_path, lambda done, total: None)

    assert [each for each in translated.warnings if "changes nothing" in each] == [
        f"{zero}: this adapter changes nothing: its scaling or all of its lora_B are zero"
    ]
    plain = translate(configure(MarianModel(str(tiny_marian))), pair_up(sentences[:4]), tmp_path)
    assert [each.text for each in translated.translations if each] == plain


# --- what does not fit


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"peft_type": "PROMPT_TUNING"}, "says peft_type PROMPT_TUNING, expected LORA; mt-eval runs no other kind"),
        ({"peft_type": None}, "says peft_type None, expected LORA"),
        ({"task_type": "CAUSAL_LM"}, "says task_type CAUSAL_LM, expected SEQ_2_SEQ_LM; it was made for another task"),
        ({"modules_to_save": ["lm_head"]}, r"says modules_to_save \['lm_head'\], expected nothing; mt-eval does not"),
        ({"trainable_token_indices": [1, 2]}, r"says trainable_token_indices \[1, 2\]"),
        ({"target_parameters": ["experts"]}, "says target_parameters"),
        ({"layer_replication": [[0, 1]]}, "says layer_replication"),
        ({"megatron_config": {"a": 1}}, "says megatron_config"),
        ({"auto_mapping": {"base_model_class": "M", "parent_library": "evil"}}, "says auto_mapping .*it names code"),
        ({"init_lora_weights": "pissa"}, "says init_lora_weights pissa, .* path_initial_model_for_weight_conversion"),
        ({"bias": "all"}, "says bias all, expected none"),
        ({"lora_bias": True}, "says lora_bias True"),
        ({"r": 0}, "says r 0, expected a whole number from 1"),
        ({"r": "4"}, "says r 4, expected a whole number from 1"),
        ({"lora_alpha": "many"}, "says lora_alpha many, expected a number"),
        ({"lora_alpha": 10**400}, "says lora_alpha 1000.*…, expected a number"),
        ({"base_model_name_or_path": ["a"]}, r"says base_model_name_or_path \['a'\], expected a name"),
        ({"base_model_name_or_path": "x" * 500}, "the adapter was made for xxx"),
        ({"base_model_name_or_path": "x" * 5000}, r"says base_model_name_or_path x{59}…, expected a name or a folder"),
        (
            {"base_model_name_or_path": "a\ud800/tiny-marian"},
            "says base_model_name_or_path a.*expected a name or a fol",
        ),
        (
            {"base_model_name_or_path": "a\0\x1b/tiny-marian"},
            "says base_model_name_or_path a.*expected a name or a fol",
        ),
        ({"rank_pattern": {"(a+)+$": 4}}, "says rank_pattern .*expected names of layers with their ranks"),
        ({"alpha_pattern": [1]}, "says alpha_pattern"),
        ({"target_modules": 5}, "says target_modules 5, expected names of layers"),
        ({"of_the_future": {"x": 1}}, "says of_the_future .*expected nothing; mt-eval does not run it"),
        ({"target_modules": ["q_proj", "v_proj"]}, r"names no layer model\..*fc1, and there are weights for it"),
        ({"target_modules": ["q_proj", "v_proj", "fc1", "wq"]}, "names wq, and there are no weights for it"),
        ({"base_model_name_or_path": "facebook/nllb-200-1.3B"}, "made for facebook/nllb-200-1.3B, and model.name is"),
    ],
)
def test_a_configuration_that_is_not_run_is_one_sentence(
    tiny_marian: Path, spoilt: Path, configure: Configure, changes: dict[str, Any], said: str
) -> None:
    """File, key, what it says and what was expected, before anything is loaded."""
    edit(spoilt, **changes)

    with pytest.raises(ModelError, match=f"^model.adapter={re.escape(str(spoilt))}: .*{said}") as caught:
        locate(configure(MarianModel(str(tiny_marian), adapter=str(spoilt))))
    assert "\n" not in str(caught.value)


def drop_a_part(tensors: dict[str, torch.Tensor]) -> None:
    del tensors[next(key for key in tensors if "lora_B" in key)]


def add_a_head(tensors: dict[str, torch.Tensor]) -> None:
    tensors["base_model.model.lm_head.weight"] = torch.zeros(2, 2)


def poison(tensors: dict[str, torch.Tensor]) -> None:
    next(iter(tensors.values()))[0, 0] = float("nan")


def widen(tensors: dict[str, torch.Tensor]) -> None:
    for key in [key for key in tensors if "lora_A" in key]:
        tensors[key] = torch.zeros(4, 48)


def deepen(tensors: dict[str, torch.Tensor]) -> None:
    for key in [key for key in tensors if ".layers.1." in key]:
        tensors[key.replace(".layers.1.", ".layers.7.")] = tensors.pop(key)


def raise_rank(tensors: dict[str, torch.Tensor]) -> None:
    for key, tensor in tensors.items():
        tensors[key] = torch.cat([tensor, tensor], dim=0 if "lora_A" in key else 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop_a_part, "holds lora_A of .*, expected lora_A, lora_B; save or download"),
        (add_a_head, "holds base_model.model.lm_head.weight, which is no weight of a linear layer's LoRA; merge it"),
        (poison, "holds NaN or infinite numbers"),
        (widen, r"lora_A of .* has the shape \(4, 48\), which does not fit the 32 x 32 weights of its base"),
        (deepen, "has weights for 8 layers that its base has not, the first being .*layers.7.* made for another model"),
        (raise_rank, r"has the shape \(8, 32\), and adapter_config.json says \(4, 32\); the files do not belong"),
        (dict.clear, "holds no weights"),
    ],
)
def test_weights_that_do_not_fit_are_one_sentence(
    tiny_marian: Path,
    spoilt: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    tmp_path: Path,
    change: Callable[[dict[str, torch.Tensor]], object],
    said: str,
) -> None:
    """Layers and shapes are held against the base's, and the weights against the configuration."""
    rewrite(spoilt, change)
    config = configure(MarianModel(str(tiny_marian), adapter=str(spoilt)))

    with pytest.raises(ModelError, match=f"^model.adapter={re.escape(str(spoilt))}: .*{said}") as caught:
        translate(config, pair_up(sentences[:1]), tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("changes", [{"r": 1_000_000}, {"rank_pattern": {"q_proj": 1_000_000}}])
def test_a_rank_in_the_configuration_alone_takes_no_memory(
    tiny_marian: Path, spoilt: Path, configure: Configure, pair_up: Any, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """It is held against the weights before anything of that size is made."""
    edit(spoilt, **changes)
    config = configure(MarianModel(str(tiny_marian), adapter=str(spoilt)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(ModelError, match=r"shape \(4, 32\), and adapter_config.json says \(1000000, 32\)"):
        translate(config, pair_up(["Xin chào"]), tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB; they have 128,000 each


def into_a_base(folder: Path) -> None:
    (folder / "adapter_config.json").rename(folder / "config.json")


def into_a_checkpoint(folder: Path) -> None:
    """As trainers leave it: the folder that was named holds one folder a checkpoint."""
    (folder / "checkpoint-500").mkdir()
    for path in folder.glob("adapter_*"):
        path.rename(folder / "checkpoint-500" / path.name)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / WEIGHTS).write_bytes(b"\x08" + bytes(99)), "cannot be read"),
        (lambda folder: (folder / WEIGHTS).write_bytes(b""), "cannot be read"),
        (lambda folder: (folder / WEIGHTS).unlink(), f"there are no weights in .*; expected {WEIGHTS}"),
        (lambda folder: (folder / "adapter_config.json").unlink(), "adapter_config.json is missing in"),
        (lambda folder: (folder / "adapter_config.json").write_text("{", encoding="utf-8"), "is not JSON"),
        (into_a_base, "this is a checkpoint, not an adapter; give it as model.name=.*spoilt$"),
        (into_a_checkpoint, "is missing in .*spoilt, and there is one in .*spoilt/checkpoint-500; save it"),
    ],
)
def test_damaged_files_are_one_sentence(
    tiny_marian: Path, spoilt: Path, configure: Configure, spoil: Callable[[Path], object], said: str
) -> None:
    """The file is named, and what mends it."""
    spoil(spoilt)

    with pytest.raises(ModelError, match=said):
        locate(configure(MarianModel(str(tiny_marian), adapter=str(spoilt))))


class _Code:
    """What a pickle can do when it is loaded."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self._path,)


def test_a_pickle_that_is_code_is_not_run(
    tiny_marian: Path, spoilt: Path, configure: Configure, tmp_path: Path
) -> None:
    """Pickles are read for weights alone, as those of checkpoints are."""
    (spoilt / WEIGHTS).unlink()
    torch.save({"a": _Code(tmp_path / "ran")}, spoilt / "adapter_model.bin")

    with pytest.raises(ModelError, match="holds more than plain weights, which could be code, so it is not loaded"):
        locate(configure(MarianModel(str(tiny_marian), adapter=str(spoilt))))
    assert not (tmp_path / "ran").exists()


@pytest.mark.filterwarnings("ignore:Model has `tie_word_embeddings")
def test_a_tied_head_is_adapted_beside_its_base_alone(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """Merged, it would change the embeddings that share its weights: refused; not merged, it is as in peft."""
    head = make_adapter(tmp_path / "head", tiny_marian, target_modules=["lm_head"])
    texts = sentences[:3]

    with pytest.raises(
        ModelError, match=r"changes lm_head, whose weight .* shares, .* give model.adapter_merged=false"
    ):
        translate(configure(MarianModel(str(tiny_marian), adapter=str(head))), pair_up(texts), tmp_path)
    model = MarianModel(str(tiny_marian), adapter=str(head), adapter_merged=False)
    actual = translate(configure(model), pair_up(texts), tmp_path)

    assert actual == run_raw("marian", tiny_marian, head, texts, merged=False, dtype=torch.float32)


def test_experts_take_no_adapter(spoilt: Path, configure: Configure, tmp_path: Path) -> None:
    """mt-eval routes the mixture itself, past what an adapter would change."""
    moe = tiny_checkpoints.make_nllb_moe(tmp_path / "moe")

    with pytest.raises(ModelError, match=r"model\.adapter is not possible on a mixture of experts"):
        locate(configure(NllbModel(str(moe), adapter=str(spoilt))))


def test_an_adapter_that_changes_meanwhile_is_not_used(
    tiny_marian: Path, spoilt: Path, sentences: list[str], configure: Configure, pair_up: Any, tmp_path: Path
) -> None:
    """What is loaded is what was hashed when the run began."""
    config = configure(MarianModel(str(tiny_marian), adapter=str(spoilt)))
    system = locate(config)
    rewrite(spoilt, lambda tensors: [tensor.mul_(2) for tensor in tensors.values()])

    with pytest.raises(ModelError, match=f"{WEIGHTS} was changed since this run began"):
        translate_pairs(config, pair_up(sentences[:1]), tmp_path, lambda done, total: None, system=system)


# --- the model it was made for


@pytest.mark.parametrize(
    ("said", "confirmed", "fits"),
    [
        ("/scratch/me/tiny-marian", None, True),
        (r"C:\models\tiny-marian", None, True),
        ("org/tiny-marian", None, True),
        ("/cache/models--org--tiny-marian/snapshots/0123456789abcdef0123456789abcdef01234567", None, True),
        ("/cache/models--org--other/snapshots/0123456789abcdef0123456789abcdef01234567", None, False),
        ("org/tiny-marian-2", None, False),
        ("org/anything", "org/anything", True),
        ("org/anything", "org/else", False),
    ],
)
def test_the_base_is_the_one_it_was_made_for(
    tiny_marian: Path, spoilt: Path, configure: Configure, said: str, confirmed: str | None, fits: bool
) -> None:
    """A copy keeps its name; what is called otherwise has to be confirmed by what the adapter calls it."""
    edit(spoilt, base_model_name_or_path=said)
    config = configure(MarianModel(str(tiny_marian), adapter=str(spoilt), adapter_base=confirmed))

    if fits:
        assert locate(config).legs[0].facts["adapter"]["base"] == said
    else:
        with pytest.raises(ModelError, match=r"the adapter .*was made for"):
            locate(config)


def test_a_base_that_is_not_named_is_a_warning(tiny_marian: Path, spoilt: Path, configure: Configure) -> None:
    """Names and shapes of layers are all that can be compared then."""
    edit(spoilt, base_model_name_or_path=None)

    warnings = locate(configure(MarianModel(str(tiny_marian), adapter=str(spoilt)))).legs[0].warnings

    assert [each for each in warnings if "does not say which model the adapter was made for" in each] == [warnings[-1]]


@pytest.mark.parametrize("setting", ["adapter_revision", "adapter_base", "adapter_merged"])
def test_settings_of_an_adapter_need_one(setting: str) -> None:
    """Without `model.adapter` they would do nothing."""
    with pytest.raises(ConfigError, match=f"model.{setting}=.* expected model.adapter beside it"):
        MarianModel("x", **{setting: False if setting == "adapter_merged" else "x"})


# --- on the hub


@pytest.fixture
def hub(small_hub: SmallHub, tiny_marian: Path, lora: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHub:
    """A hub with the tiny Marian, its adapter, and decoys beside it; no waiting between tries."""
    shutil.copytree(tiny_marian, small_hub.root / "org/tiny-marian")
    shutil.copytree(lora, small_hub.root / "me/news-lora")
    edit(small_hub.root / "me/news-lora", base_model_name_or_path="org/tiny-marian")
    (small_hub.root / "me/news-lora/adapter_model.bin").write_bytes(b"nobody needs this")
    (small_hub.root / "me/news-lora/optimizer.pt").write_bytes(b"nobody needs this")
    monkeypatch.setattr(download, "_WAITS", (0.0, 0.0, 0.0))
    return small_hub


def test_an_adapter_of_the_hub_is_downloaded_once_and_used_offline(
    hub: SmallHub, lora: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its two files alone come; the commit is on record; without a network the cache has it, which is said."""
    from huggingface_hub import constants

    config = configure(MarianModel("org/tiny-marian", adapter="me/news-lora"))
    online = locate(config).legs[0]
    _ask_once.cache_clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    offline = locate(config).legs[0]

    assert online.adapter is not None
    assert {path.name for path in online.adapter.folder.iterdir()} == {"adapter_config.json", WEIGHTS}
    assert (online.adapter.folder / WEIGHTS).read_bytes() == (lora / WEIGHTS).read_bytes()
    assert online.facts["adapter"]["commit"] == hub.find_commit("me/news-lora")
    assert offline.identity == online.identity
    assert any(each.startswith("me/news-lora: the copy in the hub cache was used") for each in offline.warnings)


def test_another_revision_of_the_base_is_a_warning(hub: SmallHub, configure: Configure) -> None:
    """The adapter names the commit it was trained on, and the hub has moved on since."""
    edit(hub.root / "me/news-lora", revision="a" * 40)

    warnings = locate(configure(MarianModel("org/tiny-marian", adapter="me/news-lora"))).legs[0].warnings

    now = hub.find_commit("org/tiny-marian")
    assert warnings[-1] == (
        f"me/news-lora: the adapter was made for revision {'a' * 40} of its base, and {now} was used"
    )


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            MarianModel("me/news-lora"),
            "model.name=me/news-lora: this is an adapter, not a checkpoint; give model.adapter=me/news-lora beside",
        ),
        (
            MarianModel("org/tiny-marian", adapter="org/tiny-marian"),
            "model.adapter=org/tiny-marian: this is a checkpoint, not an adapter; give it as model.name=",
        ),
        (
            MarianModel("org/tiny-marian", adapter="me/nothing"),
            "model.adapter=me/nothing: there is no such folder here, and the hub knows no such",
        ),
        (
            MarianModel("org/tiny-marian", adapter="me/news-lora", adapter_revision="v9"),
            "model.adapter=me/news-lora: the hub has no model.adapter_revision=v9 of it",
        ),
    ],
)
def test_what_the_hub_has_not_is_one_sentence(
    hub: SmallHub, configure: Configure, model: MarianModel, said: str
) -> None:
    """The setting is named that holds the wrong name."""
    with pytest.raises(ModelError, match=f"^{re.escape(said)}"):
        locate(configure(model))


def test_a_folder_of_an_adapter_is_no_checkpoint(lora: Path, configure: Configure) -> None:
    """Its base is named, and where to name the adapter."""
    with pytest.raises(
        ModelError, match=rf"an adapter to another model \(.*\); .* model.adapter={re.escape(str(lora))}"
    ):
        locate(configure(MarianModel(str(lora))))


# --- on the command line


def test_runs_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of runs, `status`, `store` and `compare` show which adapter the demo model had, and if it was merged."""
    monkeypatch.chdir(tmp_path)
    make_adapter(tmp_path / "lora", bundled_path("models/demo"), seed=3, lora_alpha=1)
    base = ["run", "model=demo", "data=ui", "limit=2", "metrics.samples=0", "preflight=off", "report=false"]
    base += ["decoding.num_beams=1"]

    for words in ([], ["model.adapter=lora"], ["model.adapter=lora", "model.adapter_merged=false"]):
        assert main([*base, *words]) == 0
    capsys.readouterr()
    main(["status"])
    status = capsys.readouterr().out
    main(["store"])
    store = capsys.readouterr().out
    main(["store", "prune", "--model", "lora", "--dry-run"])
    pruned = capsys.readouterr().out
    main(["compare", "runs"])
    compared = capsys.readouterr().out

    assert len(re.findall(r"runs/ui-demo-with-lora-vi-ar-\w{8}", status)) == 2
    assert "bundled:models/demo with lora, not merged" in store
    assert len(re.findall(r"would remove bundled:models/demo with lora", pruned)) == 2
    for label in ("demo", "demo-with-lora", "adapter_merged=false"):
        assert label in compared


def test_an_option_with_an_adapter_is_listed(hub: SmallHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`mt-eval models` names the adapter of a user's own option, and `fetch` brings it along."""
    (tmp_path / "own/model").mkdir(parents=True)
    (tmp_path / "own/model/tuned.yaml").write_text(
        "# Ours\ndefaults: [marian_schema]\n\nname: org/tiny-marian\nadapter: me/news-lora\n", encoding="utf-8"
    )
    (tmp_path / "own/facts.yaml").write_text("tuned: {pairs: [vi-ar]}\n", encoding="utf-8")

    before = main(["models", "--config-dir", str(tmp_path / "own"), "--json"])
    listed = json.loads(capsys.readouterr().out)["options"]
    fetched = main(["models", "fetch", "tuned", "--config-dir", str(tmp_path / "own")])
    said = capsys.readouterr().out
    main(["models", "--config-dir", str(tmp_path / "own")])
    table = capsys.readouterr().out

    assert (before, fetched) == (0, 0)
    (leg,) = next(option for option in listed if option["option"] == "tuned")["legs"]
    assert (leg["adapter"], leg["adapter_on_disk"]) == ("me/news-lora", "no")
    assert f"me/news-lora (commit {hub.find_commit('me/news-lora')})" in said
    assert "with me/news-lora" in table


def test_the_example_trains_an_adapter_that_runs(tmp_path: Path, repository: Path, configure: Configure) -> None:
    """What docs/adapters.md trains is, after two steps already, an adapter that changes the demo model."""
    for lang in ("vi", "ar"):
        lines = (repository / f"seeds/ui/ui.{lang}.txt").read_text(encoding="utf-8").splitlines()[:5]
        (tmp_path / f"ui.{lang}").write_text("\n".join(lines), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, repository / "examples/train_adapter.py", "ui.vi", "ui.ar", "--steps", "2", "--out", "lora"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["model.adapter=lora"]), done.stderr
    leg = locate(configure(MarianModel("bundled:models/demo", adapter=str(tmp_path / "lora")))).legs[0]
    assert (leg.warnings, leg.facts["adapter"]["r"]) == ((), 8)


def test_every_error_is_the_users(tiny_marian: Path, configure: Configure) -> None:
    """An adapter that is nowhere is an error of ours, not a traceback."""
    with pytest.raises(
        MtEvalError, match=r"there is no such folder, and it cannot be a hub name either; .* somebody/nllb-news-lora"
    ):
        locate(configure(MarianModel(str(tiny_marian), adapter="no/../where")))
