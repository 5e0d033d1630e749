"""Checkpoints whose own files name code, or hold settings that are none: refused by file and key, nothing run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import __version__  # noqa: F401  the module is left out where transformers is not installed

from mt_eval.config import MarianModel
from mt_eval.errors import ModelError
from mt_eval.translate import locate

Configure = Callable[..., Any]

KERNEL = "somebody/attention-kernel"


@pytest.fixture
def marian(tiny_marian: Path, tmp_path: Path) -> Path:
    """A copy of the tiny Marian to spoil."""
    return shutil.copytree(tiny_marian, tmp_path / "marian")


def edit(folder: Path, file: str, **changes: Any) -> None:
    path = folder / file
    content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(json.dumps(content | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("config.json", "attn_implementation", KERNEL),
        ("config.json", "_attn_implementation", f"{KERNEL}@main"),
        ("config.json", "_attn_implementation_internal", f"paged|{KERNEL}"),
        ("config.json", "experts_implementation", KERNEL),
        ("config.json", "auto_map", {"AutoModel": "modeling.Model"}),
        ("config.json", "encoder", {"attn_implementation": KERNEL}),
        ("config.json", "custom_pipelines", {"translation": {"impl": "pipeline.P"}}),
        ("config.json", "quantization_config", {"quant_method": "somebody"}),
        ("generation_config.json", "custom_generate", "somebody/generate"),
        ("generation_config.json", "assistant_model", "somebody/assistant"),
        ("generation_config.json", "trust_remote_code", True),
        ("tokenizer_config.json", "auto_map", {"AutoTokenizer": ["tokenization.T", None]}),
        ("tokenizer_config.json", "attn_implementation", KERNEL),
        ("adapter_config.json", "base_model_name_or_path", "somebody/base"),
    ],
)
def test_files_that_name_code_are_refused(
    configure: Configure, marian: Path, file: str, key: str, value: object
) -> None:
    """The file and what it says are in the message; it is said before weights are looked at."""
    edit(marian, file, **{key: value})

    with pytest.raises(ModelError, match=rf"{file.replace('.', '[.]')}") as caught:
        locate(configure(MarianModel(str(marian))))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("way", [None, "eager", "sdpa", "flash_attention_2"])
def test_the_way_of_attention_is_ours(configure: Configure, marian: Path, way: str | None) -> None:
    """What the library brings itself may stand in config.json and changes nothing, the installed packages included."""
    edit(marian, "config.json", attn_implementation=way)
    leg = locate(configure(MarianModel(str(marian)))).legs[0]
    import torch

    from mt_eval.translate.checkpoints.load import load_model
    from mt_eval.translate.checkpoints.tokenizer import load_tokenizer

    model = load_model(leg, load_tokenizer(leg)[0], torch.float32)

    assert model.config._attn_implementation == "sdpa"


PROGRAM = """
import sys
from pathlib import Path
import kernels, torch
from transformers import MarianMTModel
import mt_eval.translate.checkpoints.find as find
from mt_eval.config import DecodingConfig, DeviceConfig, MarianModel, RunConfig, TransformersEngine
from mt_eval.translate import locate
from mt_eval.translate.checkpoints.load import load_model
from mt_eval.translate.checkpoints.tokenizer import load_tokenizer

folder = sys.argv[1]
try:
    MarianMTModel.from_pretrained(folder)
except Exception:
    pass
print("library", len(kernels.CALLS))
kernels.CALLS.clear()
find.refuse_code = lambda name, folder: None  # what the first door lets through, the second one stops
config = RunConfig(data=None, model=MarianModel(folder), engine=TransformersEngine(), decoding=DecodingConfig(),
                   device=DeviceConfig(), direction="vi-ar")
leg = locate(config).legs[0]
load_model(leg, load_tokenizer(leg)[0], torch.float32)
print("mt-eval", len(kernels.CALLS))
"""

STUB = """
CALLS = []
class Anything:
    def __init__(self, *args, **settings): pass
    def __call__(self, *args, **settings): return args[0] if args else self
    def __getattr__(self, name): return Anything()
def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name[0].isupper():
        return type(name, (Anything,), {})
    def called(*args, **settings):
        if name.startswith(("get_", "load_")):
            CALLS.append((name, args))
            raise RuntimeError("no kernel")
        return Anything()
    return called
