"""`model=seq2seq`: MADLAD-400, mBART-50 and mBART-25 in tiny, held against raw calls of the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import tiny_seq2seq
import torch
from sentencepiece import SentencePieceProcessor
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    ByT5Tokenizer,
    MBartConfig,
    T5Config,
    T5ForConditionalGeneration,
)

from mt_eval.config import (
    Ctranslate2Engine,
    Ctranslate2Type,
    FastEngine,
    LanguageBy,
    PivotModel,
    Seq2seqModel,
    UnitConfig,
    UnitKind,
)
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate import LoadedModels, locate, translate_pairs
from mt_eval.translate.checkpoints.architectures import ARCHITECTURES, CONVERTIBLE
from mt_eval.translate.checkpoints.tokenizer import encode_texts, load_tokenizer
from mt_eval.translate.engines.batching import fit_batch_tokens
from mt_eval.translate.forced import judge_texts
from mt_eval.translate.preflight import run_preflight
from mt_eval.translate.system import LengthRule
from mt_eval.types import Translation

Configure = Callable[..., Any]
Translate = Callable[..., list[Translation]]

DECODINGS = [{"num_beams": 4}, {"num_beams": 1}]
SOON = ("bart", "mt5", "pegasus", "plbart")
"""Architectures that every run of the tests looks at: one of each way to differ."""
KINDS = ("madlad", "t5", "mbart50", "mbart25")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {
        "madlad": tiny_seq2seq.add_tokenizer_json(tiny_seq2seq.make_madlad(root / "madlad")),
        "t5": tiny_seq2seq.make_madlad(root / "t5", tied=True),
        "mbart50": tiny_seq2seq.make_mbart(root / "mbart50"),
        "mbart25": tiny_seq2seq.make_mbart(root / "mbart25", "MBartTokenizer"),
    }


@pytest.fixture
def translate(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> Translate:
    """The translations of texts with a model."""

    def run(model: Any, texts: list[str], engine: Any = None, **settings: Any) -> list[Translation]:
        config = configure(model, **settings)
        if engine is not None:
            config = replace(config, engine=engine)
        found = translate_pairs(config, pair_up(texts), tmp_path / "store", silent).translations
        return [each for each in found if each is not None]

    return run


def generate_raw(folder: Path, texts: list[str], **settings: Any) -> list[str]:
    """What the library makes of each text from Vietnamese into Arabic, as the models' cards and its pages have it."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    front = "<2ar> "
    if (name := folder.name).startswith("mbart"):
        tokenizer.src_lang = "vi_VN"
        key = "forced_bos_token_id" if name == "mbart50" else "decoder_start_token_id"
        front, settings = "", {**settings, key: tokenizer.convert_tokens_to_ids("ar_AR")}
    outputs = [
        model.generate(**tokenizer(front + text, return_tensors="pt"), max_new_tokens=32, **settings)[0]
        for text in texts
    ]
    return [
        tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False).strip() for ids in outputs
    ]


@pytest.mark.parametrize("decoding", DECODINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_equals_raw_generate(
    folders: dict[str, Path], sentences: list[str], translate: Translate, kind: str, decoding: dict[str, Any]
) -> None:
    """Batches give what `generate` gives sentence by sentence with the recipe that is published for the family."""
    expected = generate_raw(folders[kind], sentences, **decoding)

    actual = translate(Seq2seqModel(str(folders[kind])), sentences, decoding=decoding)

    assert expected == [each.text for each in actual]


@pytest.mark.parametrize("decoding", DECODINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_ctranslate2_equals_transformers(
    folders: dict[str, Path],
    sentences: list[str],
    translate: Translate,
    tmp_path: Path,
    kind: str,
    decoding: dict[str, int],
) -> None:
    """In float32 the converted model says the same with the same scores: a T5's head is scaled as in the library."""
    pytest.importorskip("ctranslate2")
    model = Seq2seqModel(str(folders[kind]))
    expected = translate(model, sentences, decoding=decoding)

    engine = Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "converted"))
    actual = translate(model, sentences, engine, decoding=decoding)

    assert [(each.text, each.tokens_out) for each in expected] == [(each.text, each.tokens_out) for each in actual]
    assert [each.score for each in actual] == pytest.approx([each.score for each in expected], abs=1e-4)


def encode(folder: Path, configure: Configure, text: str, **settings: Any) -> list[int]:
    """The ids that a text is given to the model with."""
    leg = locate(configure(Seq2seqModel(str(folder), **settings))).legs[0]
    return list(encode_texts(leg, load_tokenizer(leg)[0], [text])[0].ids)


