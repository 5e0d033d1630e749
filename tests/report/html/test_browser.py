"""The page in a real browser: what it computes, shows and refuses to run."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import open_page, start_browser
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.report.html.page import render_run_page
from mt_eval.runs.read import read_run
from mt_eval.types import Flag

HOSTILE = '</script><script>alert(1)</script><img src="x" onerror="alert(2)"><!-- \u202e txet'
"""Markup that would run and load something, a comment that would hide the rest, and an override of direction."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@pytest.fixture(scope="module")
def page_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems over 45 segments of 3 articles; the second drops fewer words, and has flags on five segments."""
    folder = tmp_path_factory.mktemp("two")
    rows = make_rows(45, articles=3, lost=3)
    flags = tuple((Flag("numbers", "2022 missing"),) if index % 9 == 0 else () for index in range(45))
    first = write_small_run(folder, "first", rows)
    second = write_small_run(folder, "second", make_rows(45, articles=3, lost=5), flags=flags)
    output = folder / "report.html"
    assert main(["report", str(first), str(second), "-o", str(output), "--samples", "200"]) == 0
    return output


def read_cards(page: Any) -> list[str]:
    """Segment ids in the order they are shown."""
    return [each.strip() for each in page.locator(".segment .permalink").all_text_contents()]


def test_the_page_opens_without_complaint_or_request(browser: Any, page_of_two: Path) -> None:
    """Nothing on the console, and no address but its own."""
    with open_page(browser, page_of_two) as opened:
        opened.page.wait_for_selector(".segment")

        assert opened.complaints == []
        assert opened.requests == [page_of_two.as_uri()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_and_text_can_be_read(browser: Any, page_of_two: Path, scheme: str, width: int) -> None:
    """The page is as wide as its window, and text stands out from its ground by 4.5 to 1 (WCAG 2, AA)."""
    with open_page(browser, page_of_two, viewport={"width": width, "height": 800}, color_scheme=scheme) as opened:
        widest = opened.page.evaluate("document.documentElement.scrollWidth")
        faint = opened.page.evaluate(FAINT_TEXT)

    assert (widest, faint) == (width, [])


@pytest.mark.parametrize(
    "long", ["W" * 240, "và-" * 80, "Bài báo có tên rất dài " * 10], ids=["word", "hyphens", "words"]
)
def test_no_name_is_wider_than_a_telephone(browser: Any, tmp_path: Path, long: str) -> None:
    """Names of articles and systems may be as long as they like: they are broken, and the page stays as it is."""
    rows = [
        (f"{long}{article}", source, reference, text) for article, source, reference, text in make_rows(12, articles=3)
    ]
    first, second = (write_small_run(tmp_path, name, rows) for name in ("first", "second"))
    output = tmp_path / "report.html"
    words = ["--label", f"{second}={long}", "-o", str(output), "--samples", "200"]
    assert main(["report", str(first), str(second), *words]) == 0

    with open_page(browser, output, viewport={"width": 360, "height": 800}) as opened:
        opened.page.wait_for_selector(".segment")
        widest = opened.page.evaluate("document.documentElement.scrollWidth")

    assert widest == 360


def test_directions_are_those_of_the_languages(browser: Any, page_of_two: Path) -> None:
    """Vietnamese is laid out left to right, Arabic right to left, as computed by the browser."""
    with open_page(browser, page_of_two) as opened:
        directions = {
            name: opened.page.eval_on_selector_all(
                f".segment .{name} p", "cells => [...new Set(cells.map(cell => getComputedStyle(cell).direction))]"
            )
            for name in ("source", "reference", "translation")
        }

    assert directions == {"source": ["ltr"], "reference": ["rtl"], "translation": ["rtl"]}


def test_segments_are_sorted_by_score_delta_and_length(browser: Any, page_of_two: Path) -> None:
    """The order shown is that of the run's own numbers."""
    runs = [read_run(page_of_two.parent / name) for name in ("first", "second")]
    ids = [pair.id for pair in runs[0].pairs]
    scores = [[round(value or 0, 1) for value in run.segment_scores["chrF++"]] for run in runs]
    places = range(len(ids))
    expected = {
        "sort=data": list(places),
        "sort=worst&system=1": sorted(places, key=lambda i: scores[1][i]),
        "sort=best&system=0": sorted(places, key=lambda i: -scores[0][i]),
        "sort=loss": sorted(places, key=lambda i: scores[1][i] - scores[0][i]),
        "sort=longest": sorted(places, key=lambda i: -len(runs[0].pairs[i].source_text)),
    }
    for fragment, order in expected.items():
        with open_page(browser, page_of_two, f"#{fragment}") as opened:
            assert read_cards(opened.page) == [ids[place] for place in order[:20]], fragment


