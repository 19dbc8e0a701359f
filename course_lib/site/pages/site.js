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

  // Where the contents lie over the page, they close by themselves, as the menu does.
  const menu = document.querySelector("[data-menu]"), wide = document.querySelector("[data-wide]");
  const narrow = matchMedia("(max-width: 900px)"), over = wide && narrow.matches ? [menu, wide] : [menu];
  if (over.includes(wide)) wide.open = false;
  for (const fold of over) {
    addEventListener("click", (event) => { if (!fold.contains(event.target) || event.target.closest("a")) fold.open = false; });
    fold.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !fold.contains(event.relatedTarget)) fold.open = false;
    });
    fold.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      fold.open = false;
      fold.querySelector("summary").focus();
    });
  }

  // Parts out of sight are laid out later, so that the page can be used early. Until then a jump lands beside its aim, and
  // an explorer in such a part may not be noticed when it comes into sight: soon all are laid out, and a jump aims again.
  const whole = () => root.classList.add("whole");
  addEventListener("load", () => setTimeout(whole, 300));
  function aim() {
    whole();
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
  addEventListener("hashchange", aim);
  if (location.hash) addEventListener("load", aim);

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
  const SMALL = new Set("a an and are do does for how i in is it my of on or the this to what which who why with you".split(" "));
  function find(asked) {
    const every = fold(asked).split(/[^\p{L}\p{N}]+/u).filter(Boolean), telling = every.filter((word) => !SMALL.has(word));
    const words = telling.length ? telling : every;
    if (!words.length) return [];
    const starts = words.map((word) => new RegExp(`(?<![\\p{L}\\p{N}])${[...word].join("-?")}`, "gu")); // unet finds U-Net
    const scored = course.index.map((part) => {
      const [title, lesson, text] = [`${part.title} ${part.name ?? ""}`, part.lesson, part.text].map(fold);
      const found = starts.map((start) => 8 * (title.match(start) ?? []).length
        + 3 * (lesson.match(start) ?? []).length + Math.min(5, (text.match(start) ?? []).length));
      const met = found.filter(Boolean).length;
      return { part, words, met, score: found.reduce((a, b) => a + b) / (part.title === "References" ? 8 : 1) };
    }).filter(({ score }) => score);
    const most = Math.max(0, ...scored.map(({ met }) => met)); // all the words, or as many as stand anywhere together
    return scored.filter(({ met }) => met === most).sort((a, b) => b.score - a.score).slice(0, 12);
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
    told.classList.toggle("unseen", !box.value.trim() || hits.length > 0);
  }
  function choose(number) {
    at = (number + hits.length) % hits.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    list.children[at].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", `found-${at}`);
  }
  function go(number) { location.href = `${up}${hits[number].part.page}#${hits[number].part.id}`; close(); }
  function close() { list.hidden = true; told.classList.add("unseen"); box.setAttribute("aria-expanded", "false"); }
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
