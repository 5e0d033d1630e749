"""What is known of the checkpoints that model options name: `facts.yaml` in `conf/` or a user's own folder of options.

One entry an option, each with some of the keys of `Facts`. It is no part of the configuration: correcting a fact does
not make another run of a finished one.

    nllb_600m:
      license: CC-BY-NC-4.0
      parameters: 615_000_000
      scores:
        - {direction: vi-ar, metric: chrF++, value: 37.8, data: FLORES-200 devtest, source: ...}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from mt_eval.errors import ConfigError


class KnownScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published score, to hold a run against."""

    direction: str
    metric: str
    value: float
    data: str
    source: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a checkpoint without having it; None where nothing is."""

    license: str | None = None
    parameters: int | None = None
    download_mb: float | None = None
    """Of the files that mt-eval downloads, in 10^6 bytes."""
    languages: tuple[str, ...] | str | None = None
    """Two-letter codes of the languages it translates between, or words where there are too many to list."""
    pairs: tuple[str, ...] = ()
    """`vi-en`, ...: the pairs that there is a checkpoint for, where one pair has one."""
    scores: tuple[KnownScore, ...] = ()
    notes: tuple[str, ...] = ()


def read_facts(conf: Path) -> Mapping[str, Facts]:
    """Option to what is known of its checkpoints; empty where `conf` has no facts.yaml.

    Raises:
        ConfigError: The file cannot be read, an entry has an unknown key or a value of another type, or there is no
            such option in `conf`/model.
    """
    path = conf / "facts.yaml"
    where, facts = str(path), dict[str, Facts]()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for option, known in msgspec.convert(content or {}, dict[str, Any]).items():
            if not (conf / "model" / f"{option}.yaml").is_file():
                raise ConfigError(
                    f"{path}: there is no option {option} in {conf / 'model'}; correct its name or remove it"
                )
            where = f"{path}, option {option}"
            facts[option] = msgspec.convert(known, Facts)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); mend its permissions") from error
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        hint = ' (YAML takes no for false, so Norwegian is "no")' if "`bool`" in reason else ""
        raise ConfigError(f"{where}: its facts cannot be read: {reason}{hint}; correct them") from error
    return facts
