"use strict";

/* How the words of a translation relate to those of its reference. */

const UNSPACED = new Set(["ja", "km", "lo", "my", "th", "zh"]);
/* The most pairs of words that are compared. Up to it the time grows with the product of the lengths (10 ms here), beyond
   it a text is shown without marks, so that a page with the endless lines of a looping model opens as quickly. */
const MOST_CELLS = 1_000_000;
const EDIT = 10_000; // more than any text here has words, so that substitutions only break ties

/* The words of a text, punctuation apart; `space` says whether white space stands before. */
function splitWords(text, language) {
  if (UNSPACED.has(language)) {
    const words = [];
    let space = false;
    for (const { segment } of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) {
      if (segment.trim()) words.push({ text: segment, space });
      space = !segment.trim();
    }
    return words;
  }
  const words = [];
  for (const chunk of text.split(/\s+/u).filter(Boolean)) {
    let space = words.length > 0;
    for (const part of cutPunctuation(chunk)) {
      if (!part) continue;
      words.push({ text: part, space });
      space = false;
    }
  }
  return words;
}

/* A word, and the punctuation before and behind it; read from both ends, for a pattern that does it in one is quadratic. */
function cutPunctuation(chunk) {
  const characters = [...chunk];
  const isMark = (character) => /[\p{P}\p{S}]/u.test(character);
  let start = 0;
  let end = characters.length;
  while (start < end && isMark(characters[start])) start++;
  while (end > start && isMark(characters[end - 1])) end--;
  return [characters.slice(0, start), characters.slice(start, end), characters.slice(end)].map((part) => part.join(""));
}

/* The translation's words in their order, each `same`, `insert`, `substitute` (with the `reference` word in its
   place) or `move` (it stands elsewhere in the reference), and between them the reference words that are missing:
   `delete`. Null for texts too long to compare. */
function diffWords(translation, reference, language) {
  const ours = splitWords(translation, language);
  const theirs = splitWords(reference, language);
  if (ours.length * theirs.length > MOST_CELLS) return null;
  const steps = alignWords(ours, theirs);
  const moved = findMoves(ours, theirs, steps);
  const found = [];
  for (const { our, their } of steps) {
    const word = our === null ? null : ours[our];
    const missing = their !== null && !moved.theirs.has(their) ? theirs[their] : null;
    if (word && moved.ours.has(our)) {
      if (missing) found.push({ kind: "delete", ...missing });
      found.push({ kind: "move", ...word });
    } else if (word && their !== null && word.text === theirs[their].text) {
      found.push({ kind: "same", ...word });
    } else if (word && missing) {
      found.push({ kind: "substitute", ...word, reference: missing.text });
    } else if (word) {
      found.push({ kind: "insert", ...word });
    } else if (missing) {
      found.push({ kind: "delete", ...missing });
    }
  }
  return found.map((word, place) => {
    // A text that begins behind a missing word still has to stand apart from it.
    const follows = found[place - 1]?.kind === "delete" && /[\p{L}\p{N}]/u.test(word.text);
    return follows ? { ...word, space: true } : word;
  });
}

/* The fewest insertions, deletions and substitutions (Levenshtein), and of equally many those that leave most words as
   they are: pairs of places, null where a side has none. */
function alignWords(ours, theirs) {
  const width = theirs.length + 1;
  const costs = new Uint32Array((ours.length + 1) * width);
  const differ = (i, j) => (ours[i - 1].text === theirs[j - 1].text ? 0 : EDIT + 1);
  for (let j = 1; j < width; j++) costs[j] = j * EDIT;
  for (let i = 1; i <= ours.length; i++) {
    costs[i * width] = i * EDIT;
    for (let j = 1; j < width; j++) {
      const above = (i - 1) * width + j;
      costs[above + width] = Math.min(costs[above - 1] + differ(i, j), costs[above] + EDIT, costs[above + width - 1] + EDIT);
    }
  }
  const steps = [];
  let i = ours.length;
  let j = theirs.length;
  while (i > 0 || j > 0) {
    const here = costs[i * width + j];
    if (i > 0 && j > 0 && here === costs[(i - 1) * width + j - 1] + differ(i, j)) steps.push({ our: --i, their: --j });
    else if (i > 0 && here === costs[(i - 1) * width + j] + EDIT) steps.push({ our: --i, their: null });
    else steps.push({ our: null, their: --j });
  }
  return steps.reverse();
}

/* Runs of words, the longest first, that stand in both texts but in places which the alignment does not pair.
   A single short word is no move: particles and the like stand everywhere. */
function findMoves(ours, theirs, steps) {
  const same = steps.filter(({ our, their }) => our !== null && their !== null && ours[our].text === theirs[their].text);
  const taken = { ours: new Set(same.map((step) => step.our)), theirs: new Set(same.map((step) => step.their)) };
  const moved = { ours: new Set(), theirs: new Set() };
  const places = new Map();
  theirs.forEach(({ text }, place) => {
    if (taken.theirs.has(place)) return;
    if (!places.has(text)) places.set(text, []);
    places.get(text).push(place);
  });
  const isRun = (our, their) =>
    our >= 0 && their >= 0 && our < ours.length && their < theirs.length &&
    !taken.ours.has(our) && !taken.theirs.has(their) && ours[our].text === theirs[their].text;
  const runs = [];
  ours.forEach((word, our) => {
    if (taken.ours.has(our)) return;
    for (const their of places.get(word.text) ?? []) {
      if (isRun(our - 1, their - 1)) continue; // part of the run that begins before it
      let length = 1;
      while (isRun(our + length, their + length)) length++;
      const text = ours.slice(our, our + length).map((each) => each.text.replace(/[^\p{L}\p{N}]/gu, ""));
      if (text.filter(Boolean).length > 1 || text.join("").length > 3) runs.push({ our, their, length });
    }
  });
  runs.sort((one, other) => other.length - one.length || one.our - other.our);
  for (const run of runs) {
    const span = [...Array(run.length).keys()];
    if (span.some((step) => moved.ours.has(run.our + step) || moved.theirs.has(run.their + step))) continue;
    for (const step of span) {
      moved.ours.add(run.our + step);
      moved.theirs.add(run.their + step);
    }
  }
  return moved;
}
