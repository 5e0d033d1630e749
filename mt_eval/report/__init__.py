"""Runs and comparisons in; what a person or a program reads of them out.

terminal.py              a run in a terminal
scores.py                the scores of a run, one row per metric and normalisation
flags.py                 how often what looks wrong
comparison.py            figures of a comparison in words and digits
comparison_names.py      what systems are called in a narrow table
comparison_terminal.py   a comparison in a terminal
comparison_text.py       a comparison as Markdown and LaTeX
comparison_data.py       a comparison as JSON and CSV
comparison_forms.py      a comparison in any of these forms
numerics.py              one model by engine, numeric type and batch size
table.py                 tables without lines, for all that is printed in a terminal
visible.py               what a terminal would obey, shown by its code; the only place that opens consoles
markup.py                texts inside Markdown and LaTeX
bidi.py                  Arabic and Vietnamese in the columns of one table
html/                    the page
"""