def test_segments_are_filtered_by_article_flag_and_text(browser: Any, page_of_two: Path) -> None:
    """By what is chosen and typed, also without the marks of Arabic or Vietnamese; the count follows."""
    with open_page(browser, page_of_two) as opened:
        page = opened.page
        page.select_option("#sort", "data")
        page.select_option("#article", "a1")
        assert read_cards(page) == [f"a1:{number}" for number in range(15, 30)]
        page.select_option("#flag", "numbers")
        assert read_cards(page) == ["a1:18", "a1:27"]
        page.select_option("#system", "0")
        assert page.inner_text("#count") == "No segment fits (of 45)"
        page.select_option("#system", "")
        page.select_option("#flag", "")
        page.select_option("#article", "")
        page.fill("#find", "CAU 7")
        assert read_cards(page) == ["a0:7"]
        page.fill("#find", "cầu 7")
        assert read_cards(page) == []


def test_it_is_said_whose_worst_comes_first(browser: Any, page_of_two: Path) -> None:
    """The mean of all systems, or one system, and what is chosen beside it."""
    with open_page(browser, page_of_two) as opened:
        page = opened.page
        said = [page.inner_text("#order")]
        page.select_option("#system", label="second")
        said.append(page.inner_text("#order"))
        page.select_option("#sort", "loss")
        said.append(page.inner_text("#order"))
        page.select_option("#flag", "numbers")
        said.append(page.inner_text("#order"))

    assert said == [
        "worst first, by mean chrF++ of 2 systems",
        "worst first, by chrF++ of second",
        "largest loss first, by chrF++ of second against first",
        "flag numbers of second; largest loss first, by chrF++ of second against first",
    ]


@pytest.mark.parametrize(
    ("fragment", "expected"), [("#sort=data", 45), ("#flag=numbers", 5), ("#article=a2&sort=data", 15)]
)
def test_all_chosen_segments_are_printed(browser: Any, page_of_two: Path, fragment: str, expected: int) -> None:
    """Not only those of the page that is shown; settings come last, and everything is as before afterwards."""
    with open_page(browser, page_of_two, fragment) as opened:
        page = opened.page
        before = read_cards(page)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        printed = read_cards(page)
        sections = page.eval_on_selector_all("main > section", "all => all.map((each) => each.id)")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        after = read_cards(page)

    assert len(set(printed)) == expected
    assert after == before
    assert sections[-2:] == ["settings", "provenance"]


def test_of_many_segments_only_those_chosen_are_printed(browser: Any, tmp_path: Path) -> None:
    """One page of them if nobody has chosen, which the paper says; all that fit if somebody has."""
    made = write_small_run(tmp_path, "many", make_rows(250, articles=5))
    page = tmp_path / "report.html"
    assert main(["report", str(made), "-o", str(page)]) == 0

    counts = []
    for fragment in ("", "#article=a1"):
        with open_page(browser, page, fragment) as opened:
            opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            opened.page.emulate_media(media="print")
            counts.append(len(read_cards(opened.page)))
            assert opened.page.get_by_text("Choose an article, a flag or a text").is_visible()

    assert counts == [20, 50]


def test_what_is_not_in_the_targets_script_runs_its_own_way(browser: Any, tmp_path: Path) -> None:
    """A source that was copied reads from left to right in a column of Arabic, in the same words and marks."""
    rows = [("a", "Xin chào, 2024!", "مرحبا", "Xin chào, 2024!"), ("a", "x", "مرحبا", "قال Putin نعم")]
    made = write_small_run(tmp_path, "copied", rows)
    page = tmp_path / "report.html"
    assert main(["report", str(made), "-o", str(page)]) == 0

    with open_page(browser, page, "#sort=data") as opened:
        found = opened.page.eval_on_selector_all(
            ".translation p",
            "all => all.map((each) => [each.getAttribute('dir'), each.lang, getComputedStyle(each).direction])",
        )

    assert found == [["auto", "", "ltr"], ["rtl", "ar", "rtl"]]


