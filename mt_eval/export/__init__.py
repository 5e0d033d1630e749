"""Runs in; tables and texts for other programs out.

rows.py          one row per run and segment pair, and the columns of all runs
tables.py        rows as CSV, TSV, JSON Lines and Parquet
wide.py          one row per segment pair, with a column for every system
workbook.py      the same as an Excel workbook
spreadsheet.py   CSV without formulas, for every command that writes CSV
texts.py         plain lines, as the sacrebleu command takes them
tmx.py           translation memory exchange, for CAT tools
frames.py        runs and segments as pandas frames
"""