def test_ids_are_those_of_sentencepiece(folders: dict[str, Path], configure: Configure) -> None:
    """Each family's frame around the pieces that SentencePiece itself makes, an unknown letter among them."""
    text = "Hai nước 漢 hợp tác"
    plain = SentencePieceProcessor(model_file=str(folders["mbart50"] / "sentencepiece.bpe.model")).encode(text)
    pieces = [index + 1 if index else 3 for index in plain]  # one further on, and the unknown one by itself
    marked = SentencePieceProcessor(model_file=str(folders["madlad"] / "spiece.model"))
    arabic, vietnamese = 601, 601 + 23

    assert [marked.piece_to_id("<2ar>"), *marked.encode(text), 2] == encode(folders["madlad"], configure, text)
    assert [marked.piece_to_id("<2ar>"), *marked.encode(text), 2] == encode(folders["t5"], configure, text)
    assert [vietnamese, *pieces, 2] == encode(folders["mbart50"], configure, text)
    assert [*pieces, 2, vietnamese] == encode(folders["mbart25"], configure, text)
    assert [arabic, *pieces, 2] == encode(folders["mbart50"], configure, text, source_code="ar_AR")


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_steers_nothing(folders: dict[str, Path], configure: Configure, kind: str) -> None:
    """What spells a token becomes the pieces of its letters, and no other id than a plain text's frame steers."""
    steering = ["</s>", "<s>", "<pad>", "<unk>", "<2ar>", "<2vi>", "<extra_id_7>", "ar_AR", "vi_VN", "<mask>"]
    leg = locate(configure(Seq2seqModel(str(folders[kind])))).legs[0]
    tokenizer, _ = load_tokenizer(leg)
    special = {tokenizer.convert_tokens_to_ids(token) for token in steering} - {tokenizer.unk_token_id}

    plain, *rows = encode_texts(leg, tokenizer, ["a b", *(f"a {token} b" for token in steering)])

    expected = [index for index in plain.ids if index in special]
    for token, row in zip(steering, rows, strict=True):
        assert expected == [index for index in row.ids if index in special], token
        assert len(row.ids) > len(plain.ids), token


def test_a_long_text_keeps_its_frame(configure: Configure, folders: dict[str, Path]) -> None:
    """What does not fit is cut from the text's own end; codes and end tokens stay, and it is said."""
    for kind in KINDS:
        leg = locate(configure(Seq2seqModel(str(folders[kind]), positions=20))).legs[0]
        tokenizer, _ = load_tokenizer(leg)
        short, long = encode_texts(leg, tokenizer, ["a", "hợp tác " * 50])

        assert (len(long.ids), long.cut, short.cut) == (20, True, False)
        before, after = tokenizer.frame.before, tokenizer.frame.after
        assert long.ids[: len(before)] + long.ids[len(long.ids) - len(after) :] == (*before, *after)


@pytest.mark.parametrize(
    "model_type",
    [name if name in SOON else pytest.param(name, marks=pytest.mark.slow) for name in ARCHITECTURES],
)
def test_every_architecture_equals_raw_generate(
    model_type: str, sentences: list[str], translate: Translate, tmp_path: Path
) -> None:
    """Whatever the architecture, in both engines where CTranslate2 runs it; elsewhere that is one sentence."""
    folder = tiny_seq2seq.make_any(tmp_path / model_type, model_type)
    model = Seq2seqModel(str(folder), language_by=LanguageBy.none)
    texts = sentences[:6]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    raw = AutoModelForSeq2SeqLM.from_pretrained(folder)
    expected = []
    for text in texts:
        given = {key: value for key, value in tokenizer(text, return_tensors="pt").items() if key != "token_type_ids"}
        ids = raw.generate(**given, max_new_tokens=32, num_beams=3)[0]
        expected.append(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False).strip())

    actual = translate(model, texts, decoding={"num_beams": 3})

    assert expected == [each.text for each in actual]
    if find_spec("ctranslate2") is None:
        return
    engine = Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "converted"))
    if model_type in CONVERTIBLE:
        converted = translate(model, texts, engine, decoding={"num_beams": 3})
        assert expected == [each.text for each in converted]
        assert [each.score for each in converted] == pytest.approx([each.score for each in actual], abs=1e-4)
    else:
        with pytest.raises(
            ConfigError, match=rf"engine=ctranslate2 does not run model_type {model_type} .*transformers"
        ):
            translate(model, texts, engine)


