"""Runs in; one HTML page out, which needs no network, no server and no other file.

    page.py        all of it joined: `render_page`
    verdict.py     the question, and what the comparison answers, in words
    picture.py     what it opens with: which system is better, and whether that is sure
    scale.py       values to places on an axis
    forest.py      differences with their intervals, metric by metric
    articles.py    scores by article
    speed.py       quality against decoding speed
    facts.py       settings and provenance: what differs first
    glossary.py    the words of the page, explained
    segments.py    what the segment browser shows, as JSON
    reading.py     what the article view shows: articles as running text, side by side
    template/      the page: Jinja for what is known when it is written, JavaScript for the segment browser

A *system* is what a run evaluated, called by its label; the first one is the *baseline*, the others are *candidates*.
Texts of runs are never trusted: the template escapes them, the browser writes them as text, and the page's own content
security policy forbids any script, style or request that it did not bring along.
"""
