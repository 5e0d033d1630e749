/* The article view: running text, a column each for the source, the reference and every system. A sentence that is
   pointed at or has the focus lights its counterparts. `reading.py` says what rows and pieces are. */

const PAIRS_PER_PART = 100; // of an article that is longer, a part is shown at once
const COLUMNS_AT_FIRST = 4; // systems
const COLUMN_WIDTH = 12; // rem, at least
const reading = { article: 0, part: 0, parts: [], hidden: new Set(), lit: [] };

function setUpReading() {
  fillSelect(at("read"), DATA.articles.map((name, number) => [String(number), nameArticle(number)]));
  DATA.systems.forEach((system, number) => number >= COLUMNS_AT_FIRST && reading.hidden.add(number + 2));
  const columns = listColumns().slice(1);
  at("columns").append(...columns.map(({ name, number }) => makeSwitch(name, number, reading.hidden, showArticle)));
  at("read").addEventListener("change", () => openArticle(Number(at("read").value)));
  at("earlier").addEventListener("click", () => turnPart(-1));
  at("later").addEventListener("click", () => turnPart(1));
  const text = at("running");
  text.addEventListener("mouseover", (event) => light(event.target.closest(".sentence") ?? focusedSentence()));
  text.addEventListener("mouseleave", () => light(focusedSentence()));
  text.addEventListener("focusin", (event) => enter(event.target.closest(".sentence")));
  text.addEventListener("focusout", () => light(null));
  text.addEventListener("keydown", walk);
  for (const id of ["reader", "reading-keys"]) at(id).hidden = false;
  openArticle(0, { keepAddress: true });
}

function nameArticle(number) {
  const title = DATA.reading[number].titles.find(Boolean);
  return title ? `${DATA.articles[number]} · ${title}` : DATA.articles[number];
}

function listColumns() {
  return [
    { name: `source, ${DATA.source.name}`, language: DATA.source, texts: DATA.sources, title: 0 },
    { name: `reference, ${DATA.target.name}`, language: DATA.target, texts: DATA.references, title: 1 },
    ...DATA.systems.map((system) => ({ name: system.label, language: DATA.target, texts: system.translations })),
  ].map((column, number) => ({ ...column, number })).filter(({ number }) => number !== 1 || DATA.references.some(Boolean));
}

/* --- which article, which part of it */

function openArticle(number, { part = 0, keepAddress = false } = {}) {
  reading.article = number;
  reading.parts = cutParts(DATA.reading[number].rows);
  reading.part = part;
  at("read").value = String(number);
  if (!keepAddress) history.replaceState(null, "", `#read=${encodeURIComponent(DATA.articles[number])}`);
  showArticle();
}

/* Rows in parts, so that an article of 10,000 sentences is as quick to open as a short one. */
function cutParts(rows) {
  const parts = [[]];
  let pairs = 0;
  for (const row of rows) {
    const size = Math.max(...row.map((cell) => cell.length));
    if (pairs > 0 && pairs + size > PAIRS_PER_PART) {
      parts.push([]);
      pairs = 0;
    }
    parts.at(-1).push(row);
    pairs += size;
  }
  return parts;
}

function turnPart(by) {
  const part = reading.part + by;
  if (part >= 0 && part < reading.parts.length) {
    reading.part = part;
    showArticle();
  } else if (reading.article + by >= 0 && reading.article + by < DATA.articles.length) {
    openArticle(reading.article + by);
    if (by < 0) turnPart(reading.parts.length - 1);
  }
}

/* The article, or the part of it at this place of the address: `read` names it, `at` a segment of it. */
function followReading(words) {
  const number = DATA.articles.indexOf(words.get("read"));
  if (number < 0) return;
  openArticle(number, { keepAddress: true });
  const place = DATA.ids.indexOf(words.get("at"));
  const part = reading.parts.findIndex((rows) => rows.flat(2).some((piece) => placeOf(piece) === place));
  if (place >= 0 && part >= 0) {
    reading.part = part;
    showArticle();
  }
  at("reading").scrollIntoView({ block: "start" });
  if (place >= 0) at("running").querySelector(`[data-place="${place}"]`)?.focus();
}

/* --- what is seen */