def test_titles_stand_beside_ids(browser: Any, tmp_path: Path) -> None:
    """In what is chosen, in the table of articles, and on every segment."""
    facts = {"a0.vi": {"title": "Bài một"}, "a1.ar": {"title": "الثاني"}}
    made = write_small_run(tmp_path, "r", make_rows(4, articles=2), head={"articles": facts})
    page = tmp_path / "report.html"
    assert main(["report", str(made), "-o", str(page)]) == 0

    with open_page(browser, page, "#sort=data") as opened:
        chosen = opened.page.locator("#article option").all_inner_texts()
        table = opened.page.locator("#articles .title").all_inner_texts()
        cards = opened.page.locator(".segment .title").all_inner_texts()

    assert chosen == ["all", "a0 · Bài một", "a1 · الثاني"]
    assert set(table) == {"Bài một", "الثاني"}
    assert cards == ["Bài một", "Bài một", "الثاني", "الثاني"]


def test_a_link_leads_to_one_segment(browser: Any, page_of_two: Path) -> None:
    """On the page of the list that holds it, in view and with the focus; a view is a link, too."""
    with open_page(browser, page_of_two, "#segment=a2%3A40") as opened:
        focused = opened.page.evaluate("document.activeElement.querySelector('.permalink').textContent")
        top = opened.page.evaluate("document.activeElement.getBoundingClientRect().top")
        assert focused == "a2:40"
        assert 0 <= top < 900

    with open_page(browser, page_of_two) as opened:
        opened.page.select_option("#sort", "data")
        opened.page.click("#next")
        link, shown = opened.page.url.partition("#")[2], read_cards(opened.page)
    with open_page(browser, page_of_two, f"#{link}") as opened:
        assert (
            read_cards(opened.page)
            == shown
            == [*(f"a1:{n}" for n in range(20, 30)), *(f"a2:{n}" for n in range(30, 40))]
        )


def test_links_of_tables_filter_the_segments(browser: Any, page_of_two: Path) -> None:
    """A count of flags shows the segments it counts, an article's name its segments in reading order."""
    with open_page(browser, page_of_two) as opened:
        opened.page.click("#flags td a")
        opened.page.get_by_text("1 to 5 of 5 segments (of 45)").wait_for()
        opened.page.get_by_role("link", name="a2", exact=True).click()
        opened.page.get_by_text("1 to 15 of 15 segments (of 45)").wait_for()
        assert read_cards(opened.page) == [f"a2:{number}" for number in range(30, 45)]


def test_keys_move_search_and_switch(browser: Any, page_of_two: Path) -> None:
    """j and k walk through segments and on to other pages, / goes to the search, d takes the marks away."""
    with open_page(browser, page_of_two, "#sort=data") as opened:
        page = opened.page
        focused = "document.activeElement.querySelector('.permalink')?.textContent"
        for key, expected in (("j", "a0:0"), ("j", "a0:1"), ("k", "a0:0")):
            page.keyboard.press(key)
            assert page.evaluate(focused) == expected
        page.keyboard.press("n")
        page.keyboard.press("k")
        assert page.evaluate(focused) == "a1:20"
        page.keyboard.press("k")
        assert page.evaluate(focused) == "a1:19"
        assert page.locator(".translation :is(ins, del, mark)").count() > 0
        page.keyboard.press("d")
        assert page.locator(".translation :is(ins, del, mark)").count() == 0
        page.keyboard.press("/")
        page.keyboard.type("njd")
        assert page.input_value("#find") == "njd"


