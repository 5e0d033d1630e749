"""`model=seq2seq`: MADLAD-400, mBART-50 and mBART-25 in tiny, held against raw calls of the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_seq2seq
from sentencepiece import SentencePieceProcessor
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from mt_eval.config import Ctranslate2Engine, Ctranslate2Type, Seq2seqModel
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints.tokenizer import encode_texts, load_tokenizer
from mt_eval.types import Translation

Configure = Callable[..., Any]
Translate = Callable[..., list[Translation]]

DECODINGS = [{"num_beams": 4}, {"num_beams": 1}]
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
