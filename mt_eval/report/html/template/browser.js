/* The segment browser. Its state is in the part of the address behind `#`, so that a view can be sent as a link. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const PER_PAGE = 20;
const MOST_PRINTED = 200; // segments that are printed if nobody has chosen which
const SEVERAL = DATA.systems.length > 1;
const REFERENCED = DATA.references.some(Boolean);
const SORTS = [
  ["worst", "worst score first"],
  ["best", "best score first"],
  ...(SEVERAL ? [
    ["loss", "largest loss to the baseline"],
    ["gain", "largest gain on the baseline"],
    ["spread", "systems furthest apart"],
  ] : []),
  ["data", "as in the data"],
  ["longest", "longest source first"],
  ["shortest", "shortest source first"],
];
const INITIAL = { find: "", article: "", flag: "", system: "", metric: "0", sort: "worst" };
const CONTROLS = Object.keys(INITIAL);

const at = (id) => document.getElementById(id);
const state = { ...INITIAL, page: 0, hidden: new Set() };
const folded = new Map();
let places = [];

function fillSelect(select, options) {
  for (const [value, text] of options) {
    const option = makeElement("option", "", nameUnseen(text));
    option.value = value;
    select.append(option);
  }
}

function setUp() {
  const named = (names) => names.map((name, place) => [String(place), name]);
  fillSelect(at("article"), [["", "all"], ...DATA.articles.map((name, number) => [name, nameArticle(number)])]);
  fillSelect(at("flag"), [["", "all"], ["any", "any flag"], ["none", "no flag"], ...DATA.flags.map((name) => [name, name])]);
  fillSelect(at("system"), [["", "all systems"], ...named(DATA.systems.map((system) => system.label))]);
  fillSelect(at("metric"), named(DATA.metrics.map((metric) => metric.name)));
  fillSelect(at("sort"), SORTS);
  at("shown")?.append(...DATA.systems.map((system, place) => makeSwitch(system.label, place, state.hidden, show)));
  for (const name of CONTROLS) {
    at(name).addEventListener(name === "find" ? "input" : "change", () => {
      state[name] = at(name).value;
      state.page = 0;
      refresh();
    });
  }
  at("marks").addEventListener("change", show);
  at("pivots")?.addEventListener("change", show);
  at("previous").addEventListener("click", () => turn(-1));
  at("next").addEventListener("click", () => turn(1));
  at("tools").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", followAddress);
  window.addEventListener("beforeprint", openAll);
  window.addEventListener("afterprint", closeAgain);
  for (const id of ["tools", "pager", "keys"]) at(id).hidden = false;
  at("marks").closest("label").hidden = !REFERENCED;
  setUpReading();
  if (!followAddress()) refresh({ keepAddress: true });
}

/* A box that takes a place out of the hidden ones or puts it there. */
function makeSwitch(name, place, hidden, showAgain) {
  const label = makeElement("label", "check");
  const box = makeElement("input");
  box.type = "checkbox";
  box.checked = !hidden.has(place);
  box.addEventListener("change", () => {
    if (box.checked) hidden.delete(place);
    else hidden.add(place);
    showAgain();
  });
  label.append(box, " ", makeElement("bdi", "", nameUnseen(name)));
  return label;
}

/* --- which segments, in which order */

/* Text as it is searched: without case, marks above and below letters, and stretched letters. */
function fold(text) {
  return text.normalize("NFKD").replace(/[\p{Mn}\u0640]/gu, "").replace(/[đĐ]/gu, "d").toLowerCase();
}

function listTexts(place) {
  const texts = [DATA.ids[place], DATA.sources[place], DATA.references[place]];
  for (const system of DATA.systems) {
    texts.push(system.translations[place] ?? "");
    if (system.pivots?.[place]) texts.push(system.pivots[place]);
  }
  return texts;
}

/* Whether a text of the segment holds what is looked for. Whoever types marks wants exactly these. */
function holds(place, wanted) {
  const plain = fold(wanted);
  if (!folded.has(place)) folded.set(place, listTexts(place).map(fold));
  if (!folded.get(place).some((text) => text.includes(plain))) return false;
  const exact = wanted.normalize("NFC").toLowerCase();
  if (exact === plain) return true;
  return listTexts(place).some((text) => text.normalize("NFC").toLowerCase().includes(exact));
}

function chosenSystems() {
  return state.system === "" ? DATA.systems : [DATA.systems[Number(state.system)]];
}

