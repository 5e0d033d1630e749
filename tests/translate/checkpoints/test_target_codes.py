"""Tokens and codes for directions."""

from __future__ import annotations

import pytest
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.target_codes import (
    check_language_code,
    choose_flores_code,
    choose_target_token,
)


@pytest.mark.parametrize(
    ("known", "target", "wanted", "expected"),
    [
        ([">>ara<<", ">>arz<<"], "ar", None, ">>ara<<"),
        ([">>vie<<", ">>vie_Hani<<"], "vi", None, ">>vie<<"),
        ([">>cmn_Hans<<", ">>cmn_Hant<<"], "zh", None, ">>cmn_Hans<<"),
        ([">>fr<<", ">>es<<"], "fr", None, ">>fr<<"),
        ([">>ara<<", ">>arz<<"], "ar", ">>arz<<", ">>arz<<"),
        ([], "ar", None, None),
    ],
)
def test_target_token(known: list[str], target: str, wanted: str | None, expected: str | None) -> None:
    """What is asked for, else three letters, else with the script, else two letters; none where none are known."""
    assert choose_target_token("model", known, target, wanted) == expected


@pytest.mark.parametrize(
    ("known", "target", "wanted", "message"),
    [
        ([">>fra<<", ">>spa<<"], "ar", None, r"asked for target language ar, .* not know >>ara<<; it knows .*>>fra<<"),
        ([">>fra<<"], "xx", None, r"does not know >>xx<<; it knows >>fra<<; set model\.target_token"),
        ([">>ara<<", ">>fra<<"], "ar", ">>arq<<", r"target_token=>>arq<<; it knows >>ara<<, >>fra<<"),
        ([], "ar", ">>ara<<", r"target_token=>>ara<< was given, but this tokenizer knows no such tokens"),
        ([f">>a{n}<<" for n in range(100)], "ar", None, r"and 88 more"),
    ],
)
def test_unknown_target_token_is_explained(known: list[str], target: str, wanted: str | None, message: str) -> None:
    """The message lists known tokens."""
    with pytest.raises(ModelError, match=message):
        choose_target_token("model", known, target, wanted)


def test_wrong_code_lists_near_matches() -> None:
    """A typing mistake is answered with what was meant."""
    with pytest.raises(
        ModelError, match=r"does not know model\.target_code=ar_Arab; nearest of its 202 codes: .*_Arab"
    ):
        check_language_code("nllb", "model.target_code", "ar_Arab", FAIRSEQ_LANGUAGE_CODES)
    check_language_code("nllb", "model.target_code", "arb_Arab", FAIRSEQ_LANGUAGE_CODES)


@pytest.mark.parametrize(("code", "meant"), [("ar-EG", "arb_Arab"), ("vi_VN", "vie_Latn"), ("AR", "arb_Arab")])
def test_another_standards_code_is_answered_with_the_models_own(code: str, meant: str) -> None:
    """By the language that it names, not by how alike the letters are (`ace_Arab`)."""
    with pytest.raises(ModelError, match=rf"target_code={code}; nearest of its 202 codes: {meant}$"):
        check_language_code("nllb", "model.target_code", code, FAIRSEQ_LANGUAGE_CODES)


def test_language_without_code_is_explained() -> None:
    """A language outside the table needs its code from the configuration."""
    with pytest.raises(
        ModelError, match=r"no FLORES-200 code is known for language xx; give one as model\.source_code"
    ):
        choose_flores_code("model.source_code", "xx", None)

    assert choose_flores_code("model.source_code", "xx", "ace_Latn") == "ace_Latn"
