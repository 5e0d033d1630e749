"""Checkpoints and settings that `model=seq2seq` cannot run: one sentence each, with what mends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
import tiny_seq2seq
from small_hub import SmallHub

from mt_eval.config import (
    CheckpointModel,
    Ctranslate2Engine,
    Ctranslate2Type,
    LanguageBy,
    M2m100Model,
    MarianModel,
    NllbModel,
    Seq2seqModel,
)
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints.catalogue import find_on_disk

Configure = Callable[..., Any]
OWN = {"marian": MarianModel, "nllb": NllbModel, "m2m100": M2m100Model}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {
        "madlad": tiny_seq2seq.make_madlad(root / "madlad"),
        "mbart50": tiny_seq2seq.make_mbart(root / "mbart50"),
        "plain": tiny_seq2seq.make_any(root / "plain", "t5"),
        "marian": tiny_checkpoints.make_marian(root / "marian"),
        "nllb": tiny_checkpoints.make_nllb(root / "nllb"),
        "m2m100": tiny_checkpoints.make_m2m100(root / "m2m100"),
    }


@pytest.fixture
def spoil(made: dict[str, Path], tmp_path: Path) -> Callable[..., Path]:
    """A copy of a checkpoint with other values in a file; None takes a key out."""

    def copy(kind: str, file: str = "config.json", **changes: Any) -> Path:
        folder = shutil.copytree(made[kind], tmp_path / f"{kind}-{len(list(tmp_path.iterdir()))}")
        content = json.loads((folder / file).read_text(encoding="utf-8")) | changes
        kept = {key: value for key, value in content.items() if value is not None}
        (folder / file).write_text(json.dumps(kept), encoding="utf-8")
        return folder

    return copy


@pytest.mark.parametrize(
    ("kind", "settings", "direction", "message"),
    [
        ("madlad", {}, "vi-fr", r"does not know model\.target_code=fr; nearest of its 4 codes: ar, de, en, vi"),
        ("madlad", {"target_code": "arb"}, "vi-ar", r"model\.target_code=arb; nearest of its 4 codes: ar, "),
        ("mbart50", {}, "vi-el", r"does not know model\.target_code=el; nearest of its 52 codes: af_ZA, ar_AR"),
        ("mbart50", {}, "el-vi", r"does not know model\.source_code=el; nearest of its 52 codes"),
        ("mbart50", {"target_code": "ar"}, "vi-ar", r"model\.target_code=ar; nearest of its 52 codes: ar_AR"),
        ("madlad", {"prefix": "<to_%tgt>"}, "vi-ar", r"asks for the token <to_ar>, but the vocabulary has no tokens"),
        ("madlad", {"prefix": "<2aar> "}, "vi-ar", r"model\.prefix=<2aar>; nearest of its 4 codes: <2ar>, "),
        ("madlad", {"prefix": "<2vi><2arb>"}, "vi-ar", r"model\.prefix=<2arb>; nearest of its 4 codes: <2ar>, "),
        ("madlad", {"prefix": "<2%tgtt>"}, "vi-ar", r"has %tgtt, which stands for nothing; expected %src, %tgt, "),
        ("plain", {"prefix": "%sourc: "}, "vi-ar", r"has %sourc, which stands for nothing; .*%source, %target, or"),
        ("madlad", {"positions": 2}, "vi-ar", r"special tokens are 2 tokens, and a source may have 2 with them"),
        ("plain", {"prefix": "%source %target " * 90}, "vi-ar", r"which leaves none for the text; raise model\.pos"),
        ("plain", {}, "vi-ar", r"does not show how .* give model\.prefix .* model\.language_by=none"),
        ("plain", {"language_by": LanguageBy.forced_token}, "vi-ar", r"target_code=ar; it knows no language codes"),
        ("plain", {"prefix": "vi:"}, "vi-ar", r"other tokens of vi: a than of prefix and text; end model\.prefix"),
        ("madlad", {"source_code": "vi"}, "vi-ar", r"model\.source_code=vi .* has no %src to put it"),
        ("madlad", {"language_by": LanguageBy.none, "target_code": "ar"}, "vi-ar", r"tells the model nothing"),
        ("mbart50", {"positions": 300}, "vi-ar", r"model\.positions=300 is more than the 256"),
        ("marian", {}, "vi-ar", r"model_type marian, .*; use model=marian"),
        ("nllb", {}, "vi-ar", r"model_type m2m_100, .*; use model=nllb"),
        ("m2m100", {}, "vi-ar", r"model_type m2m_100, .*; use model=m2m100"),
    ],
)
def test_what_does_not_fit(
    made: dict[str, Path],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    kind: str,
    settings: dict[str, Any],
    direction: str,
    message: str,
) -> None:
    """Languages, codes, prefixes and kinds of checkpoint are named with what there is instead."""
    config = configure(Seq2seqModel(str(made[kind]), **settings), direction=direction)

    with pytest.raises(ModelError, match=message) as caught:
        translate_pairs(config, pair_up(["Xin chào"]), tmp_path / "store", silent)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "llama"}, r"model_type llama, which is no encoder-decoder .* model=server"),
        ({"model_type": "bert"}, r"model_type bert, which is no encoder-decoder"),
        ({"model_type": None}, r"model_type None, which is no encoder-decoder"),
        ({"architectures": ["T5EncoderModel"]}, r"architectures T5EncoderModel, half of an encoder-decoder"),
        ({"architectures": ["MBartForCausalLM"]}, r"architectures MBartForCausalLM"),
        ({"d_ff": -3}, r"says d_ff -3, expected a whole number"),
        ({"num_decoder_layers": "3"}, r"says num_decoder_layers 3, expected a whole number"),
        ({"auto_map": {"AutoModel": "modeling.Model"}}, r"auto_map .*names code"),
        ({"decoder_start_token_id": 9999}, r"decoder_start_token_id 9999, expected a token's id from 0 to 599"),
    ],
)
def test_configurations_that_are_none(
    spoil: Callable[..., Path], configure: Configure, changes: dict[str, Any], message: str
) -> None:
    """Halves, models that only continue a text, values that are none, and code: said before anything is loaded."""
    with pytest.raises(ModelError, match=message):
        locate(configure(Seq2seqModel(str(spoil("madlad", **changes)))))


@pytest.mark.parametrize("engine", ["transformers", "ctranslate2"])
def test_a_decoder_that_starts_from_nothing(
    spoil: Callable[..., Path], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, engine: str
) -> None:
    """Both engines say which key is missing."""
    folder = spoil("madlad", decoder_start_token_id=None)
    (folder / "generation_config.json").unlink()
    config = configure(Seq2seqModel(str(folder)))
    if engine == "ctranslate2":
        pytest.importorskip("ctranslate2")
        config = replace(config, engine=Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "cache")))

    with pytest.raises(ModelError, match="says decoder_start_token_id, the token that the decoder starts from"):
        translate_pairs(config, pair_up(["Xin chào"]), tmp_path / "store", silent)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("spiece.model", None, "there is no tokenizer in .*; expected tokenizer.json, or a SentencePiece model"),
        ("spiece.model", b"xx", "spiece.model is no SentencePiece model; download it again"),
        ("tokenizer.json", b'{"model": {"vocab": 7}}', "are JSON, but not a tokenizer's"),
        ("tokenizer.json", b"{", "tokenizer.json is not JSON"),
        ("tokenizer_config.json", b'{"tokenizer_class": "NoSuchTokenizer"}', "the tokenizer in .* cannot be loaded"),
    ],
)
def test_tokenizers_that_are_none(
    spoil: Callable[..., Path],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    file: str,
    content: bytes | None,
    message: str,
) -> None:
    """Missing, damaged or of a class that there is not."""
    folder = spoil("madlad")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)

    with pytest.raises(ModelError, match=message):
        translate_pairs(configure(Seq2seqModel(str(folder))), pair_up(["Xin chào"]), tmp_path / "store", silent)


def test_a_tokenizer_of_another_model(
    spoil: Callable[..., Path], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Ids that the model has no rows for are found when it is loaded."""
    folder = spoil("plain", vocab_size=100)

    with pytest.raises(ModelError, match=r"have another shape|do not fit config.json|do not belong together"):
        translate_pairs(
            configure(Seq2seqModel(str(folder), language_by=LanguageBy.none)), pair_up(["a"]), tmp_path / "s", silent
        )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"language_by": LanguageBy.prefix}, r"model\.language_by=prefix is not possible: expected model\.prefix"),
        ({"language_by": LanguageBy.none, "prefix": "a "}, r"model\.prefix=a .* beside another model\.language_by"),
        ({"prefix": ""}, r"expected a text, or model\.language_by=none for a model that is told nothing"),
        ({"positions": 1}, r"model\.positions=1 is not possible: expected a number from 2"),
    ],
)
def test_settings_that_contradict(settings: dict[str, Any], message: str) -> None:
    """They are refused when they are composed."""
    with pytest.raises(ConfigError, match=message):
        Seq2seqModel("a", **settings)