function hasFlag(place) {
  const names = chosenSystems().flatMap((system) => (system.flags[place] ?? []).map(([flag]) => DATA.flags[flag]));
  if (state.flag === "any") return names.length > 0;
  if (state.flag === "none") return names.length === 0;
  return names.includes(state.flag);
}

function mean(values) {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

const metricNumber = () => Number(state.metric);
const isLowerBetter = () => DATA.metrics[metricNumber()]?.lower ?? false;
const scoreOf = (system, place) => system.scores[metricNumber()]?.[place] ?? null;

/* By how much the chosen system, or the candidates on average, is better than the baseline. */
function gainOf(place) {
  const baseline = scoreOf(DATA.systems[0], place);
  const candidates = state.system === "" ? DATA.systems.slice(1) : chosenSystems();
  const value = mean(candidates.map((system) => scoreOf(system, place)));
  if (baseline === null || value === null) return null;
  return isLowerBetter() ? baseline - value : value - baseline;
}

function spreadOf(place) {
  const known = DATA.systems.map((system) => scoreOf(system, place)).filter((value) => value !== null);
  return known.length ? Math.max(...known) - Math.min(...known) : null;
}

/* What segments are sorted by, smallest first. */
function rankBy() {
  const score = (place) => mean(chosenSystems().map((system) => scoreOf(system, place)));
  const negated = (value) => (value === null ? null : -value);
  switch (state.sort) {
    case "worst": return (place) => (isLowerBetter() ? negated(score(place)) : score(place));
    case "best": return (place) => (isLowerBetter() ? score(place) : negated(score(place)));
    case "loss": return gainOf;
    case "gain": return (place) => negated(gainOf(place));
    case "spread": return (place) => negated(spreadOf(place));
    case "longest": return (place) => -DATA.sources[place].length;
    case "shortest": return (place) => DATA.sources[place].length || null;
    default: return null;
  }
}

function choosePlaces() {
  const article = DATA.articles.indexOf(state.article);
  const wanted = state.find.trim();
  const kept = [];
  for (let place = 0; place < DATA.ids.length; place++) {
    if (state.article && DATA.article[place] !== article) continue;
    if (state.flag && !hasFlag(place)) continue;
    if (wanted && !holds(place, wanted)) continue;
    kept.push(place);
  }
  const rank = rankBy();
  if (!rank) return kept;
  const ranks = new Map(kept.map((place) => [place, rank(place)]));
  // What has no rank comes last; equal ones stay in the order of the data.
  return kept.sort((one, other) => (ranks.get(one) ?? Infinity) - (ranks.get(other) ?? Infinity) || one - other);
}

/* --- the address */

function followAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  if (!location.hash.includes("=")) return false;
  if (words.has("read")) {
    followReading(words);
    return false;
  }
  const segment = words.get("segment");
  const place = segment === null ? -1 : DATA.ids.indexOf(segment);
  const isSegmentAlone = [...words.keys()].every((name) => name === "segment");
  if (!(isSegmentAlone && places.includes(place))) {
    Object.assign(state, INITIAL);
    for (const name of CONTROLS) if (words.has(name)) state[name] = words.get(name);
    for (const name of CONTROLS) {
      at(name).value = state[name];
      if (at(name).value !== state[name]) state[name] = at(name).value = INITIAL[name];
    }
    state.page = Number(words.get("page") ?? 1) - 1 || 0;
    places = choosePlaces();
  }
  if (places.includes(place)) state.page = Math.floor(places.indexOf(place) / PER_PAGE);
  refresh({ keepAddress: true });
  const target = markLinked(place);
  (target ?? at("segments")).scrollIntoView({ block: "start" });
  target?.focus({ preventScroll: true });
  return true;
}

function markLinked(place) {
  const card = document.querySelector(`.segment[data-place="${place}"]`);
  card?.classList.add("linked");
  return card;
}

function writeAddress() {
  const words = new URLSearchParams();
  for (const name of CONTROLS) if (state[name] !== INITIAL[name]) words.set(name, state[name]);
  if (state.page > 0) words.set("page", String(state.page + 1));
  history.replaceState(null, "", words.size ? `#${words}` : "#segments");
}

/* --- what is seen */

function refresh({ keepAddress = false } = {}) {
  places = choosePlaces();
  if (!keepAddress) writeAddress();
  show();
}

function turn(pages) {
  const last = Math.max(0, Math.ceil(places.length / PER_PAGE) - 1);
  const page = Math.min(last, Math.max(0, state.page + pages));
  if (page === state.page) return;
  state.page = page;
  writeAddress();
  show();
  at("segments").scrollIntoView({ block: "start" });
}

