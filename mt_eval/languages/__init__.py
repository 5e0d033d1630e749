"""What is known of languages, for every stage: tables and plain functions, without thresholds.

    codes.py          names, codes and scripts of languages, from codes.tsv
    letters.py        classes of letters, marks that are not seen, digits of all scripts
    identify.py       in which script and language a text is
    arabic.py         one spelling for all, what is glued to the front of a word, stems
    vietnamese.py     syllables and tone marks
    names.py          names across scripts, by their sounds
    calendar.py       months and weekdays, Hijri days
    dates.py          the dates of a sentence
    clock.py          its times of day
    amounts.py        its numbers with units, turned into one another
    number_words.py   words for numbers, and how they add up
    number_phrases.py where they stand in a sentence
    thirds.py         one third and two thirds
    units.py          units behind a number
    implied.py        numbers that are not written: decades, hours after noon
    numbers.py        the numbers of a sentence, in digits and in words
    negation.py       denials, and how a statement becomes one
    gender.py         men and women: pronouns, verbs of saying
    places.py         countries and cities

Whoever decides by these brings thresholds of their own, since those are tuned on data.
"""
