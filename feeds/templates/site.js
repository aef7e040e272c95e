"use strict";
// Filters what the page already shows; without this script everything stays visible.
(function () {
  const bar = document.querySelector(".filters");
  if (!bar) return;
  const entries = Array.from(document.querySelectorAll("[data-entry]"));
  const chosen = { region: new Set(), genre: new Set(), topic: new Set() };
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const clear = document.getElementById("clear");

  function has(set, values) {
    return set.size === 0 || values.some((value) => set.has(value));
  }

  function matches(entry, words) {
    const data = entry.dataset;
    return (
      words.every((word) => data.find.includes(word)) &&
      has(chosen.region, [data.region]) &&
      has(chosen.genre, [data.genre]) &&
      has(chosen.topic, data.topic.split("|"))
    );
  }

  function apply() {
    const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const active = words.length + chosen.region.size + chosen.genre.size + chosen.topic.size > 0;
    let shown = 0;
    for (const entry of entries) {
      entry.hidden = !matches(entry, words);
      if (!entry.hidden) shown += 1;
    }
    for (const day of document.querySelectorAll("[data-day]")) {
      day.hidden = !day.querySelector("[data-entry]:not([hidden])");
    }
    found.textContent = active ? "符合条件：" + shown + "条" : "";
    clear.hidden = !active;
  }

  function press(button) {
    const set = chosen[button.dataset.filter];
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (on) set.add(button.dataset.value);
    else set.delete(button.dataset.value);
    apply();
  }

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-filter]");
    if (button) press(button);
  });
  clear.addEventListener("click", () => {
    find.value = "";
    for (const set of Object.values(chosen)) set.clear();
    for (const button of bar.querySelectorAll("[aria-pressed=true]")) {
      button.setAttribute("aria-pressed", "false");
    }
    apply();
    find.focus();
  });
  find.addEventListener("input", apply);
  bar.hidden = false;
})();