"""


def test_no_kernel_is_fetched(marian: Path, tmp_path: Path) -> None:
    """With a package `kernels` that records calls, the library asks it for the kernel; mt-eval never does."""
    from transformers.utils.import_utils import KERNELS_MIN_VERSION

    edit(marian, "config.json", attn_implementation=KERNEL)
    stub = tmp_path / "stub"
    (stub / "kernels").mkdir(parents=True)
    (stub / "kernels" / "__init__.py").write_text(STUB)
    (stub / f"kernels-{KERNELS_MIN_VERSION}.dist-info").mkdir()
    metadata = f"Metadata-Version: 2.1\nName: kernels\nVersion: {KERNELS_MIN_VERSION}\n"
    (stub / f"kernels-{KERNELS_MIN_VERSION}.dist-info" / "METADATA").write_text(metadata)
    path = os.pathsep.join([str(stub), str(Path(__file__).resolve().parents[3])])

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(marian)],
        env={**os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    library, ours = (int(line.split()[1]) for line in done.stdout.splitlines())
    assert (library > 0, ours) == (True, 0)


@pytest.mark.parametrize(
    ("file", "key", "value", "expected"),
    [
        ("generation_config.json", "eos_token_id", "0", r"ids from 0 to \d+"),
        ("generation_config.json", "eos_token_id", 60000, r"ids from 0 to \d+"),
        ("generation_config.json", "eos_token_id", True, r"ids from 0 to \d+"),
        ("generation_config.json", "decoder_start_token_id", -1, r"a token's id from 0 to \d+"),
        ("generation_config.json", "pad_token_id", 1.5, r"a token's id from 0 to \d+"),
        ("generation_config.json", "bad_words_ids", [[-3]], r"a list of lists of ids"),
        ("generation_config.json", "bad_words_ids", [3], r"a list of lists of ids"),
        ("generation_config.json", "bad_words_ids", [[]], r"a list of lists of ids"),
        ("generation_config.json", "suppress_tokens", ["a"], r"a list of ids"),
        ("generation_config.json", "repetition_penalty", "high", "a number above 0"),
        ("generation_config.json", "repetition_penalty", 0, "a number above 0"),
        ("generation_config.json", "repetition_penalty", float("nan"), "a number above 0"),
        ("generation_config.json", "min_length", -5, "a whole number from 0"),
        ("generation_config.json", "early_stopping", "soon", 'true, false or "never"'),
        ("generation_config.json", "exponential_decay_length_penalty", [1], "a position and a factor"),
        ("config.json", "forced_eos_token_id", {"id": 0}, r"ids from 0 to \d+"),
        ("config.json", "vocab_size", "600", "a whole number from 1"),
        ("config.json", "d_model", -32, "a whole number from 1"),
        ("config.json", "encoder_layers", 2.0, "a whole number from 1"),
        ("vocab.json", "nước", "7", "a token's id, a whole number from 0"),
        ("vocab.json", "nước", -1, "a token's id, a whole number from 0"),
        ("vocab.json", "nước", None, "a token's id, a whole number from 0"),
    ],
)
def test_values_that_are_none(
    configure: Configure, marian: Path, file: str, key: str, value: object, expected: str
) -> None:
    """Named with file and key when the checkpoint is found, not as the library's own error while it runs."""
    edit(marian, file, **{key: value})

    with pytest.raises(ModelError, match=rf"{file} says {key} .*, expected {expected}"):
        locate(configure(MarianModel(str(marian))))


@pytest.mark.parametrize("file", ["config.json", "vocab.json", "generation_config.json"])
def test_files_that_are_no_files(configure: Configure, marian: Path, file: str) -> None:
    """A pipe nobody writes into, a nest without end: a sentence, not a wait or a traceback."""
    (marian / file).unlink()
    os.mkfifo(marian / file)
    with pytest.raises(ModelError, match=rf"{file}|is missing"):
        locate(configure(MarianModel(str(marian))))
    (marian / file).unlink()
    (marian / file).write_text("[" * 100_000)

    with pytest.raises(ModelError, match=rf"{file} is not JSON"):
        locate(configure(MarianModel(str(marian))))
