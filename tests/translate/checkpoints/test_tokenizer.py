"""Texts as token ids: what a text says is text, and everything else is as the library's tokenizers have it."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import M2M100Tokenizer, MarianTokenizer, NllbTokenizer

from mt_eval.config import Ctranslate2Engine, M2m100Model, MarianModel, NllbModel
from mt_eval.errors import ModelError
from mt_eval.translate import locate
from mt_eval.translate.checkpoints.tokenizer import decode_ids, encode_texts, load_tokenizer
from mt_eval.translate.engines.batching import plan_batches
from mt_eval.translate.engines.pool import LoadedModels
from mt_eval.translate.system import Leg

Configure = Callable[..., Any]
KINDS = ("marian", "marian_plain", "nllb", "m2m100")
STEERING = ("<pad>", "</s>", "<s>", "<unk>", "<mask>", "arb_Arab", "eng_Latn", "__ar__", "__vi__", ">>ara<<", ">>x<<")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {
        "marian": tiny_checkpoints.make_marian(root / "marian"),
        "marian_plain": tiny_checkpoints.make_marian(root / "plain", ()),
        "nllb": tiny_checkpoints.make_nllb(root / "nllb"),
        "m2m100": tiny_checkpoints.make_m2m100(root / "m2m100"),
    }


@pytest.fixture
def find_leg(folders: dict[str, Path], configure: Configure) -> Callable[..., Leg]:
    def find(kind: str, folder: Path | None = None) -> Leg:
        model = {"nllb": NllbModel, "m2m100": M2m100Model}.get(kind, MarianModel)
        return locate(configure(model(str(folder or folders[kind])))).legs[0]

    return find


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("token", STEERING)
@pytest.mark.parametrize("text", ["Xin {} chào", "{} Xin chào", "Xin chào{}", "{}", "{}{}"])
def test_no_text_steers(find_leg: Callable[..., Leg], kind: str, token: str, text: str) -> None:
    """The ids between those that the tokenizer adds to any text are pieces of text, and none of its own tokens."""
    leg = find_leg(kind)
    tokenizer, _ = load_tokenizer(leg)
    special = {tokenizer.convert_tokens_to_ids(name) for name in tokenizer.all_special_tokens}
    special |= {index for name, index in tokenizer.get_vocab().items() if name.startswith(">>") or name in STEERING}

    plain, found = encode_texts(leg, tokenizer, ["a", text.replace("{}", token)])

    around = [index for index in plain.ids if index in special]
    body = found.ids[len(around) - 1 : -1]
    assert [*found.ids[: len(around) - 1], found.ids[-1]] == around
    assert special.intersection(body) <= {tokenizer.unk_token_id}
    assert len(body) > 0


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(alphabet="aạbđ سلام،.-12 _\u200f", min_size=1, max_size=20), min_size=1, max_size=4))
def test_plain_text_is_as_the_library_has_it(
    find_leg: Callable[..., Leg], folders: dict[str, Path], kind: str, texts: list[str]
) -> None:
    """Where nothing in a text looks like a token, the ids are those of the library's own call."""
    leg = find_leg(kind)
    match kind:
        case "nllb":
            raw: Any = NllbTokenizer.from_pretrained(folders[kind], src_lang="vie_Latn")
        case "m2m100":
            raw = M2M100Tokenizer.from_pretrained(folders[kind], src_lang="vi")
        case _:
            with warnings.catch_warnings(action="ignore"):
                raw = MarianTokenizer.from_pretrained(folders[kind])
    given_texts = [f">>ara<< {text}" for text in texts] if kind == "marian" else texts

    found = encode_texts(leg, load_tokenizer(leg)[0], texts)

    assert [list(each.ids) for each in found] == raw(given_texts)["input_ids"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.integers(0, 150), max_size=12), max_size=4))
def test_ids_become_the_text_that_the_library_has(
    find_leg: Callable[..., Leg], kind: str, rows: list[list[int]]
) -> None:
    """Many rows at once, empty ones too, give what the library gives for each by itself."""
    tokenizer, _ = load_tokenizer(find_leg(kind))

    found = decode_ids(tokenizer, rows)

    assert found == [tokenizer.decode(row, skip_special_tokens=True).strip() for row in rows]


def test_a_tokenizer_that_lets_text_steer_is_refused(
    find_leg: Callable[..., Leg], folders: dict[str, Path], tmp_path: Path
) -> None:
    """A code that tokenizer.json adds as a common word would be taken out of an article."""
    folder = shutil.copytree(folders["nllb"], tmp_path / "nllb")
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["added_tokens"].append(
        {"id": 9000, "content": "QQ", "special": False, "single_word": False, "lstrip": False, "rstrip": False}
        | {"normalized": False}
    )
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")

    with pytest.raises(ModelError, match="takes QQ in a text for the token that steers the model"):
        load_tokenizer(find_leg("nllb", folder))


@pytest.mark.skipif(find_spec("ctranslate2") is None, reason="the extra ct2 is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_ctranslate2_takes_such_texts(
    find_leg: Callable[..., Leg], folders: dict[str, Path], configure: Configure, tmp_path: Path, kind: str
) -> None:
    """A source with every such token is translated, not an IndexError."""
    from dataclasses import replace

    model = {"nllb": NllbModel, "m2m100": M2m100Model}.get(kind, MarianModel)(str(folders[kind]))
    config = replace(configure(model), engine=Ctranslate2Engine(cache_dir=str(tmp_path / "converted")))
    leg = locate(config).legs[0]
    with LoadedModels() as models:
        models.begin([leg], config.engine, config.device)
        translator = models.load(leg)
        encoded = translator.encode([" ".join(STEERING), "<pad>"])

        decoded = [
            sentence for _, found in translator.decode(plan_batches(encoded, leg.length, 512)) for sentence in found
        ]

    assert len(decoded) == 2