function show({ all = false } = {}) {
  const last = Math.max(0, Math.ceil(places.length / PER_PAGE) - 1);
  state.page = Math.min(Math.max(0, state.page), last);
  const first = all ? 1 : state.page * PER_PAGE + 1;
  const shown = all ? places : places.slice(first - 1, first - 1 + PER_PAGE);
  at("list").replaceChildren(...shown.map(makeCard));
  const of = places.length === DATA.ids.length ? "" : ` (of ${DATA.ids.length.toLocaleString("en")})`;
  at("count").textContent = places.length
    ? `${first.toLocaleString("en")} to ${(first + shown.length - 1).toLocaleString("en")} of ${places.length.toLocaleString("en")} segments${of}`
    : `No segment fits${of}`;
  at("order").textContent = [...describeFilter(), describeOrder()].join("; ");
  at("previous").disabled = state.page === 0;
  at("next").disabled = state.page === last;
  at("legend").hidden = !REFERENCED || !at("marks").checked;
}

const isFiltered = () => Boolean(state.find.trim() || state.article || state.flag);

function describeFilter() {
  const said = [];
  if (state.find.trim()) said.push(`with “${nameUnseen(state.find.trim())}”`);
  if (state.article) said.push(`article ${nameUnseen(state.article)}`);
  if (state.flag) said.push(`${{ any: "any flag", none: "no flag" }[state.flag] ?? `flag ${state.flag}`}${SEVERAL ? ` of ${nameChosen()}` : ""}`);
  return said;
}

function nameChosen(systems = DATA.systems) {
  if (state.system !== "") return nameUnseen(DATA.systems[Number(state.system)].label);
  return systems.length === 1 ? nameUnseen(systems[0].label) : `${systems.length} systems`;
}

/* By what, and of which system, segments are sorted. */
function describeOrder() {
  const metric = DATA.metrics[metricNumber()]?.name ?? "score";
  const mean = (systems) => (state.system === "" && systems.length > 1 ? `mean ${metric}` : metric);
  const of = SEVERAL ? ` of ${nameChosen()}` : "";
  const candidates = DATA.systems.slice(1);
  const baseline = nameUnseen(DATA.systems[0].label);
  switch (state.sort) {
    case "worst":
    case "best": return `${state.sort} first, by ${mean(DATA.systems)}${of}`;
    case "loss":
    case "gain": return `largest ${state.sort} first, by ${mean(candidates)} of ${nameChosen(candidates)} against ${baseline}`;
    default: return SORTS.find(([name]) => name === state.sort)[1];
  }
}

function makeCard(place) {
  const card = makeElement("article", "segment");
  card.tabIndex = -1;
  card.dataset.place = place;
  const head = makeElement("header");
  const link = makeElement("a", "permalink");
  link.href = `#segment=${encodeURIComponent(DATA.ids[place])}`;
  link.title = "link to this segment";
  link.append(makeElement("bdi", "", nameUnseen(DATA.ids[place])));
  const article = makeElement("a", "in-article", "in its article");
  article.href = `#read=${encodeURIComponent(DATA.articles[DATA.article[place]])}&at=${encodeURIComponent(DATA.ids[place])}`;
  const title = DATA.reading[DATA.article[place]].titles.find(Boolean);
  head.append(link, " ", ...(title ? [makeElement("bdi", "title", nameUnseen(title)), " "] : []), article);
  card.append(head);
  const texts = makeElement("div", "texts");
  texts.append(
    makeText("source", DATA.source, DATA.sources[place] || null, { className: "source", absent: "no source" }),
    ...(REFERENCED ? [
      makeText("reference", DATA.target, DATA.references[place] || null, { className: "reference", absent: "no reference" }),
    ] : []),
  );
  DATA.systems.forEach((system, number) => {
    if (!state.hidden.has(number)) texts.append(makeTranslation(system, number, place));
  });
  card.append(texts);
  return card;
}

function makeText(title, language, text, { className, absent, reference = null }) {
  const cell = makeElement("section", `text ${className}`);
  const heading = makeElement("h4");
  heading.append(makeElement("bdi", "name", nameUnseen(title)));
  const paragraph = makeElement("p", text === null || !text.trim() ? "absent" : "");
  if (text === null || !text.trim()) {
    paragraph.textContent = absent;
  } else {
    const base = setLanguage(paragraph, text, language);
    const words = reference === null ? null : diffWords(text, reference, language.code);
    writeWords(paragraph, words ?? splitWords(text, language.code).map((word) => ({ kind: "same", ...word })), base);
  }
  cell.append(heading, paragraph);
  return cell;
}

