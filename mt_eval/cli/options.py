"""`mt-eval options [GROUP[=OPTION]]`: what a config group or one of its options is, its file, and its settings."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from mt_eval.cli.output import add_output_option

_DESCRIPTION = """\
Show what `mt-eval run` can be given: the groups, the options of one, or an option with its file and settings.

  mt-eval options                    the groups
  mt-eval options model              the options of a group
  mt-eval options model=nllb_600m    one option
"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "options",
        help="show what a group or an option of `mt-eval run` is",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", default="", metavar="GROUP[=OPTION]", help="all groups by default")
    parser.add_argument("--config-dir", type=Path, metavar="DIR", help="a folder with options of your own")
    add_output_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print it; 0.

    Raises:
        ConfigError: There is no such group or option, or the folder is none.
    """
    from mt_eval.bundled import bundled_path
    from mt_eval.cli.run_words import GROUPS, wrap
    from mt_eval.config.options import list_groups, list_options, read_comment, read_defaults, suggest
    from mt_eval.errors import ConfigError

    conf, own = bundled_path("conf"), arguments.config_dir
    if own is not None and not own.is_dir():
        raise ConfigError(f"--config-dir {own}: there is no such folder; name one with a folder for each group")
    folders = [folder for folder in (own, conf) if folder is not None]
    groups = list(dict.fromkeys(group for folder in folders for group in list_groups(folder)))
    width = min(shutil.get_terminal_size().columns, 100)
    group, equals, option = arguments.what.partition("=")
    if not group:
        for each in groups:
            print(*wrap(f"{each:<16} {GROUPS.get(each, '')}".rstrip(), width, 17), sep="\n")
        print("\n`mt-eval options GROUP` lists the options of one.")
        return 0
    if group not in groups:
        raise ConfigError(f"{group}: there is no such group;{suggest(group, groups)}")
    files = {name: folder / group / f"{name}.yaml" for folder in folders[::-1] for name in list_options(folder, group)}
    if not equals:
        default = read_defaults(conf).get(group)
        for name, file in sorted(files.items()):
            mark = "*" if name == default else " "
            yours = "" if file.is_relative_to(conf) else f" ({file})"
            print(*wrap(f"{mark} {name:<22} {read_comment(file)}{yours}", width, 25), sep="\n")
        return 0
    if option not in files:
        raise ConfigError(f"{group}={option}: there is no such option;{suggest(option, sorted(files))}")
    _show(group, option, files, width)
    return 0


def _show(group: str, option: str, files: dict[str, Path], width: int) -> None:
    from mt_eval.cli.run_words import describe_setting, wrap
    from mt_eval.config.describe import describe_settings
    from mt_eval.config.options import read_comment
    from mt_eval.config.schemas import SCHEMAS

    file = files[option]
    print(*wrap(f"{group}={option}: {read_comment(file)}", width, 2), "", f"file: {file}", "", sep="\n")
    print(*(f"  {line}" for line in file.read_text(encoding="utf-8").rstrip("\n").split("\n")), sep="\n")
    schema = _find_schema(option, files)
    known = SCHEMAS.get(group, {}).get(schema.removesuffix("_schema"))
    if known is not None:
        print("\nsettings, with the defaults that hold where the file sets nothing:")
        for setting in describe_settings(known, f"{group}."):
            print(*describe_setting(setting, width), sep="\n")


def _find_schema(option: str, files: dict[str, Path]) -> str:
    """The schema that an option starts from, directly or by way of other options."""
    from mt_eval.config.options import read_schemas

    seen: set[str] = set()
    while option in files and option not in seen:
        seen.add(option)
        bases = read_schemas(files[option])
        schema = next((name for name in bases if name.endswith("_schema")), None)
        if schema is not None:
            return schema
        option = bases[0] if bases else ""
    return ""
