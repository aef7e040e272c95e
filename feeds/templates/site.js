"use strict";
// Three small things, each for the page that has its elements: filtering what the front page
// shows, searching the whole library, building the address of a feed. Without this script every
// page still shows everything it holds.

const CHOICES = ["region", "genre", "topic"];

function wordsOf(text) {
  return text.trim().toLowerCase().split(/\s+/).filter(Boolean);
}

// What is searched of a text: itself, and with 社会工作 by its short name, so that 社工 finds both.
function searched(text) {
  const plain = text.toLowerCase();
  return plain.includes("社会工作") ? plain + " " + plain.replaceAll("社会工作", "社工") : plain;
}

function has(set, values) {
  return set.size === 0 || values.some((value) => set.has(value));
}

// A row of chips and a search box: calls `apply(words, chosen)` whenever either changes.
function filterBar(bar, apply) {
  const chosen = Object.fromEntries(CHOICES.map((kind) => [kind, new Set()]));
  const find = document.getElementById("find");
  const clear = document.getElementById("clear");

  function changed() {
    const words = wordsOf(find.value);
    const active = words.length > 0 || CHOICES.some((kind) => chosen[kind].size > 0);
    clear.hidden = !active;
    apply(words, chosen, active);
  }

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-filter]");
    if (!button) return;
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    const set = chosen[button.dataset.filter];
    if (on) set.add(button.dataset.value);
    else set.delete(button.dataset.value);
    changed();
  });
  clear.addEventListener("click", () => {
    find.value = "";
    for (const kind of CHOICES) chosen[kind].clear();
    for (const button of bar.querySelectorAll("[aria-pressed=true]")) {
      button.setAttribute("aria-pressed", "false");
    }
    changed();
    find.focus();
  });
  find.addEventListener("input", changed);
  bar.hidden = false;
  return { find, changed };
}

function setUpNews() {
  const bar = document.querySelector("section.filters");
  if (!bar) return;
  const entries = Array.from(document.querySelectorAll("[data-entry]"));
  for (const entry of entries) entry.dataset.find = searched(entry.dataset.find);
  const found = document.getElementById("found");
  const elsewhere = document.getElementById("elsewhere");

  filterBar(bar, (words, chosen, active) => {
    let shown = 0;
    for (const entry of entries) {
      const data = entry.dataset;
      entry.hidden = !(
        words.every((word) => data.find.includes(word)) &&
        has(chosen.region, [data.region]) &&
        has(chosen.genre, [data.genre]) &&
        has(chosen.topic, data.topic.split("|"))
      );
      if (!entry.hidden) shown += 1;
    }
    for (const day of document.querySelectorAll("[data-day]")) {
      day.hidden = !day.querySelector("[data-entry]:not([hidden])");
    }
    found.textContent = active ? "符合条件：" + shown + "条" : "";
    elsewhere.hidden = words.length === 0;
    elsewhere.href = "library.html#" + encodeURIComponent(words.join(" "));
  });
}

const RESULTS_SHOWN = 100;
const library = [];
let shelfArrived = () => {};

// Called by each search/NUMBER.js with the policies of one shelf.
function policywatchShelf(number, rows) {
  for (const row of rows) {
    row.find = searched(row[1] + " " + row[2]);
    library.push(row);
  }
  shelfArrived(number);
}

function loadShelves(numbers, root, done) {
  let waiting = numbers.length;
  const settled = () => {
    waiting -= 1;
    if (waiting === 0) done();
  };
  shelfArrived = settled;
  for (const number of numbers) {
    const script = document.createElement("script");
    script.src = root + "search/" + number + ".js";
    script.onerror = settled;
    document.head.append(script);
  }
}

function chip(className, text) {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}

function resultItem(row, root, words) {
  const [id, title, number, region, genre, topics, status] = row;
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = root + "policy/" + id + ".html";
  link.textContent = title;
  const facts = document.createElement("p");
  facts.className = "facts";
  facts.append(
    chip("status status-" + status, words.status[status] || status),
    chip("chip region", words.region[region] || "地区未知"),
    chip("chip", words.genre[genre] || genre),
    ...topics.map((topic) => chip("chip topic", topic)),
  );
  if (number) facts.append(chip("number", number));
  item.append(link, facts);
  return item;
}

function setUpLibrary() {
  const bar = document.getElementById("search");
  if (!bar) return;
  const root = document.body.dataset.root;
  const names = JSON.parse(document.getElementById("words").textContent);
  const numbers = bar.dataset.shelves.split(" ").filter(Boolean);
  const results = document.getElementById("results");
  const found = document.getElementById("found");
  const newest = document.getElementById("newest");
  let loaded = numbers.length === 0 ? "all" : "none";

  const { find, changed } = filterBar(bar, (words, chosen, active) => {
    newest.hidden = active;
    results.replaceChildren();
    found.textContent = "";
    if (!active) return;
    if (loaded !== "all") {
      found.textContent = "正在读取目录……";
      if (loaded === "none") loadShelves(numbers, root, finish);
      loaded = loaded === "none" ? "some" : loaded;
      return;
    }
    const hits = library.filter(
      (row) =>
        words.every((word) => row.find.includes(word)) &&
        has(chosen.region, [row[3]]) &&
        has(chosen.genre, [row[4]]) &&
        has(chosen.topic, row[5]),
    );
    const more = hits.length > RESULTS_SHOWN ? "，列出最近收录的" + RESULTS_SHOWN + "份" : "";
    found.textContent = "找到" + hits.length + "份" + more;
    results.append(...hits.slice(0, RESULTS_SHOWN).map((row) => resultItem(row, root, names)));
  });

  function finish() {
    library.sort((a, b) => (a[7] < b[7] ? 1 : a[7] > b[7] ? -1 : a[0] < b[0] ? -1 : 1));
    loaded = "all";
    changed();
  }

  const asked = decodeURIComponent(window.location.hash.slice(1));
  if (asked && !document.getElementById(asked)) {
    find.value = asked.slice(0, find.maxLength);
    changed();
  }
}

function setUpBuilder() {
  const builder = document.getElementById("builder");
  if (!builder) return;
  const selects = Array.from(builder.querySelectorAll("[data-build]"));
  const words = document.getElementById("b-q");
  const format = document.getElementById("b-format");
  const built = document.getElementById("built");
  const served = document.getElementById("served");

  function address() {
    const options = selects.flatMap((select) =>
      Array.from(select.selectedOptions, (option) => [select.dataset.build, option]),
    );
    const asked = wordsOf(words.value);
    if (asked.length === 0 && options.length < 2) {
      const name = options.length === 1 ? options[0][1].dataset.feed : "all";
      return ["feeds/" + name + "." + format.value, false];
    }
    const query = new URLSearchParams();
    for (const [kind, option] of options) query.append(kind, option.value);
    for (const word of asked) query.append("q", word);
    return ["feed." + format.value + "?" + query, true];
  }

  function changed() {
    const [path, dynamic] = address();
    const link = document.createElement("a");
    link.href = new URL(path, window.location.href).href;
    link.textContent = decodeURI(link.href);
    built.replaceChildren(link);
    served.hidden = !dynamic;
  }

  builder.addEventListener("input", changed);
  builder.hidden = false;
  changed();
}

setUpNews();
setUpLibrary();
setUpBuilder();
