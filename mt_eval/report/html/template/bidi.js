/* Words of both directions on one line, so that each run of the other direction is an isolate and nothing around it
   moves; and characters that nobody sees, shown by name. Everything is written as text, nothing as markup. */

/* Script extensions, for the stretch of Arabic letters (U+0640) belongs to several scripts. */
const RIGHT_TO_LEFT = "[\\p{scx=Arabic}\\p{scx=Hebrew}\\p{scx=Syriac}\\p{scx=Thaana}\\p{scx=Nko}]";
const LETTERS = {
  rtl: new RegExp(`((?:(?=${RIGHT_TO_LEFT})\\p{L}\\p{M}*)+)`, "u"),
  ltr: new RegExp(`((?:(?!${RIGHT_TO_LEFT})\\p{L}\\p{M}*)+)`, "u"),
};
const ANY_LETTERS = { rtl: new RegExp(`(?=${RIGHT_TO_LEFT})\\p{L}`, "gu"), all: /\p{L}/gu };
const UNSEEN = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff])/u;
const UNSEEN_NAMES = {
  0x061c: "ALM", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM", 0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF",
  0x202d: "LRO", 0x202e: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xfeff: "BOM",
};

function makeElement(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/* Whether the letters of a word run from left to right (`ltr`), the other way (`rtl`), both (`mixed`), or there are
   none: `number` where digits are, else an empty string. */
function findDirection(text) {
  const right = LETTERS.rtl.test(text);
  const left = LETTERS.ltr.test(text);
  if (right && left) return "mixed";
  return right ? "rtl" : left ? "ltr" : /\p{N}/u.test(text) ? "number" : "";
}

/* Gives an element the language and direction of its text, and tells the direction. A text most of whose letters run
   the other way is not in that language: its first letter decides, and nobody is told a language. */
function setLanguage(element, text, language) {
  const right = text.match(ANY_LETTERS.rtl)?.length ?? 0;
  const left = (text.match(ANY_LETTERS.all)?.length ?? 0) - right;
  if (language.dir === "rtl" ? left <= right : right <= left) {
    element.lang = language.code;
    element.dir = language.dir;
    return language.dir;
  }
  element.lang = "";
  element.dir = "auto";
  return findDirection(/\p{L}/u.exec(text)[0]) === "rtl" ? "rtl" : "ltr";
}

/* Words in runs: those of the other direction than `base` with what stands between them, and the rest. A number behind
   a left-to-right word belongs to it, as it does for the Unicode algorithm (UAX #9, rule W7). */
function groupByDirection(words, base) {
  const other = base === "rtl" ? "ltr" : "rtl";
  const directions = words.map((word) => (word.kind === "delete" ? "" : findDirection(word.text)));
  const runs = [];
  let place = 0;
  while (place < words.length) {
    const start = place;
    if (directions[place] === other) {
      let end = ++place;
      for (; place < words.length && ["", "number", other].includes(directions[place]); place++) {
        if (directions[place] === other || (directions[place] === "number" && other === "ltr")) end = place + 1;
      }
      place = end;
      runs.push({ isolated: true, words: words.slice(start, end) });
    } else {
      while (place < words.length && directions[place] !== other) place++;
      runs.push({ isolated: false, words: words.slice(start, place) });
    }
  }
  return runs;
}

function writeWords(parent, words, base) {
  const other = base === "rtl" ? "ltr" : "rtl";
  for (const run of groupByDirection(words, base)) {
    if (run.words[0].space) parent.append(" ");
    const target = run.isolated ? makeElement("bdi") : parent;
    if (run.isolated) {
      target.dir = other;
      parent.append(target);
    }
    writeRun(target, run.words, run.isolated ? other : base, base);
  }
}

/* Words of one run, neighbours of one kind in one mark. Missing words stand in the text without being of it, so each
   group of them is an isolate, in the direction of the reference. */
function writeRun(parent, words, base, outer) {
  for (let place = 0; place < words.length; ) {
    const { kind } = words[place];
    let end = place + 1;
    while (kind !== "substitute" && end < words.length && words[end].kind === kind) end++;
    const group = words.slice(place, end);
    if (place > 0 && group[0].space) parent.append(" ");
    const mark = makeMark(kind, group[0]);
    if (mark) parent.append(mark);
    let inner = mark ?? parent;
    if (kind === "delete") {
      inner = makeElement("bdi");
      inner.dir = outer;
      mark.append(inner);
    }
    group.forEach((word, index) => {
      if (index > 0 && word.space) inner.append(" ");
      writeText(inner, word.text, kind === "delete" ? outer : base);
    });
    place = end;
  }
}

function makeMark(kind, word) {
  switch (kind) {
    case "insert": return makeElement("ins");
    case "delete": return makeElement("del");
    case "move": {
      const mark = makeElement("mark", "move");
      mark.title = "elsewhere in the reference";
      return mark;
    }
    case "substitute": {
      const mark = makeElement("mark", "substitute");
      mark.title = `reference: ${nameUnseen(word.reference)}`;
      return mark;
    }
    default: return null;
  }
}

/* A word as text: letters of the other direction inside it isolated, unseen characters by name. */
function writeText(parent, text, base) {
  const other = base === "rtl" ? "ltr" : "rtl";
  for (const piece of text.split(UNSEEN)) {
    if (UNSEEN.test(piece)) {
      const badge = makeElement("span", "unseen", describeUnseen(piece));
      badge.dir = "ltr"; // so that a `dir=auto` around it does not read it
      badge.title = `the character ${codeOf(piece)} stands here`;
      parent.append(badge);
      continue;
    }
    const parts = findDirection(piece) === "mixed" ? piece.split(LETTERS[other]) : [piece];
    for (const part of parts) {
      if (parts.length > 1 && LETTERS[other].test(part)) {
        const isolate = makeElement("bdi", "", part);
        isolate.dir = other;
        parent.append(isolate);
      } else if (part) {
        parent.append(part);
      }
    }
  }
}

function codeOf(character) {
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function describeUnseen(character) {
  return UNSEEN_NAMES[character.codePointAt(0)] ?? codeOf(character);
}

function nameUnseen(text) {
  return text.split(UNSEEN).map((piece) => (UNSEEN.test(piece) ? `[${describeUnseen(piece)}]` : piece)).join("");
}