def test_hostile_text_is_shown_and_does_nothing(browser: Any, tmp_path: Path) -> None:
    """In a source, reference, translation, pivot, label, id, article, flag, setting and warning."""
    rows = [(f"<b>{n}", HOSTILE, f"{HOSTILE} r", f"{HOSTILE} t") for n in range(2)]
    made = write_small_run(
        tmp_path,
        "hostile",
        rows,
        config={"note": HOSTILE, "model": {"via": "en"}},
        head={"system": {"label": HOSTILE, "kind": "marian"}},
        flags=[(Flag("numbers", HOSTILE),)] * 2,
    )
    run = read_run(made)
    pivots = tuple(each and replace(each, pivot_text=HOSTILE) for each in run.translations)
    page = tmp_path / "report.html"
    page.write_text(
        render_run_page(replace(run, translations=pivots, head=replace(run.head, warnings=(HOSTILE,)))),
        encoding="utf-8",
    )

    with open_page(browser, page, "#segment=%3Cb%3E0%3A0") as opened:
        opened.page.wait_for_selector(".segment")
        opened.page.keyboard.press("v")
        shown = opened.page.inner_text("body")
        elements = opened.page.evaluate("document.querySelectorAll('img, .segment b b, main script').length")
        controls = opened.page.locator(".segment .unseen").all_text_contents()
        assert (opened.complaints, opened.requests, opened.refused, elements) == ([], [page.as_uri()], [], 0)

    assert shown.count("<script>alert(1)</script>") >= 8
    assert set(controls) == {"RLO"}
    assert "\u202e" not in shown


def test_the_policy_stops_what_would_still_run(browser: Any, page_of_two: Path) -> None:
    """A script or picture put into the page later is refused by the page's own policy."""
    with open_page(browser, page_of_two) as opened:
        opened.page.evaluate(
            """
            document.body.insertAdjacentHTML("beforeend", '<img src="http://127.0.0.1:9/x.png" onerror="alert(1)">');
            document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = 1" }));
            """
        )
        opened.page.wait_for_timeout(100)

        assert opened.page.evaluate("window.ran") is None
        assert (opened.requests, opened.refused) == ([page_of_two.as_uri()], ["http://127.0.0.1:9/x.png"])
        assert any("Content Security Policy" in text for text in opened.complaints)


def test_2000_segments_of_8_systems_are_usable(browser: Any, tmp_path: Path) -> None:
    """At most 10 MB, and every control works; `scripts/bench_report.py` measures how fast."""
    folders = [write_small_run(tmp_path, f"s{n}", long_rows(2000, n), metrics=("chrF++",)) for n in range(8)]
    page = tmp_path / "report.html"
    assert main(["report", *map(str, folders), "-o", str(page), "--samples", "100"]) == 0

    assert page.stat().st_size <= 10_000_000
    with open_page(browser, page) as opened:
        opened.page.select_option("#sort", "spread")
        assert opened.page.inner_text("#count") == "1 to 20 of 2,000 segments"
        opened.page.fill("#find", "câu 1999")
        assert read_cards(opened.page) == ["a19:1999"]
        assert opened.page.locator(".translation").count() == 8


def diff(page: Any, translation: str, reference: str, language: str = "ar") -> list[tuple[str, str]]:
    """Kind and text of each word as the page compares them."""
    script = "([one, other, language]) => diffWords(one, other, language).map(({ kind, text }) => [kind, text])"
    return [(kind, text) for kind, text in page.evaluate(script, [translation, reference, language])]


@pytest.mark.parametrize(
    ("translation", "reference", "expected"),
    [
        ("a b c", "a b c", "same:a same:b same:c"),
        ("a x b", "a b", "same:a insert:x same:b"),
        ("a b", "a x b", "same:a delete:x same:b"),
        ("a x b", "a y b", "same:a substitute:x same:b"),
        ("c d e a b", "a b c d e", "same:c same:d same:e move:a move:b"),
        ("a c b", "a b c", "same:a delete:b same:c insert:b"),
        ("“a”, b.", "a b.", "insert:“ same:a insert:”, same:b same:."),
        ("我们走", "我们来", "same:我们 substitute:走"),
    ],
)
def test_words_are_compared_with_the_reference(
    browser: Any, page_of_two: Path, translation: str, reference: str, expected: str
) -> None:
    """Hand-made cases of all four differences; punctuation stands apart, one short word elsewhere is no move."""
    language = "zh" if "我" in translation else "ar"
    with open_page(browser, page_of_two) as opened:
        found = [f"{kind}:{text}" for kind, text in diff(opened.page, translation, reference, language)]

    assert found == expected.split()


