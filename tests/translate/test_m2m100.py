"""M2M-100 and NLLB's mixture of experts, held against raw calls of the library."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
from transformers import (
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
)

from mt_eval.config import M2m100Model, MarianModel, NllbModel
from mt_eval.errors import ModelError
from mt_eval.translate import translate_pairs
from mt_eval.translate.checkpoints.find import locate_leg
from mt_eval.types import Translation

Configure = Callable[..., Any]
Translate = Callable[..., tuple[Translation | None, ...]]

DECODINGS = [{"num_beams": 4}, {"num_beams": 1}]


@pytest.fixture(scope="module")
def m2m100(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An M2M-100 that knows 100 languages and translates none."""
    return tiny_checkpoints.make_m2m100(tmp_path_factory.mktemp("checkpoints") / "tiny-m2m100")


@pytest.fixture
def translate(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> Translate:
    """The translations of texts with a model."""

    def run(model: Any, texts: list[str], **settings: Any) -> tuple[Translation | None, ...]:
        config = configure(model, **settings)
        return translate_pairs(config, pair_up(texts), tmp_path / "store", silent).translations

    return run


@pytest.mark.parametrize("decoding", DECODINGS)
def test_m2m100_equals_raw_generate(
    m2m100: Path, sentences: list[str], translate: Translate, decoding: dict[str, int]
) -> None:
    """Batches give what `generate` gives sentence by sentence, without the language token it is forced to say."""
    tokenizer = M2M100Tokenizer.from_pretrained(m2m100, src_lang="vi")
    model = M2M100ForConditionalGeneration.from_pretrained(m2m100)

    translations = translate(M2m100Model(str(m2m100)), sentences, decoding=decoding)

    for text, actual in zip(sentences, translations, strict=True):
        inputs = tokenizer([text], return_tensors="pt")
        ids = inputs["input_ids"][0].tolist()
        assert (ids[0], ids[-1]) == (tokenizer.get_lang_id("vi"), tokenizer.eos_token_id)
        output = model.generate(
            **inputs, forced_bos_token_id=tokenizer.get_lang_id("ar"), max_new_tokens=32, **decoding
        )
        kept = [token for token in output[0].tolist() if token not in (*range(4), tokenizer.get_lang_id("ar"))]
        assert actual is not None
        assert actual.text == tokenizer.decode(kept, clean_up_tokenization_spaces=False).strip()
        assert "__" not in actual.text
        assert actual.tokens_in == len(ids)


def test_m2m100_codes_come_from_the_direction(
    m2m100: Path, sentences: list[str], translate: Translate, configure: Configure
) -> None:
    """Another direction is another pair of codes, which are part of the leg; the configuration may name others."""
    model = M2m100Model(str(m2m100))
    legs = {
        direction: locate_leg(model, *direction.split("-"), configure(model, direction=direction))
        for direction in ("vi-ar", "ar-vi")
    }
    chosen = locate_leg(M2m100Model(str(m2m100), target_code="fa"), "vi", "ar", configure(model))

    assert [(leg.source, leg.target) for leg in legs.values()] == [("vi", "ar"), ("ar", "vi")]
    assert (chosen.kind, chosen.target) == ("m2m100", "fa")
    assert len({chosen.identity, *(leg.identity for leg in legs.values())}) == 3
    assert translate(model, sentences) != translate(model, sentences, direction="ar-vi")


def test_m2m100_does_not_know_a_code(m2m100: Path, translate: Translate) -> None:
    """A wrong code is answered with near ones before anything is decoded."""
    with pytest.raises(ModelError, match=r"does not know model\.target_code=arb_Arab; nearest of its 100 codes: \w+"):
        translate(M2m100Model(str(m2m100), target_code="arb_Arab"), ["Xin chào"])


def test_kinds_are_not_mixed_up(m2m100: Path, tiny_nllb: Path, configure: Configure) -> None:
    """M2M-100 and NLLB share an architecture, not a tokenizer; each is told what runs it."""
    config = configure(None)
    with pytest.raises(ModelError, match=r"tokenizer_class M2M100Tokenizer, where Nllb.* it fits model=m2m100"):
        locate_leg(NllbModel(str(m2m100)), "vi", "ar", config)
    with pytest.raises(ModelError, match=r"tokenizer_class NllbTokenizer, where M2M100.* it fits model=nllb"):
        locate_leg(M2m100Model(str(tiny_nllb)), "vi", "ar", config)
    with pytest.raises(ModelError, match=r"says model_type m2m_100, where marian is needed"):
        locate_leg(MarianModel(str(m2m100)), "vi", "ar", config)


def test_another_tokenizer_class_is_refused(m2m100: Path, configure: Configure, tmp_path: Path) -> None:
    """A checkpoint that needs a tokenizer of its own code is not read with another."""
    folder = shutil.copytree(m2m100, tmp_path / "other")
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) | {"tokenizer_class": "SMALL100Tokenizer"}
    path.write_text(json.dumps(settings), encoding="utf-8")

    with pytest.raises(ModelError, match=r"tokenizer_class SMALL100Tokenizer, where M2M100Tokenizer is needed"):
        locate_leg(M2m100Model(str(folder)), "vi", "ar", configure(None))


def test_names_follow_the_direction(tiny_marian: Path, configure: Configure, tmp_path: Path) -> None:
    """`%src` and `%tgt` in a name are the leg's languages."""
    for pair in ("vi-ar", "ar-vi"):
        shutil.copytree(tiny_marian, tmp_path / f"opus-{pair}")
    model = MarianModel(f"{tmp_path}/opus-%src-%tgt")

    legs = [locate_leg(model, source, target, configure(model)) for source, target in (("vi", "ar"), ("ar", "vi"))]

    assert [(leg.label, leg.target, leg.facts["direction"]) for leg in legs] == [
        ("opus-vi-ar", ">>ara<<", "vi-ar"),
        ("opus-ar-vi", ">>vie<<", "ar-vi"),
    ]