function showArticle({ all = false } = {}) {
  const columns = listColumns().filter((column) => !reading.hidden.has(column.number));
  const table = makeElement("table", "running");
  table.setAttribute("role", "table");
  table.style.minWidth = `${COLUMN_WIDTH * columns.length}rem`;
  const head = makeElement("thead");
  const names = makeElement("tr");
  names.append(...columns.map(makeColumnHead));
  head.append(names);
  const body = makeElement("tbody");
  const rows = all ? DATA.reading[reading.article].rows : reading.parts[reading.part];
  body.append(...rows.map((row) => makeRow(row, columns)));
  table.append(head, body);
  for (const element of table.querySelectorAll("thead, tbody")) element.setAttribute("role", "rowgroup");
  for (const element of table.querySelectorAll("tr")) element.setAttribute("role", "row");
  reading.lit = [];
  at("running").replaceChildren(table);
  const first = table.querySelector(".sentence");
  if (first) first.tabIndex = 0;
  at("about").replaceChildren();
  at("where").textContent = describeWhere(all);
  at("earlier").disabled = reading.article === 0 && reading.part === 0;
  at("later").disabled = reading.article === DATA.articles.length - 1 && reading.part === reading.parts.length - 1;
}

function describeWhere(all) {
  const parts = all || reading.parts.length === 1 ? "" : `, part ${reading.part + 1} of ${reading.parts.length}`;
  const hidden = DATA.systems.filter((_, number) => reading.hidden.has(number + 2)).length;
  const systems = hidden ? `; ${DATA.systems.length - hidden} of ${DATA.systems.length} systems are shown` : "";
  return `Article ${reading.article + 1} of ${DATA.articles.length}${parts}${systems}`;
}

function makeColumnHead(column) {
  const head = makeElement("th");
  head.scope = "col";
  head.setAttribute("role", "columnheader");
  head.append(makeElement("bdi", "name", nameUnseen(column.name)));
  const title = DATA.reading[reading.article].titles[column.title];
  if (title) {
    const line = makeElement("span", "title", nameUnseen(title));
    setLanguage(line, title, column.language);
    head.append(line);
  }
  return head;
}

function makeRow(row, columns) {
  const line = makeElement("tr");
  for (const column of columns) {
    const cell = makeElement("td");
    cell.setAttribute("role", "cell");
    cell.dataset.column = column.number;
    cell.append(makeElement("span", "label", nameUnseen(column.name)));
    cell.append(...cutParagraphs(row[column.number]).map((pieces) => makeParagraph(pieces, column)));
    line.append(cell);
  }
  if (row[0][0] === null) line.className = "paragraph";
  return line;
}

function cutParagraphs(cell) {
  const paragraphs = [[]];
  for (const piece of cell) {
    if (piece === null) paragraphs.push([]);
    else paragraphs.at(-1).push(piece);
  }
  return paragraphs.filter((pieces) => pieces.length);
}

function makeParagraph(pieces, column) {
  const paragraph = makeElement("p");
  setLanguage(paragraph, pieces.map((piece) => textOf(piece, column)).join(" "), column.language);
  pieces.forEach((piece, index) => paragraph.append(index ? " " : "", makePiece(piece, column)));
  return paragraph;
}

const placeOf = (piece) => (Array.isArray(piece) ? piece[0] : typeof piece === "number" && piece >= 0 ? piece : null);

function textOf(piece, column) {
  if (typeof piece === "string") return piece;
  if (Array.isArray(piece)) return column.texts[piece[0]].slice(piece[1], piece[2]);
  return piece < 0 ? "" : column.texts[piece] ?? "";
}

function makePiece(piece, column) {
  if (piece < 0) return makeElement("span", "elsewhere", piece === -1 ? "[1 segment is not in this page]" : `[${-piece} segments are not in this page]`);
  const text = textOf(piece, column);
  const place = placeOf(piece);
  const sentence = makeElement(place === null ? "ins" : "span", "sentence");
  sentence.tabIndex = -1;
  if (place !== null) {
    sentence.dataset.place = place;
    sentence.setAttribute("role", "link");
  }
  if (!text.trim()) {
    sentence.classList.add("gap");
    sentence.textContent = "\u2026";
    sentence.setAttribute("aria-label", "left out here");
    return sentence;
  }
  const base = setLanguage(sentence, text, column.language);
  writeWords(sentence, splitWords(text, column.language.code).map((word) => ({ kind: "same", ...word })), base);
  const tag = describePiece(place, column);
  if (tag) {
    sentence.classList.add(tag.style);
    const note = makeElement("span", "tag", tag.text);
    note.dir = "ltr";
    note.lang = "en";
    sentence.append(" ", note);
  }
  return sentence;
}