function makeTranslation(system, number, place) {
  const text = system.translations[place];
  const marked = at("marks").checked && DATA.references[place] ? DATA.references[place] : null;
  const absent = text === null ? "nothing to translate" : "empty translation";
  const cell = makeText(system.label, DATA.target, text, { className: "translation", absent, reference: marked });
  if (state.system === String(number)) cell.classList.add("chosen");
  cell.querySelector("h4").append(...makeScores(system, number, place));
  const flags = system.flags[place] ?? [];
  if (flags.length) {
    const list = makeElement("ul", "flagged");
    for (const [flag, why] of flags) {
      const item = makeElement("li");
      item.append(makeElement("b", "", DATA.flags[flag]), " ", makeReason(why));
      list.append(item);
    }
    cell.append(list);
  }
  const pivot = system.pivots?.[place];
  if (pivot) {
    const details = makeElement("details", "pivot");
    details.open = at("pivots").checked;
    details.append(makeElement("summary", "", `pivot, ${system.pivot.name}`));
    const paragraph = makeElement("p");
    const base = setLanguage(paragraph, pivot, system.pivot);
    const words = splitWords(pivot, system.pivot.code).map((word) => ({ kind: "same", ...word }));
    writeWords(paragraph, words, base);
    details.append(paragraph);
    cell.append(details);
  }
  cell.append(...(system.hypotheses?.[place] ?? []).map(makeHypotheses));
  return cell;
}

/* The hypotheses that were kept of one text, best first, folded away below its translation. */
function makeHypotheses([heading, hypotheses]) {
  const details = makeElement("details", "pivot");
  const list = makeElement("ol", "hypotheses");
  for (const [score, text] of hypotheses) {
    const item = makeElement("li");
    const words = splitWords(text, DATA.target.code).map((word) => ({ kind: "same", ...word }));
    const shown = makeElement("bdi");
    const base = setLanguage(shown, text, DATA.target);
    writeWords(shown, words, base);
    item.append(makeElement("span", "score", score), " ", text.trim() ? shown : "empty");
    list.append(item);
  }
  details.append(makeElement("summary", "", nameUnseen(heading)), list);
  return details;
}

/* Why a flag is there: an English sentence, whatever language it quotes between “ and ”. */
function makeReason(why) {
  const reason = makeElement("bdi");
  reason.dir = "ltr";
  for (const piece of nameUnseen(why).split(/(“[^”]*”)/)) {
    reason.append(piece.startsWith("“") ? makeElement("bdi", "", piece) : piece);
  }
  return reason;
}

function makeScores(system, number, place) {
  const value = scoreOf(system, place);
  if (value === null) return [];
  const { name, digits } = DATA.metrics[metricNumber()];
  const score = makeElement("span", "score", value.toFixed(digits));
  score.title = name;
  const baseline = scoreOf(DATA.systems[0], place);
  if (number === 0 || baseline === null) return [score];
  const delta = value - baseline;
  const better = isLowerBetter() ? delta < 0 : delta > 0;
  const sign = makeElement("span", `delta ${delta === 0 ? "" : better ? "gain" : "loss"}`);
  sign.textContent = `${delta > 0 ? "+" : delta < 0 ? "\u2212" : "\u00b1"}${Math.abs(delta).toFixed(digits)}`;
  sign.title = `against ${nameUnseen(DATA.systems[0].label)}`;
  return [score, sign];
}

/* --- keys and paper */

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input[type=search], select, textarea");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing) return;
  const actions = {
    "/": () => at("find").focus(),
    d: () => at("marks").click(),
    v: () => at("pivots")?.click(),
    n: () => turn(1),
    p: () => turn(-1),
    j: () => step(1),
    k: () => step(-1),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

function step(by) {
  const cards = [...document.querySelectorAll(".segment")];
  const here = cards.indexOf(document.activeElement.closest(".segment"));
  const next = here + by;
  if (here >= 0 && (next < 0 || next >= cards.length)) {
    const page = state.page;
    turn(by);
    if (state.page === page) return;
    const turned = document.querySelectorAll(".segment");
    turned[by > 0 ? 0 : turned.length - 1].focus();
    return;
  }
  cards[here < 0 ? 0 : next]?.focus();
}

function openAll() {
  showArticle({ all: true });
  if (isFiltered() || places.length <= MOST_PRINTED) show({ all: true });
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    details.dataset.opened = "";
  }
}

function closeAgain() {
  for (const details of document.querySelectorAll("details[data-opened]")) {
    details.open = false;
    delete details.dataset.opened;
  }
  showArticle();
  show();
}

setUp();