def test_fast_is_what_runs_the_architecture(configure: Configure, tmp_path: Path) -> None:
    """`engine=fast` takes transformers where CTranslate2 does not know the architecture, and says so."""
    pytest.importorskip("ctranslate2")
    kinds = {"bart": "ctranslate2", "plbart": "transformers"}
    models = {
        kind: Seq2seqModel(str(tiny_seq2seq.make_any(tmp_path / kind, kind)), language_by=LanguageBy.none)
        for kind in kinds
    }

    systems = {kind: locate(replace(configure(model), engine=FastEngine())) for kind, model in models.items()}

    assert kinds == {kind: system.legs[0].engine for kind, system in systems.items()}
    assert "CTranslate2 does not know this model" in systems["plbart"].notes[0]


def test_a_decoder_of_another_depth(translate: Translate, sentences: list[str], tmp_path: Path) -> None:
    """A T5 with more layers in its decoder than in its encoder, where the library.s own search fails, runs."""
    pytest.importorskip("ctranslate2")
    model = Seq2seqModel(str(tiny_seq2seq.make_madlad(tmp_path / "deep", decoder_layers=3)))

    expected = translate(model, sentences[:4], decoding={"num_beams": 1})

    engine = Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "converted"))
    assert expected == translate(model, sentences[:4], engine, decoding={"num_beams": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_given_texts_equal_the_loss_of_their_labels(
    folders: dict[str, Path], configure: Configure, sentences: list[str], tmp_path: Path, kind: str
) -> None:
    """A text gets the log-probability that the model gives the same tokens, a forced code aside, in both engines."""
    folder, sources, texts = folders[kind], sentences[:4], sentences[6:10]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    config = configure(Seq2seqModel(str(folder)))
    codes = [] if kind in ("madlad", "t5") else [tokenizer.convert_tokens_to_ids("ar_AR")]
    start = codes[0] if kind == "mbart25" else model.config.decoder_start_token_id
    skipped = 1 if kind == "mbart50" else 0
    expected = []
    for source, text in zip(sources, texts, strict=True):
        given = torch.tensor([encode(folder, configure, source)])
        labels = [*codes[:skipped], *tokenizer(text, add_special_tokens=False)["input_ids"], 2]
        with torch.no_grad():
            logits = model(input_ids=given, decoder_input_ids=torch.tensor([[start, *labels[:-1]]])).logits[0]
        chosen = logits.log_softmax(-1).gather(-1, torch.tensor(labels)[:, None])[skipped:]
        expected.append(float(chosen.sum()))

    for engine in (config.engine, Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "converted"))):
        if isinstance(engine, Ctranslate2Engine) and find_spec("ctranslate2") is None:
            continue
        system = locate(replace(config, engine=engine))
        with LoadedModels() as models:
            models.begin(system.legs, system.engine, config.device)
            found = judge_texts(system.legs[0], models.load(system.legs[0]), sources, texts, lambda done: None)
        assert [each.log_probability for each in found] == pytest.approx(expected, abs=1e-3)


def test_two_of_them_make_a_pivot(
    folders: dict[str, Path], sentences: list[str], translate: Translate, configure: Configure
) -> None:
    """Each leg is told its own languages; the second translates what the first one made."""
    first, second = Seq2seqModel(str(folders["madlad"])), Seq2seqModel(str(folders["mbart50"]))
    between = translate(first, sentences, direction="vi-en")

    pivot = translate(PivotModel("en", first, second), sentences)

    assert [each.text for each in between] == [each.pivot_text for each in pivot]
    told = [each for each in zip(pivot, between, strict=True) if each[1].text]
    last = translate(second, [said.text for _, said in told], direction="en-ar")
    assert [each.text for each in last] == [each.text for each, _ in told]
    legs = locate(configure(PivotModel("en", first, second))).legs
    assert [(leg.source, leg.target) for leg in legs] == [(None, "<2en>"), ("en_XX", "ar_AR")]


def test_whole_articles_and_the_store(
    folders: dict[str, Path], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, sentences: list[str]
) -> None:
    """As a unit an article is one source, divided where it does not fit; what is in the store is not decoded again."""
    config = replace(configure(Seq2seqModel(str(folders["mbart50"]), positions=40)), unit=UnitConfig(UnitKind.article))
    pairs = pair_up(sentences[:8])

    runs = [translate_pairs(config, pairs, tmp_path / "store", silent) for _ in range(2)]

    assert runs[0].units is not None
    assert runs[0].units == runs[1].units
    assert len(runs[0].units) > 1
    facts = [run.facts["legs"][0] for run in runs]
    assert [each["segments_decoded"] for each in facts] == [len(runs[0].units), 0]
    assert facts[1]["segments_from_store"] == facts[0]["segments_decoded"]