/* What became of a sentence, in words: left out by a system, or added by it; null where nothing did. */
function describePiece(place, column) {
  if (place === null) return { style: "added", text: "added" };
  if (column.number >= 2) {
    const added = hasNamedFlag(DATA.systems[column.number - 2], place, "added");
    return added ? { style: "added", text: "in part added" } : null;
  }
  if (column.number === 1) return null;
  const shown = DATA.systems.filter((_, number) => !reading.hidden.has(number + 2));
  const left = shown.filter((system) => system.translations[place]?.trim() === "");
  const partly = shown.filter((system) => !left.includes(system) && hasNamedFlag(system, place, "omitted"));
  const said = [
    ...(left.length ? [`left out${nameSystems(left)}`] : []),
    ...(partly.length ? [`in part left out${nameSystems(partly)}`] : []),
  ];
  return said.length ? { style: "left-out", text: said.join("; ") } : null;
}

function nameSystems(systems) {
  if (!SEVERAL) return "";
  const names = systems.map((system) => nameUnseen(system.label));
  return ` by ${names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ")}`;
}

const hasNamedFlag = (system, place, name) => (system.flags[place] ?? []).some(([flag]) => DATA.flags[flag] === name);

/* --- light and keys */

const focusedSentence = () => document.activeElement?.closest("#running .sentence") ?? null;

function light(sentence) {
  for (const element of reading.lit) element.classList.remove("lit");
  const place = sentence?.dataset.place;
  reading.lit = !sentence ? [] : place === undefined ? [sentence] : [...at("running").querySelectorAll(`[data-place="${place}"]`)];
  for (const element of reading.lit) element.classList.add("lit");
  if (sentence) at("about").replaceChildren(...describeSentence(sentence));
}

function enter(sentence) {
  if (!sentence) return;
  for (const element of at("running").querySelectorAll('.sentence[tabindex="0"]')) element.tabIndex = -1;
  sentence.tabIndex = 0;
  light(sentence);
}

/* Which segment it is, what systems score on it, and what looks wrong. */
function describeSentence(sentence) {
  if (sentence.dataset.place === undefined) return ["Added: it translates no segment of the source."];
  const place = Number(sentence.dataset.place);
  const link = makeElement("a", "", nameUnseen(DATA.ids[place]));
  link.href = `#segment=${encodeURIComponent(DATA.ids[place])}`;
  const facts = DATA.systems.map((system, number) => {
    if (reading.hidden.has(number + 2)) return null;
    const score = scoreOf(system, place);
    const flags = (system.flags[place] ?? []).map(([flag]) => DATA.flags[flag]);
    const fact = makeElement("span", "fact");
    const words = [score === null ? "no score" : score.toFixed(DATA.metrics[metricNumber()].digits), ...flags];
    fact.append(makeElement("bdi", "", nameUnseen(system.label)), ` ${words.join(", ")}`);
    return fact;
  });
  const metric = DATA.metrics[metricNumber()]?.name;
  return [link, ...(metric ? [makeElement("span", "fact", metric)] : []), ...facts.filter(Boolean)];
}

function walk(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const here = event.target.closest(".sentence");
  if (!here) return;
  const column = [...at("running").querySelectorAll(`td[data-column="${here.closest("td").dataset.column}"] .sentence`)];
  const along = (by) => column[column.indexOf(here) + by];
  const actions = {
    ArrowDown: () => along(1),
    j: () => along(1),
    ArrowUp: () => along(-1),
    k: () => along(-1),
    Home: () => column[0],
    End: () => column.at(-1),
    ArrowRight: () => findBeside(here, 1),
    ArrowLeft: () => findBeside(here, -1),
    n: () => void turnAndEnter(1),
    p: () => void turnAndEnter(-1),
    Enter: () => void openSegment(here),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  actions[event.key]()?.focus();
}

/* The counterpart in the next column that is shown; where there is none, what begins the same row there. */
function findBeside(sentence, by) {
  const cells = [...sentence.closest("tr").cells];
  const cell = cells[cells.indexOf(sentence.closest("td")) + by];
  const place = sentence.dataset.place;
  return cell && ((place !== undefined && cell.querySelector(`[data-place="${place}"]`)) || cell.querySelector(".sentence"));
}

function turnAndEnter(by) {
  turnPart(by);
  at("running").querySelector(".sentence")?.focus();
}

function openSegment(sentence) {
  if (sentence.dataset.place !== undefined) location.hash = `segment=${encodeURIComponent(DATA.ids[Number(sentence.dataset.place)])}`;
}
