"""A small LoRA adapter for the demo model, trained with peft, to try `model.adapter` with.

    python examples/train_adapter.py seeds/ui/ui.vi.txt seeds/ui/ui.ar.txt --skip 100 --out ui-lora

The two files hold a text and its translation a line. The first `--skip` lines are left out, so that they can be
evaluated on. It needs `pip install 'mt-eval[adapters]'` and takes minutes. A real adapter is made the same way, from
more text, in more steps, and its progress is watched on lines that it does not learn from.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import MarianMTModel, MarianTokenizer

from mt_eval.bundled import resolve
from mt_eval.errors import DataError
from mt_eval.files import read_lines


def train(sources: list[str], targets: list[str], *, steps: int, out: Path) -> float:
    """The mean loss of the last ten steps; the adapter is saved in `out`."""
    folder = str(resolve("bundled:models/demo"))
    tokenizer, base = MarianTokenizer.from_pretrained(folder), MarianMTModel.from_pretrained(folder)
    torch.manual_seed(1)
    chosen = random.Random(1)
    config = LoraConfig(task_type="SEQ_2_SEQ_LM", r=8, lora_alpha=16, target_modules=["q_proj", "v_proj", "fc1", "fc2"])
    model = get_peft_model(base, config)
    model.print_trainable_parameters()
    model.train()
    optimizer = torch.optim.AdamW((each for each in model.parameters() if each.requires_grad), lr=1e-3)
    losses = []
    for step in range(1, steps + 1):
        rows = chosen.choices(range(len(sources)), k=8)
        batch = tokenizer(
            [f">>ara<< {sources[row]}" for row in rows],
            text_target=[targets[row] for row in rows],
            padding=True,
            truncation=True,
            max_length=48,
            return_tensors="pt",
        )
        batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if step % 20 == 0:
            print(f"step {step}: loss {sum(losses[-20:]) / 20:.2f}", flush=True)
    model.save_pretrained(out)
    return sum(losses[-10:]) / len(losses[-10:])


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a small LoRA adapter for the demo model, Vietnamese to Arabic.")
    parser.add_argument("source", type=Path, help="Vietnamese, one text a line")
    parser.add_argument("target", type=Path, help="their Arabic translations, line by line")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="leave out the first N lines (default: 0)")
    parser.add_argument("--steps", type=int, default=100, metavar="N", help="steps of 8 lines each (default: 100)")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the adapter is saved")
    arguments = parser.parse_args()
    if arguments.skip < 0 or arguments.steps < 1:
        parser.error(f"--skip {arguments.skip} --steps {arguments.steps}: expected 0 or more, and 1 or more")
    try:
        sides = [read_lines(path) for path in (arguments.source, arguments.target)]
        arguments.out.mkdir(parents=True, exist_ok=True)  # before minutes of training, not after them
    except (DataError, OSError) as error:
        parser.error(str(error))
    if len(sides[0]) != len(sides[1]):
        parser.error(f"{arguments.source} has {len(sides[0])} lines and {arguments.target} {len(sides[1])}")
    sources, targets = (side[arguments.skip :] for side in sides)
    if not sources:
        parser.error(f"--skip {arguments.skip} leaves no line of {len(sides[0])}")
    loss = train(sources, targets, steps=arguments.steps, out=arguments.out)
    print(f"{arguments.out}: loss {loss:.2f} at the end\nmodel.adapter={arguments.out}")


if __name__ == "__main__":
    main()