def test_what_is_told_is_part_of_the_identity(folders: dict[str, Path], configure: Configure) -> None:
    """Another prefix, another code or way, other positions: other translations. How it was found out is not."""
    name = str(folders["mbart50"])
    told = [
        Seq2seqModel(name),
        Seq2seqModel(name, target_code="fa_IR"),
        Seq2seqModel(name, source_code="id_ID"),
        Seq2seqModel(name, language_by=LanguageBy.start_token),
        Seq2seqModel(name, language_by=LanguageBy.none),
        Seq2seqModel(name, prefix="%source: "),
        Seq2seqModel(name, positions=100),
    ]

    identities = [locate(configure(model)).identity for model in told]

    assert len({*identities}) == len(told)
    assert identities[0] == locate(configure(Seq2seqModel(name, language_by=LanguageBy.forced_token))).identity


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("translate %source to %target: ", "translate Vietnamese to Arabic: "),
        ("%src: ", "vi: "),
        ("%src2%tgt ", "vi2ar "),
    ],
)
def test_a_prefix_in_words(
    folders: dict[str, Path], configure: Configure, tmp_path: Path, prefix: str, expected: str
) -> None:
    """Names and codes stand where the prefix says; its tokens are those that the library makes of prefix and text."""
    folder = tiny_seq2seq.make_any(tmp_path / "t5", "t5")
    leg = locate(configure(Seq2seqModel(str(folder), prefix=prefix))).legs[0]
    library = AutoTokenizer.from_pretrained(folder)

    actual = encode(folder, configure, "Hai nước hợp tác.", prefix=prefix)

    assert leg.target == expected
    assert library(f"{expected}Hai nước hợp tác.")["input_ids"] == actual


def test_preflight_stops_a_wrong_language(folders: dict[str, Path], configure: Configure) -> None:
    """A model of random weights is stopped before the first batch, and the sentence says what it was asked for."""
    for kind, asked in (("madlad", "<2ar>"), ("mbart25", "ar_AR")):
        config = replace(configure(Seq2seqModel(str(folders[kind]))), preflight=True)
        leg = locate(config).legs[0]
        with LoadedModels() as models:
            models.begin([leg], config.engine, config.device)
            translator = models.load(leg)
            with pytest.raises(ModelError, match=f"fails the preflight .* asked for {asked}"):
                run_preflight(leg, translator)


def test_bytes_need_no_vocabulary(
    translate: Translate, sentences: list[str], configure: Configure, tmp_path: Path
) -> None:
    """ByT5 reads bytes: no file of pieces, and a third of its rows without a byte; it says what the library says."""
    folder = tmp_path / "byt5"
    ByT5Tokenizer().save_pretrained(folder)
    special = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
    torch.manual_seed(3)
    shape = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2}
    made = T5ForConditionalGeneration(T5Config(vocab_size=384, **shape, **special))
    with torch.no_grad():
        for weight in made.parameters():
            if weight.dim() > 1:
                weight.mul_(3)
    made.save_pretrained(folder)
    library, model = AutoTokenizer.from_pretrained(folder), AutoModelForSeq2SeqLM.from_pretrained(folder)
    decoding = {"num_beams": 1, "max_new_tokens_factor": 0.0, "max_new_tokens_offset": 32}

    actual = translate(Seq2seqModel(str(folder), language_by=LanguageBy.none), sentences[:5], decoding=decoding)

    outputs = [model.generate(**library(text, return_tensors="pt"), max_new_tokens=32)[0] for text in sentences[:5]]
    assert [library.decode(ids, skip_special_tokens=True).strip() for ids in outputs] == [each.text for each in actual]
    whole = encode(folder, configure, "a</s>", language_by=LanguageBy.none)
    assert whole == [*(byte + 3 for byte in b"a</s>"), 1]


def test_a_batch_fits_whatever_the_family_calls_its_sizes() -> None:
    """On a GPU the batch follows from the decoder: twice the layers or wider heads leave room for fewer tokens."""
    rule = LengthRule(1.5, 10, 512)
    shape = {"d_model": 1024, "d_kv": 64, "d_ff": 4096, "num_layers": 12, "num_decoder_layers": 12, "num_heads": 16}

    def fit(config: Any) -> int:
        return fit_batch_tokens(10**10, config, bytes_per_number=2, beams=4, length=rule)

    usual, deep, wide = (T5Config(**{**shape, **more}) for more in ({}, {"num_decoder_layers": 24}, {"d_kv": 128}))
    sizes = {"d_model": 1024, "decoder_layers": 12, "encoder_ffn_dim": 4096, "decoder_ffn_dim": 4096}

    assert fit(usual) == fit(MBartConfig(vocab_size=usual.vocab_size, **sizes))
    assert fit(deep) == fit(wide) < fit(usual)
