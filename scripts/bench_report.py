"""How large the page of 2,000 segments and 8 systems is, and how fast it opens in Chromium.

    python scripts/bench_report.py [--quick] [--json]

The texts are NTREX's (`../shared/ntrex`), or the project's own strings where it is not there, repeated to 2,000
segments; the systems are the reference with words left out.

page_mb          megabytes of the page
write_seconds    seconds of `mt-eval report` on the eight runs, comparison included
open_seconds     from asking Chromium for the page to twenty segments on the screen; the largest of three
sort_seconds     sorting by the systems' spread
find_seconds     finding a word, the first time
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
TARGETS = {
    "page_mb": {"max": 10.0},
    "open_seconds": {"max": 2.0},
    "sort_seconds": {"max": 2.0},
    "find_seconds": {"max": 2.0},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="200 segments of 2 systems")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    arguments = parser.parse_args()
    segments, systems = (200, 2) if arguments.quick else (2000, 8)
    with tempfile.TemporaryDirectory() as folder:
        runs = make_runs(Path(folder), segments, systems)
        page = Path(folder) / "report.html"
        started = time.perf_counter()
        run_command("report", *map(str, runs), "-o", str(page))
        figures = {"page_mb": page.stat().st_size / 1e6, "write_seconds": time.perf_counter() - started}
        figures |= measure_page(page)
    figures = {name: round(value, 3) for name, value in figures.items()}
    met = all(figures[name] <= bounds["max"] for name, bounds in TARGETS.items())
    for name, value in figures.items():
        print(f"{name}: {value}")
    if arguments.json:
        machine = {"platform": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
        print(json.dumps({"figures": figures, "targets": TARGETS, "met": met, "machine": machine}))


def make_runs(folder: Path, segments: int, systems: int) -> list[Path]:
    """Run directories over the same segments."""
    sources, references = read_texts()
    places = [number % len(sources) for number in range(segments)]
    write_lines(folder / "source", [sources[place] for place in places])
    write_lines(folder / "reference", [references[place] for place in places])
    for system in range(systems):
        chance, kept = random.Random(system), 0.95 - 0.06 * system
        lines = [" ".join(w for w in references[p].split() if chance.random() < kept) or "." for p in places]
        write_lines(folder / f"system{system}", lines)
        run_command(
            "run", "data=lines", f"data.source_path={folder / 'source'}", f"data.reference_path={folder / 'reference'}",
            "model=hypotheses", f"model.path={folder / f'system{system}'}", f"runs_dir={folder / 'runs'}",
            "metrics.samples=0", "report=false",
        )  # fmt: skip
    return sorted(path for path in (folder / "runs").iterdir() if not path.name.startswith("."))


def read_texts() -> tuple[list[str], list[str]]:
    """Vietnamese and Arabic lines that belong together."""
    shared = REPOSITORY.parent / "shared" / "ntrex"
    if shared.is_dir():
        names = (shared / "ntrex.vi.txt", shared / "ntrex.ar.txt")
    else:
        print("NTREX is not beside the repository: measured on seeds/ui, whose texts are shorter")
        names = (REPOSITORY / "seeds/ui/ui.vi.txt", REPOSITORY / "seeds/ui/ui.ar.txt")
    source, reference = (path.read_text(encoding="utf-8").splitlines() for path in names)
    return source, reference


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def run_command(*words: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-m", "mt_eval", *words], check=True, env=environment, stdout=subprocess.DEVNULL)


def measure_page(page: Path) -> dict[str, float]:
    """open_seconds, sort_seconds and find_seconds."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium is installed, which this measures; on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] * (os.geteuid() == 0))
        opened = []
        for _ in range(3):
            tab = browser.new_page()
            started = time.perf_counter()
            tab.goto(page.as_uri())
            wait_for_segments(tab)
            opened.append(time.perf_counter() - started)
        figures = {"open_seconds": max(opened)}
        for name, control, value in (("sort_seconds", "sort", "spread"), ("find_seconds", "find", "Trung")):
            started = time.perf_counter()
            tab.evaluate(SET, [control, value])
            wait_for_segments(tab)
            figures[name] = time.perf_counter() - started
        browser.close()
    return figures


SET = """
([id, value]) => {
  const control = document.getElementById(id);
  control.value = value;
  control.dispatchEvent(new Event(id === "find" ? "input" : "change"));
}
"""


def wait_for_segments(tab: Any) -> None:
    """Until segments are there and painted."""
    tab.wait_for_selector(".segment")
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


if __name__ == "__main__":
    main()
