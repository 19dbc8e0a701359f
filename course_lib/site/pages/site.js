// The line at the top: theme, menu, search. Everything else of a page works without this.
(() => {
  const root = document.documentElement;
  const theme = document.querySelector("button.theme");
  const say = () => { theme.textContent = root.dataset.theme === "dark" ? "Light" : "Dark"; };
  theme.onclick = () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.jpThemeLight = String(root.dataset.theme !== "dark");
    try { localStorage.setItem("course-theme", root.dataset.theme); } catch { /* not kept; this page has it */ }
    say();
  };
  say();

  const wide = document.querySelector("[data-wide]");
  if (wide && matchMedia("(max-width: 900px)").matches) wide.open = false;
  const menu = document.querySelector("[data-menu]");
  addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // What is folded is printed, too; and a link into a folded part opens it.
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("main details:not([open])")) { each.open = true; each.dataset.printed = ""; }
  });
  addEventListener("afterprint", () => {
    for (const each of document.querySelectorAll("details[data-printed]")) { each.open = false; delete each.dataset.printed; }
  });

  // ---- search: every word must begin a word of a part; words in headings weigh more
  const form = document.querySelector(".search"), box = form.querySelector("input");
  const list = form.querySelector("ul"), told = form.querySelector("[role=status]"), up = form.dataset.up;
  let hits = [], at = -1;
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  function find(asked) {
    const words = fold(asked).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    if (!words.length) return [];
    const starts = words.map((word) => new RegExp(`(?<![\\p{L}\\p{N}])${word}`, "gu"));
    const scored = [];
    for (const part of course.index) {
      const title = fold(part.title), text = fold(part.text);
      let score = 0;
      for (const start of starts) {
        const found = 8 * (title.match(start) ?? []).length + Math.min(5, (text.match(start) ?? []).length);
        if (!found) { score = 0; break; }
        score += found;
      }
      if (score) scored.push({ part, score, words });
    }
    return scored.sort((a, b) => b.score - a.score).slice(0, 12);
  }
  function around({ part, words }) {
    const place = Math.max(0, fold(part.text).indexOf(words[0]) - 40);
    return (place ? "… " : "") + part.text.slice(place, place + 120) + " …";
  }
  function show() {
    hits = find(box.value);
    at = -1;
    list.replaceChildren(...hits.map((hit, number) => {
      const item = document.createElement("li"), more = document.createElement("span");
      item.id = `found-${number}`;
      item.setAttribute("role", "option");
      item.textContent = hit.part.title;
      more.textContent = `${hit.part.lesson}: ${around(hit)}`;
      item.append(more);
      item.onmousedown = (event) => { event.preventDefault(); go(number); };
      return item;
    }));
    list.hidden = !hits.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
    told.textContent = box.value.trim() ? `${hits.length || "no"} place${hits.length === 1 ? "" : "s"} found` : "";
  }
  function choose(number) {
    at = (number + hits.length) % hits.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    list.children[at].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", `found-${at}`);
  }
  function go(number) { location.href = `${up}${hits[number].part.page}#${hits[number].part.id}`; close(); }
  function close() { list.hidden = true; box.setAttribute("aria-expanded", "false"); }
  const ready = () => course.load(`${up}static/index.js`);
  box.onfocus = ready;
  box.oninput = () => ready().then(show);
  box.onblur = close;
  box.onkeydown = (event) => {
    if (event.key === "Escape") { box.value = ""; show(); }
    else if (event.key === "ArrowDown" && hits.length) choose(at + 1);
    else if (event.key === "ArrowUp" && hits.length) choose(at - 1);
    else return;
    event.preventDefault();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    ready().then(() => { show(); if (hits.length) go(Math.max(at, 0)); });
  };
})();
