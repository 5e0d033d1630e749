"""What a preflight says of good and of broken models: human translations, texts made wrong, checkpoints made wrong."""

from __future__ import annotations

import itertools
import json
import math
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.bundled import bundled_path
from mt_eval.config import Dtype, MarianModel, NllbModel, PivotModel
from mt_eval.errors import ModelError
from mt_eval.languages.identify import SMALL_WORDS, count_small_words
from mt_eval.translate import translate_pairs
from mt_eval.translate.checkpoints.find import locate_leg
from mt_eval.translate.engines.pool import LoadedModels, load_translator
from mt_eval.translate.preflight import judge, run_preflight
from mt_eval.translate.probes import PROBES
from mt_eval.translate.system import Batch, Encoded, Leg, Sentence

Configure = Callable[..., Any]
PAIRS = list(itertools.permutations(PROBES, 2))


def say(texts: Sequence[str], score: float | None = None) -> list[Sentence]:
    return [Sentence(text, 5, 5, score=score) for text in texts]


def find(source: str, target: str, texts: Sequence[str], **settings: Any) -> dict[str, bool]:
    """What is found in translations of the built-in sentences: the check, and whether it is fatal."""
    findings = judge(source, target, PROBES[source], say(texts, **settings))
    return {finding.check: finding.fatal for finding in findings}


# --- texts


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_human_translations_are_fine(source: str, target: str) -> None:
    """The same sentences in the target language: nothing is found."""
    assert find(source, target, PROBES[target]) == {}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_another_language_is_fatal(source: str, target: str) -> None:
    """Good text in any other of the languages, the source's own among them, fails."""
    for actual in PROBES.keys() - {target}:
        assert any(find(source, target, PROBES[actual]).values()), actual


def test_persian_for_arabic_is_fatal() -> None:
    """A wrong code may give a language of the same script."""
    persian = ("رئیس جمهور روز دوشنبه با وزیر خارجه دیدار کرد و با او در باره صلح در منطقه سخن گفت.",) * 2

    assert find("vi", "ar", (*persian, "دو کشور توافق کردند که برای حفاظت از دریا با هم کار کنند.")) == {
        "language": True
    }


@pytest.mark.parametrize(("source", "target"), [("vi", "ar"), ("ar", "vi"), ("en", "ar"), ("en", "vi"), ("vi", "en")])
def test_human_news_passes(ntrex: Path, source: str, target: str) -> None:
    """Of 329 triples of professional translations of news, names in other letters and all, none fails."""
    texts = {lang: (ntrex / f"ntrex.{lang}.txt").read_text(encoding="utf-8").split("\n") for lang in (source, target)}

    failed = [
        start
        for start in range(0, 987, 3)
        if any(
            finding.fatal
            for finding in judge(
                source, target, texts[source][start : start + 3], say(texts[target][start : start + 3])
            )
        )
    ]

    assert failed == []


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("", "", PROBES["ar"][2]), {"empty": True}),
        (("", *PROBES["ar"][1:]), {"empty": False}),
        ((PROBES["vi"][0], PROBES["vi"][1].upper(), PROBES["ar"][2]), {"copy": True, "script": True}),
        (("القط " * 20, *PROBES["ar"][1:]), {"loop": False}),
        (("القط " * 20, "في البيت " * 9, "هاهاهاهاهاهاهاها"), {"loop": True}),
        ((PROBES["ar"][0],) * 3, {"same": True}),
        (("hello", "hello there", PROBES["ar"][0]), {"script": True}),
        (("قطط", "كلاب", "خيول وحمير"), {"words": False}),
        ((PROBES["ar"][1], PROBES["ar"][2], PROBES["ar"][0]), {"content": False}),
    ],
)
def test_what_is_fatal_and_what_warns(texts: tuple[str, str, str], found: dict[str, bool]) -> None:
    """Two of three empty, copied or in other letters are fatal, loops only all three; good text for others warns."""
    assert find("vi", "ar", texts) == found


@pytest.mark.parametrize("score", [math.nan, -math.inf])
def test_a_score_that_is_no_number_is_fatal(score: float) -> None:
    """The text may look well where the numbers behind it do not."""
    assert find("vi", "ar", PROBES["ar"], score=score)["score"]
    assert "score" not in find("vi", "ar", PROBES["ar"], score=-1.5)