@pytest.mark.parametrize("model", [MarianModel, NllbModel, M2m100Model])
@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("madlad", "model=seq2seq"),
        ("mbart50", "model=seq2seq"),
        ("plain", "model=seq2seq"),
        ("marian", "model=marian"),
        ("nllb", "model=nllb"),
        ("m2m100", "model=m2m100"),
    ],
)
def test_other_kinds_name_it(
    made: dict[str, Path], configure: Configure, model: type[CheckpointModel], kind: str, fits: str
) -> None:
    """Who gives a checkpoint to an option that does not run it is told which one does."""
    config = configure(model(str(made[kind])))

    if model is OWN.get(kind):
        assert locate(config).legs[0].kind == kind
    else:
        with pytest.raises(ModelError, match=f"is needed; it fits .*{fits}"):
            locate(config)


def test_few_positions_are_no_fault_of_a_prefix(
    made: dict[str, Path], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """A limit that leaves room for a token or two is kept to, and what is cut is said."""
    config = configure(Seq2seqModel(str(made["madlad"]), positions=4))

    translated = translate_pairs(config, pair_up(["Xin chào các bạn"]), tmp_path / "store", silent)

    assert "4" in " ".join(translated.warnings) or translated.translations[0].truncated


def test_from_a_hub_come_the_files_it_needs(small_hub: SmallHub, made: dict[str, Path], configure: Configure) -> None:
    """The tokenizer's files of these families are downloaded, and what is there is whole."""
    for kind in ("madlad", "mbart50"):
        shutil.copytree(made[kind], small_hub.root / "org" / kind)
        (small_hub.root / "org" / kind / "tf_model.h5").write_bytes(b"nobody needs this")

        leg = locate(configure(Seq2seqModel(f"org/{kind}"))).legs[0]

        assert {path.name for path in made[kind].iterdir()} == {path.name for path in leg.folder.iterdir()}
        assert find_on_disk(f"org/{kind}", None)[0] == "yes"
        assert leg.model == locate(configure(Seq2seqModel(str(made[kind])))).legs[0].model
