// The deck: reveal.js with our keys, buttons and theme; what is folded opens over the slide; words shrink before they
// spill, and few words grow.
(() => {
  const root = document.documentElement, tools = document.querySelector(".deck-tools");
  const printing = /print-pdf/.test(location.search), LEAST = 22, MOST = 42, FULL = 0.68;

  // ---- what fits: few words get larger, many get smaller step by step, and only what still spills scrolls inside its slide
  function fit(slide) {
    const body = slide.querySelector(".body");
    if (!body || !body.clientHeight) return;
    const spills = () => body.scrollHeight > body.clientHeight + 1;
    const taken = () => (body.lastElementChild.getBoundingClientRect().bottom - body.getBoundingClientRect().top)
      / body.getBoundingClientRect().height;
    body.style.removeProperty("--type");
    formulas(body);
    let type = parseFloat(getComputedStyle(body).fontSize);
    const set = (pixels) => { body.style.setProperty("--type", `${type = pixels}px`); formulas(body); };
    if (slide.matches(".of-prose") && !body.querySelector(".small, table")) while (type < MOST && taken() < FULL) set(type + 1);
    while (spills() && type > LEAST) set(type - 1);
    body.classList.toggle("scrolls", spills());
    if (spills()) body.tabIndex = 0; else body.removeAttribute("tabindex");
  }
  /** A formula is one line. */
  function formulas(body) {
    for (const formula of body.querySelectorAll(".formula")) {
      formula.style.fontSize = "";
      const wide = formula.scrollWidth, room = formula.clientWidth;
      if (room && wide > room) formula.style.fontSize = `${Math.max(0.55, (room - 4) / wide)}em`;
    }
  }

  const timers = new Map();
  for (const box of document.querySelectorAll(".timer")) timers.set(box.closest("section"), new Timer(box));

  // ---- panels over a slide: code, hints
  const panelOf = (button) => document.getElementById(button.dataset.panel);
  function open(button, shown) {
    const slide = button.closest("section");
    for (const other of slide.querySelectorAll(".more")) {
      if (other !== button || !shown) { panelOf(other).hidden = true; other.setAttribute("aria-expanded", "false"); }
    }
    panelOf(button).hidden = !shown;
    explorers.again();
    if (!shown) return button.focus();
    button.setAttribute("aria-expanded", "true");
    if ("hints" in button.dataset) nextHint(button); else panelOf(button).focus();
  }
  /** Hints come one by one; behind the last the button folds them away. */
  function nextHint(button) {
    const all = [...panelOf(button).querySelectorAll(".hint")], at = all.findIndex((hint) => hint.hidden);
    if (at >= 0) all[at].hidden = false;
    const shown = all.filter((hint) => !hint.hidden).length;
    button.textContent = shown < all.length ? `Hint ${shown + 1} of ${all.length}` : "Fold the hints";
  }
  function press(button) {
    const closed = panelOf(button).hidden;
    if (!("hints" in button.dataset)) return open(button, closed);
    if (closed) return open(button, true);
    if (panelOf(button).querySelector(".hint[hidden]")) nextHint(button);
    else { open(button, false); }
  }
  for (const button of document.querySelectorAll(".more")) button.onclick = () => press(button);

  document.addEventListener("toggle", ({ target }) => { // what unfolds has to fit, too
    const slide = target.closest?.(".slides section section");
    if (slide) fit(slide);
  }, true);

  // ---- keys: what has the focus comes first, then the deck
  const takes = (target, key) => {
    if (!(target instanceof Element)) return false;
    if (explorers.inside(target) || target.closest("input, select, textarea")) return true;
    if (["Enter", " "].includes(key)) return Boolean(target.closest("button, summary, a"));
    return /^(Arrow|Home|End|Page)/.test(key) && Boolean(target.closest(".panel, .scrolls, pre, .formula")) && scrollable(target);
  };
  const scrollable = (node) => node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || Reveal.isOverview()) return;
    const panel = Reveal.getCurrentSlide()?.querySelector(".more[aria-expanded=true]");
    if (panel) { event.stopImmediatePropagation(); return open(panel, false); }
    if (!takes(event.target, "Escape")) return;
    document.activeElement.blur(); // leave the explorer, and see the deck
    event.stopImmediatePropagation();
    Reveal.toggleOverview(true);
  }, true);

  function theme(dark) {
    root.dataset.theme = dark ? "dark" : "light";
    root.dataset.jpThemeLight = String(!dark);
    tools.querySelector("[data-do=theme]").setAttribute("aria-pressed", String(dark));
    try { localStorage.setItem("course-theme", root.dataset.theme); } catch { /* not kept; this deck has it */ }
  }
  const shown = (selector) => Reveal.getCurrentSlide()?.querySelector(selector);
  const timer = () => timers.get(Reveal.getCurrentSlide());
  const deeds = {
    back: () => Reveal.prev(),
    next: () => Reveal.next(),
    overview: () => Reveal.toggleOverview(),
    notes: () => Reveal.getPlugin("notes").open(),
    theme: () => theme(root.dataset.theme !== "dark"),
    help: () => Reveal.toggleHelp(),
  };
  tools.onclick = ({ target }) => deeds[target.dataset.do]?.();
  tools.querySelector("[data-do=theme]").setAttribute("aria-pressed", String(root.dataset.theme === "dark"));

  if (/receiver/.test(location.search)) root.dataset.receiver = "yes"; // a small copy in the speaker's window
  const slides = [...document.querySelectorAll(".slides > section > section")]; // explorers have sections of their own
  function arrive(slide) {
    if (!slide || printing) return;
    for (const stack of document.querySelectorAll(".slides > .stack")) stack.removeAttribute("data-previous-indexv"); // enter a section at its first slide
    tools.querySelector("output").textContent = `${slides.indexOf(slide) + 1} / ${slides.length}`;
    fit(slide);
    explorers.show(slide);
  }
  if (printing) for (const each of document.querySelectorAll(".answer")) each.open = true; // paper has no buttons

  Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 4, center: false, hash: true, plugins: [RevealNotes],
    controls: false, transition: "none", backgroundTransition: "none", viewDistance: 2, pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1, defaultTiming: 0, keyboardCondition: (event) => !takes(event.target, event.key),
  }).then(async () => {
    const bind = (key, letter, description, act) => Reveal.addKeyBinding({ keyCode: key, key: letter, description }, act);
    bind(67, "C", "Code of this slide", () => { const button = shown(".more:not([data-hints])"); if (button) press(button); });
    bind(73, "I", "Next hint of this exercise", () => { const button = shown("[data-hints]"); if (button) press(button); });
    bind(84, "T", "Start or pause the timer", () => timer()?.turn());
    bind(82, "R", "Reset the timer", () => timer()?.reset());
    for (const key of [187, 171, 107]) bind(key, "+", "Larger explorer", () => explorers.zoom(1.25));
    for (const key of [189, 173, 109]) bind(key, "-", "Smaller explorer", () => explorers.zoom(0.8));
    bind(68, "D", "Dark or light", deeds.theme);
    await document.fonts.ready;
    if (printing) slides.forEach(fit);
    arrive(Reveal.getCurrentSlide());
    Reveal.on("slidechanged", ({ currentSlide }) => arrive(currentSlide));
    for (const event of ["resize", "overviewshown", "overviewhidden"]) Reveal.on(event, explorers.again);
    root.dataset.ready = "yes";
  });
})();