@given(st.lists(st.text(max_size=60), min_size=3, max_size=3), st.sampled_from(["ar", "vi", "en", "ja", "xx"]))
def test_any_text_is_judged(texts: list[str], target: str) -> None:
    """Whatever a model says, into whatever language, the judge has words for it; saying nothing is always fatal."""
    findings = judge("de", target, PROBES["de"], say(texts))

    assert all(finding.text for finding in findings)
    if not any(text.strip() for text in texts):
        assert any(finding.fatal for finding in findings)


def test_small_words_tell_languages_apart() -> None:
    """Each language's own sentences have more of its words than of any other's."""
    for lang, texts in PROBES.items():
        counts = count_small_words(texts)
        assert max(counts, key=lambda other: counts[other]) == lang
    assert set(PROBES) < set(SMALL_WORDS)


# --- a translator that says what it is told


class Parrot:
    """Says the given translations of the built-in sentences, whatever comes in."""

    facts: dict[str, Any] = {}  # noqa: RUF012
    batch_tokens = 2048
    warnings: tuple[str, ...] = ()

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.sources = list(texts)
        return [Encoded((index, *range(len(text) // 4))) for index, text in enumerate(texts)]

    def set_leg(self, leg: Leg) -> None:
        pass

    def decode(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[Sentence]]]:
        for batch in batches:
            yield batch, [Sentence(self.texts[source.ids[0]], len(source.ids), 5) for source in batch.sources]

    def measure_peak_memory_mb(self) -> float | None:
        return None

    def close(self) -> None:
        pass


@pytest.fixture
def leg(tiny_marian: Path, configure: Configure) -> Callable[[str], Leg]:
    return lambda direction: locate_leg(MarianModel(str(tiny_marian)), *direction.split("-"), configure(None))


def test_a_good_model_passes_silently(leg: Callable[[str], Leg]) -> None:
    """The human translations, whatever batches they come in, give no word."""
    parrot = Parrot(PROBES["ar"])

    assert run_preflight(leg("vi-ar"), parrot) == ()
    assert parrot.sources == list(PROBES["vi"])


def test_warnings_name_the_leg(leg: Callable[[str], Leg]) -> None:
    """What is not fatal comes back for the run's warnings."""
    (warning,) = run_preflight(leg("vi-ar"), Parrot(("", *PROBES["ar"][1:])))

    assert warning.endswith("tiny-marian: preflight: of 3 test sentences 1 came out empty")


def test_failing_says_what_was_seen(leg: Callable[[str], Leg]) -> None:
    """The direction, the token asked for, the counts, an example and the way out, in one sentence."""
    with pytest.raises(
        ModelError,
        match=r"fails the preflight from vi to ar, asked for >>ara<<: of 3 test sentences 3 came out in letters that "
        r"are 100% Latin where Arabic is expected; for example «.*» became «.*»; check .*, or give preflight=off",
    ) as caught:
        run_preflight(leg("vi-ar"), Parrot(PROBES["fr"]))
    assert "\n" not in str(caught.value)


def test_a_language_without_sentences_is_said(tiny_nllb: Path, configure: Configure) -> None:
    """Nothing is translated, and that is a warning, not a pass in silence."""
    other = locate_leg(NllbModel(str(tiny_nllb)), "sw", "ar", configure(None))

    (warning,) = run_preflight(other, Parrot(()))

    assert "preflight has no test sentences in sw" in warning


# --- checkpoints


@pytest.fixture
def check(configure: Configure) -> Callable[..., tuple[str, ...]]:
    """Load a checkpoint and run its preflight."""

    def run(model: Any, direction: str = "vi-ar", **settings: Any) -> tuple[str, ...]:
        decoding = {"max_new_tokens_factor": 2.0, "max_new_tokens_offset": 32}
        config = configure(model, direction=direction, decoding=decoding, **settings)
        leg = locate_leg(model, config.source_lang, config.target_lang, config)
        return run_preflight(leg, load_translator(leg, config.engine, config.device))

    return run


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A copy of the bundled model to break."""
    folder = bundled_path("models/demo")
    if not (folder / "model.safetensors").is_file():
        pytest.skip("the bundled model is not in this checkout")
    return shutil.copytree(folder, tmp_path / "demo")


@pytest.mark.parametrize("direction", ["vi-ar", "ar-vi"])
@pytest.mark.parametrize("decoding", [4, 1])
def test_the_weak_demo_model_passes(demo: Path, configure: Configure, direction: str, decoding: int) -> None:
    """A model that is near chance on news, but answers in the right language, is let through."""
    config = configure(
        MarianModel(str(demo)),
        direction=direction,
        decoding={"num_beams": decoding, "max_new_tokens_factor": 2.0, "max_new_tokens_offset": 32},
    )
    leg = locate_leg(config.model, config.source_lang, config.target_lang, config)

    run_preflight(leg, load_translator(leg, config.engine, config.device))


@pytest.mark.parametrize("direction", ["vi-ar", "ar-vi"])
@pytest.mark.parametrize("damage", [tiny_checkpoints.shuffle_embeddings, tiny_checkpoints.shuffle_vocabulary])
def test_weights_and_tokenizer_of_two_checkpoints(demo: Path, check: Any, damage: Any, direction: str) -> None:
    """Rows of the embeddings or ids of the tokenizer in another order: text without sense, in letters of both sides."""
    damage(demo)

    with pytest.raises(ModelError, match=r"fails the preflight .* came out in letters that are \d+% (Arabic|Latin), "):
        check(MarianModel(str(demo)), direction)


@pytest.mark.parametrize("direction", ["vi-ar", "ar-vi"])
def test_source_and_target_side_exchanged(demo: Path, check: Any, direction: str) -> None:
    """A model that translates the other way answers in the source's own language."""
    tiny_checkpoints.exchange_tokens(demo)

    with pytest.raises(ModelError, match=r"3 came out in letters that are 100% (Arabic|Latin) where (Latin|Arabic) is"):
        check(MarianModel(str(demo)), direction)


@pytest.mark.parametrize(("direction", "token"), [("vi-ar", ">>vie<<"), ("ar-vi", ">>ara<<")])
def test_wrong_target_token(demo: Path, check: Any, direction: str, token: str) -> None:
    """A token of the wrong language that the model does know."""
    with pytest.raises(ModelError, match=rf"fails the preflight .*, asked for {token}: .* came out in letters"):
        check(MarianModel(str(demo), target_token=token), direction)


def test_tokenizer_of_a_smaller_checkpoint(demo: Path, tiny_marian: Path, check: Any) -> None:
    """A vocabulary of another size is found before anything is translated."""
    for name in ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json"):
        shutil.copy(tiny_marian / name, demo / name)

    with pytest.raises(ModelError, match=r"knows token \d+, but the model has \d+ tokens; .* do not belong together"):
        check(MarianModel(str(demo)))


def test_output_head_of_nan(tiny_marian: Path, check: Any, tmp_path: Path) -> None:
    """Weights that are no numbers are named."""
    folder = tiny_checkpoints.poison_head(shutil.copytree(tiny_marian, tmp_path / "poisoned"))

    with pytest.raises(
        ModelError, match=r"1 of the weights hold NaN or infinite numbers in float32, the first being final_logits_bias"
    ):
        check(MarianModel(str(folder)))


def test_weights_beyond_float16(tiny_nllb: Path, check: Any, tmp_path: Path) -> None:
    """What float32 holds may be infinite in the type that was asked for."""
    folder = shutil.copytree(tiny_nllb, tmp_path / "large")
    weights = tiny_checkpoints.load_file(folder / "model.safetensors")
    weights["model.decoder.layer_norm.weight"][0] = 1e6
    tiny_checkpoints.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelError, match=r"infinite numbers in float16, the first being model\.decoder\.layer_norm"):
        check(NllbModel(str(folder)), engine={"dtype": Dtype.float16})


def test_special_id_that_is_not_there(tiny_marian: Path, check: Any, tmp_path: Path) -> None:
    """An end token beyond the vocabulary is found with the checkpoint."""
    folder = shutil.copytree(tiny_marian, tmp_path / "ends")
    path = folder / "generation_config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) | {"eos_token_id": 60000}
    path.write_text(json.dumps(settings), encoding="utf-8")

    with pytest.raises(ModelError, match=r"generation_config\.json says eos_token_id 60000, expected ids from 0"):
        check(MarianModel(str(folder)))


@pytest.mark.parametrize("kind", ["marian", "nllb"])
def test_random_weights_are_told_off(kind: str, tiny_marian: Path, tiny_nllb: Path, check: Any) -> None:
    """An untrained model says so in words, not in a night's worth of nonsense."""
    model = MarianModel(str(tiny_marian)) if kind == "marian" else NllbModel(str(tiny_nllb))

    with pytest.raises(ModelError, match=r"fails the preflight from vi to ar, asked for"):
        check(model)


# --- in a run


def test_failing_stops_before_the_first_batch(
    tiny_marian: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Nothing is translated or stored; without the preflight it is."""
    config, pairs = configure(MarianModel(str(tiny_marian))), pair_up(["Xin chào"])

    with pytest.raises(ModelError, match=r"tiny-marian fails the preflight"):
        translate_pairs(replace(config, preflight=True), pairs, tmp_path / "store", silent)
    assert not (tmp_path / "store").exists()
    assert translate_pairs(config, pairs, tmp_path / "store", silent).translations[0] is not None


def test_every_leg_of_a_pivot_has_its_own(
    tiny_marian: Path, tiny_nllb: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """A pivot's leg is asked to go to and from the pivot language."""
    model = PivotModel(via="en", first=NllbModel(str(tiny_nllb)), second=MarianModel(str(tiny_marian)))
    config = replace(configure(model), preflight=True)

    with pytest.raises(ModelError, match=r"tiny-nllb fails the preflight from vi to en, asked for eng_Latn"):
        translate_pairs(config, pair_up(["Xin chào"]), tmp_path, silent)


def test_nothing_to_decode_needs_no_preflight(
    tiny_marian: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """What is in the store is not asked for again, so no model is loaded to be checked."""
    config, pairs = configure(MarianModel(str(tiny_marian))), pair_up(["Xin chào"])
    expected = translate_pairs(config, pairs, tmp_path, silent)

    actual = translate_pairs(replace(config, preflight=True), pairs, tmp_path, silent)

    assert actual.translations == expected.translations


def test_warnings_and_seconds_are_on_record(
    demo: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """The run's warnings have those of the preflight, and its facts how long it took."""
    config = configure(MarianModel(str(demo)), decoding={"max_new_tokens_factor": 2.0, "max_new_tokens_offset": 32})

    translated = translate_pairs(replace(config, preflight=True), pair_up(["Xin chào"]), tmp_path, silent)

    assert translated.facts["legs"][0]["preflight_seconds"] > 0


def test_a_run_from_the_store_repeats_the_warnings(
    demo: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """A run killed after its last batch and asked for again is the undisturbed one, doubts about the model included."""
    config = configure(
        MarianModel(str(demo)),
        decoding={"num_beams": 1, "max_new_tokens_factor": 2.0, "max_new_tokens_offset": 32},
    )
    config, pairs = replace(config, preflight=True), pair_up(["Xin chào"])

    first = translate_pairs(config, pairs, tmp_path, silent)
    second = translate_pairs(config, pairs, tmp_path, silent)
    unasked = translate_pairs(replace(config, preflight=False), pairs, tmp_path, silent)

    assert any("preflight" in warning for warning in first.warnings)
    assert second.warnings == first.warnings
    assert not any("preflight" in warning for warning in unasked.warnings)
    assert second.facts["legs"][0]["segments_decoded"] == 0


def test_once_for_a_model_whatever_its_search(
    demo: Path, configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Runs of one sweep that differ in their search share a preflight, and each says what it said."""
    pairs, found = pair_up(["Xin chào"]), []

    with LoadedModels() as models:
        for beams, factor in ((2, 2.0), (1, 2.0), (1, 1.5)):
            decoding = {"num_beams": beams, "max_new_tokens_factor": factor, "max_new_tokens_offset": 32}
            config = replace(configure(MarianModel(str(demo)), decoding=decoding), preflight=True)
            found.append(translate_pairs(config, pairs, tmp_path, silent, models=models))

    assert ["preflight_seconds" in each.facts["legs"][0] for each in found] == [True, False, False]
    assert any("preflight" in warning for warning in found[0].warnings)
    assert len({each.warnings for each in found}) == 1
    assert [each.facts["legs"][0]["generation"]["num_beams"] for each in found] == [2, 1, 1]