def test_differences_lose_no_word(browser: Any, page_of_two: Path) -> None:
    """Of random texts: without what is missing it is the translation; edits are never more than Levenshtein's."""
    chance = random.Random(1)
    texts = [[chance.choice("abcde") * chance.choice((1, 5)) for _ in range(chance.randrange(12))] for _ in range(120)]
    with open_page(browser, page_of_two) as opened:
        for one, other in itertools.pairwise(texts):
            found = diff(opened.page, " ".join(one), " ".join(other))
            assert [text for kind, text in found if kind != "delete"] == one
            edits = sum(kind in ("insert", "substitute", "delete") for kind, _ in found)
            assert edits <= count_edits(one, other)


ENDLESS = ["كلمة ", "م", "w! ", "!", "a\u0301", "12 ", "x\u200f"]


@pytest.mark.parametrize("unit", ENDLESS)
def test_an_endless_line_is_shown_in_linear_time(browser: Any, page_of_two: Path, unit: str) -> None:
    """Its words cut, compared with the reference and laid out: eight times the line takes about eight times as long."""
    with open_page(browser, page_of_two) as opened:
        short, long = opened.page.evaluate(
            """
            (unit) => [6000, 48000].map((length) => {
              const text = unit.repeat(length / unit.length);
              const times = [1, 2, 3, 4, 5].map(() => {
                const started = performance.now();
                const words = diffWords(text, "كلمة واحدة " + text, "ar") ?? splitWords(text, "ar");
                writeWords(document.createElement("p"), words.map((word) => ({ kind: "same", ...word })), "rtl");
                return performance.now() - started;
              });
              return Math.min(...times);
            })
            """,
            unit,
        )

    # Below the most words that are compared, comparing takes a bounded time beside the rest. A square is 64 times.
    assert long < 48 * max(short, 5)


def count_edits(one: list[str], other: list[str]) -> int:
    """Levenshtein's distance between two lists of words."""
    row = list(range(len(other) + 1))
    for i, word in enumerate(one, start=1):
        left, row = row, [i]
        for j, second in enumerate(other, start=1):
            row.append(min(left[j - 1] + (word != second), left[j] + 1, row[-1] + 1))
    return row[-1]


def test_runs_of_the_other_direction_are_isolated(browser: Any, page_of_two: Path) -> None:
    """A Latin name in Arabic stays one piece, marked words and numbers included; Arabic in Vietnamese, too."""
    with open_page(browser, page_of_two) as opened:
        isolates = opened.page.evaluate(
            """
            ([text, reference, base]) => {
              const parent = document.createElement("p");
              writeWords(parent, diffWords(text, reference, "ar"), base);
              return [...parent.querySelectorAll(":scope > bdi")].map((each) => [each.dir, each.textContent]);
            }
            """,
            ["قال Windows Server 10 اليوم، الـUSB", "قال Windows Client 10 اليوم", "rtl"],
        )
        nested = opened.page.evaluate(
            """
            () => {
              const parent = document.createElement("p");
              writeText(parent, "الـUSB", "rtl");
              return parent.innerHTML;
            }
            """
        )

    assert isolates == [["ltr", "Windows Server 10"]]
    assert nested == 'الـ<bdi dir="ltr">USB</bdi>'


def long_rows(segments: int, system: int) -> list[tuple[str, str, str, str]]:
    """Rows with texts as long as those of news: 130 characters or more a side."""
    rows = make_rows(segments, articles=20, lost=3 + system)
    return [(a, f"{source} " * 14, f"{reference} " * 3, f"{text} " * 3) for a, source, reference, text in rows]


FAINT_TEXT = """
() => {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const luminance = (rgb) => rgb
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = parse(getComputedStyle(each).backgroundColor);
      if (color.a === 1) return color.rgb;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.disabled || !element.checkVisibility() || element.closest("script")) continue;
    const style = getComputedStyle(element);
    const color = element.ownerSVGElement ? style.fill : style.color;
    const [light, dark] = [luminance(parse(color).rgb), luminance(ground(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faint.push(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return [...new Set(faint)];
}
"""
