// The translation explorer in the page: where each step looked, what it might have written, the beam search as a tree.
// It only draws what Python sent, so it works without a kernel. The model holds all choices: views stay in step.
//
// it: one example, unpacked   at: where the viewer looks   level: a byte of weight, said by texts, shown by shades

const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const between = (low, value, high) => Math.max(low, Math.min(high, value));
const range = (size) => [...Array(size).keys()];

/** An element with attributes, listeners and children. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  if (tag === "button") node.type = "button";
  node.append(...children);
  return node;
}

// ---- what Python sent, and how to say it

/** One example with views of its bytes; map -1 of a layer is the average of its heads. */
function unpack(data, number) {
  const sent = data.examples[number];
  const [layers, heads, T, S] = sent.shape;
  const [tree, levels] = [sent.tree, bytes(sent.levels)];
  const mapOf = ({ layer, head }) => levels.subarray((layer * (heads + 1) + head + 1) * T * S).subarray(0, T * S);
  const path = (node) => (node < 0 ? [] : [...path(tree.parent[node]), node]);
  const stepOf = (node) => Math.min(tree.column[node], T - 1); // the tree may be longer than the output, or shorter
  return {
    ...data, ...sent, heads, T, S, mapOf, path, stepOf,
    high: { layer: layers - 1, head: heads - 1, step: T - 1, column: S - 1 },
    nameOf: ({ layer, head }) => `${sent.layers[layer]}, ${head < 0 ? "average of the heads" : `head ${head}`}`,
    rowOf: (at) => mapOf(at).subarray(at.step * S, (at.step + 1) * S),
    hypothesis: (node) =>
      `“${path(node).map((i) => tree.label[i]).join(sent.joint)}”: log-probability ${tree.total[node]}${tree.words[node]}`,
    atStep: (node, step) => node >= 0 && stepOf(node) === Math.min(step, tree.columns - 1),
    pixels: new Uint32Array(bytes(data.colours).slice().buffer), // a colour a level
  };
}

/** The same sentence as Python's describe(). */
function sentence(it, at) {
  const levels = it.rowOf(at);
  const best = range(it.S).sort((a, b) => levels[b] - levels[a] || a - b).slice(0, 3).filter((s) => levels[s]);
  const weight = (s) => `“${it.source[s]}” (${s}) ${it.texts[levels[s]]}`;
  const next = (at.veiled ? it.asked : it.told)[at.step];
  const words = [`${next} ${it.nameOf(at)}, looks at ${best.map(weight).join(", ")}.`];
  if (at.column >= 0) words.push(`Selected: ${weight(at.column)}.`);
  if (at.guess >= 0) words.push(it.choices[at.step][at.guess][4]);
  if (at.node >= 0 && !at.veiled) words.push(`Hypothesis ${it.hypothesis(at.node)}.`);
  return words.join(" ");
}

/** Paint a map one pixel a cell; the browser enlarges it. */
function paintCells(canvas, it, levels) {
  [canvas.width, canvas.height] = [it.S, it.T];
  const image = new ImageData(it.S, it.T);
  const pixels = new Uint32Array(image.data.buffer);
  levels.forEach((level, i) => (pixels[i] = it.pixels[level]));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Write a label anew only where it changes: that costs a layout. */
function mark(label, text, look) {
  if (label.textContent !== text) label.textContent = text;
  if (label.className !== look) label.className = look;
}

/** A part of the page under its title. */
const section = (title, note, ...nodes) =>
  make("section", {}, make("h4", {}, title, make("small", {}, note)), ...nodes);

/** One of a radio group: is it chosen, does Tab reach it. */
function choosable(button, chosen, reached = chosen) {
  button.ariaChecked = chosen;
  button.tabIndex = reached ? 0 : -1;
}

// ---- parts: each is { node, draw(at, fresh) }; fresh: the map is another one

/** All maps as small pictures, the average of a layer's heads first. */
function overview(view, it) {
  const group = make("div", { class: "te-heads", role: "radiogroup", "data-walk": "layer head",
    "aria-label": "layer and head", style: `--heads: ${it.heads + 1}; --aspect: ${it.S / it.T}` });
  const heads = range(it.heads + 1).map((i) => i - 1);
  group.append(make("span"), ...heads.map((head) => make("span", {}, head < 0 ? "average" : `${head}`)));
  const buttons = it.layers.flatMap((name, layer) => {
    const row = heads.map((head) => {
      const [canvas, place] = [make("canvas"), { layer, head }];
      const choose = () => view.choose(place);
      const button = make("button", { role: "radio", "aria-label": it.nameOf(place), click: choose }, canvas);
      paintCells(canvas, it, it.mapOf(place));
      return { button, place };
    });
    group.append(make("span", { title: name }, name), ...row.map((one) => one.button));
    return row;
  });
  const scale = make("figure");
  scale.innerHTML = it.scale;
  function draw(at) {
    for (const { button, place } of buttons) choosable(button, place.layer === at.layer && place.head === at.head);
  }
  return { node: section("All heads", "rows write, columns were read", group, scale), draw };
}

/** The source on a background of the step's weights, over the map of the chosen head with that step's row outlined. */
function alignment(view, it) {
  const letters = it.source.map((label, column) => {
    const choose = (event) => view.point({ column }, event);
    const look = label.length > 2 ? "te-long" : "";
    return make("button", { role: "radio", class: look, pointerenter: choose, click: choose }, label);
  });
  const walk = { role: "img", tabindex: 0, "data-walk": "step column" };
  const canvas = make("canvas", { ...walk, pointermove: point, click: point });
  const source = { class: "te-source", role: "radiogroup", "aria-label": "letter", "data-walk": "column column" };
  const [one, rows] = [make("i", { class: "te-cell" }), it.target.map(() => make("span"))];
  const map = make("div", { class: "te-map" }, canvas, make("i"), one);
  const grid = make("div", { class: "te-grid", style: `--T: ${it.T}; --S: ${it.S}` },
    make("b", { class: "te-mark-step" }, "writes ↓"),
    make("div", source, ...letters),
    make("div", { class: "te-side" }, ...rows),
    map);
  function point(event) {
    const step = Math.floor((event.offsetY / canvas.clientHeight) * it.T);
    const column = Math.floor((event.offsetX / canvas.clientWidth) * it.S);
    if (step in it.target && column in it.source) view.point({ step, column }, event);
  }
  function draw(at, fresh) {
    if (fresh) paintCells(canvas, it, it.mapOf(at));
    const levels = it.rowOf(at);
    node.querySelector("small").textContent = it.nameOf(at);
    letters.forEach((button, s) => {
      button.style.backgroundColor = it.shades[levels[s]];
      button.style.color = levels[s] < it.bright ? "#fff" : "#000";
      button.ariaLabel = `“${it.source[s]}” (${s}) ${it.texts[levels[s]]}`;
      choosable(button, s === at.column, s === Math.max(at.column, 0));
    });
    rows.forEach((label, t) => mark(label, t > at.shown ? "·" : it.target[t], t === at.step ? "te-on" : ""));
    map.style.setProperty("--step", at.step);
    map.style.setProperty("--column", at.column);
    one.hidden = at.column < 0;
    canvas.ariaLabel = `Alignment map. ${at.words}`;
  }
  const node = section("Where it looks", "", make("div", { class: "te-scroll" }, grid));
  return { node, draw };
}

/** The output so far, and under it the truth where that is known. */
function output(view, it) {
  const [said, right] = [make("p", { class: "te-output" }), make("p", { class: "te-truth" })];
  said.append(...it.target.map(() => make("span")));
  function draw(at) {
    [...said.children].forEach((label, t) => {
      const later = t > Math.min(at.shown, at.step);
      const looks = [t === at.step && "te-on", t === it.parted && !later && "te-parted"];
      mark(label, later ? "·" : it.target[t], looks.filter(Boolean).join(" "));
    });
    const known = it.truth.slice(0, at.shown + 1);
    right.hidden = !it.truth.length;
    right.textContent = `truth: ${known.join(it.joint)}${known.length < it.truth.length ? " …" : ""}`;
  }
  return { node: section("Written so far", "", said, right), draw };
}

/** The likeliest labels of the step as bars; until guessed, as buttons in neutral order. */
function nextLabels(view, it) {
  const list = make("div", { class: "te-next" });
  const node = section("", "", list);
  const guess = (i) => ({ "data-lm-suppress-shortcuts": "true", click: () => view.guess(i) });
  function draw(at) {
    const choices = it.choices[at.step];
    const title = at.veiled ? "Which comes next? Guess" : `What might come at step ${at.step + 1}`;
    node.firstChild.textContent = list.ariaLabel = title;
    list.role = at.veiled ? "group" : "list";
    const buttons = it.neutral[at.step].map((i) => make("button", guess(i), choices[i][0]));
    const bars = choices.map(([label, width, text, note], i) =>
      make("div", { role: "listitem", class: note.includes("chosen") ? "te-chosen" : "" },
        make("span", {}, label), make("i", { style: `--width: ${width}%` }), make("span", {}, text),
        make("small", {}, i === at.guess ? `${note} (your guess)` : note)));
    bars.push(make("p", {}, `all others together ${it.rest[at.step]}`));
    list.replaceChildren(...(at.veiled ? buttons : bars));
  }
  return { node, draw };
}

/** The beam search, laid out in Python: a button a hypothesis, and lines to what it grew from. */
function beamTree(view, it) {
  const { x, y, column, parent, look, label, total, marks, svg, size, key, ends } = it.tree;
  const to = (node) => () => view.choose({ node, pinned: true });
  const buttons = label.map((text, i) => make("button", { role: "radio", class: `te-node te-${look[i]}`, tabindex: -1,
    "aria-checked": "false", "aria-label": it.hypothesis(i), style: `left: ${x[i]}px; top: ${y[i]}px`, click: to(i) },
  make("span", {}, text), make("small", {}, total[i]), make("sup", {}, marks[i])));
  const field = make("div", { class: "te-field", role: "radiogroup", "aria-label": "hypotheses", style: size });
  field.innerHTML = svg;
  field.append(...buttons);
  const [box, legend] = [make("div", { class: "te-scroll" }, field), make("p", { class: "te-key" })];
  legend.innerHTML = key;
  const jumps = ends.map(([name, node]) => make("button", { click: to(node) }, name));
  legend.prepend(...jumps);
  const [band, lines] = field.children;
  let seen, before = [];
  function draw({ node, shown, predict }) {
    if (seen !== shown) { // nothing beyond what may be seen
      const later = column.indexOf(shown + 1);
      lines.style.width = later < 0 ? "" : `${(x[later - 1] ?? 0) + 20}px`;
      buttons.forEach((button, i) => (button.hidden = column[i] > shown));
      jumps.forEach((button) => (button.hidden = predict));
      seen = shown;
    }
    if (column[node] > shown) node = parent[node];
    before.forEach((i) => choosable(buttons[i], false));
    before = it.path(node);
    before.forEach((i) => choosable(buttons[i], i === node));
    lines.lastChild.setAttribute("d", `M8 ${y[0]}` + before.map((i) => `L${x[i]} ${y[i]}`).join(""));
    const at = x[node] ?? 0;
    band.style.left = `${at - 31}px`;
    if (box.clientWidth) box.scrollLeft = between(at + 100 - box.clientWidth, box.scrollLeft, at - 100);
  }
  return { node: section("Beam search", "a column a step; numbers are log-probabilities so far", legend, box), draw };
}

// ---- the view

const FRAME = `<div class="te-ask"><label>example <select data-is="chooser"></select></label>
  <input type="text" data-is="own" placeholder="try your own" aria-label="try your own">
  <button data-is="go">Ask</button><span aria-live="polite" data-is="note"></span></div>
<div class="te-controls">
  <button data-is="back">Back</button><button data-is="next">Next</button>
  <button data-is="player">Play</button>
  <label class="te-mark-step">step<input type="range" min="0" data-is="slider"></label>
  <label><input type="checkbox" role="switch" data-is="predict">predict first</label>
</div>
<div data-is="parts"></div>
<p role="status" data-is="status"></p>`;

function render({ model, el }) {
  const undo = [];
  let it, drawn, frame, fresh, saving, patience, beat;
  const key = () => `${model.get("example")}:${model.get("step")}`;
  function place() {
    const names = ["layer", "head", "step", "column", "node", "predict"];
    const at = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const guess = at.predict ? model.get("guesses")[key()] ?? -1 : -1;
    const veiled = at.predict && guess < 0; // what comes next is not to be seen yet
    return { ...at, guess, veiled, shown: at.predict ? at.step - veiled : 1e9 };
  }
  const heed = (names, act) => names.forEach((name) => {
    model.on(`change:${name}`, act);
    undo.push(() => model.off(`change:${name}`, act));
  });
  function save() {
    clearTimeout(saving);
    saving = undefined;
    model.save_changes();
  }
  const view = {
    /** Change the choice at once, and tell the kernel when the hand rests. Step and hypothesis go together. */
    choose(changes, playing) {
      if (!playing) play(false);
      const { step, node } = changes;
      if (node >= 0) changes.step = it.stepOf(node);
      else if (step >= 0 && !it.atStep(model.get("node"), step)) changes.node = it.follow[step];
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      clearTimeout(saving);
      saving = setTimeout(save, 100);
    },
    /** Hovering moves a choice that is free; a click pins it, and a click on the pinned one frees it. */
    point(to, event) {
      const same = Object.entries(to).every(([name, value]) => model.get(name) === value);
      if (event.type === "click") view.choose({ ...to, pinned: !(same && model.get("pinned")) });
      else if (!model.get("pinned") && !model.get("predict") && !same) view.choose(to);
    },
    guess(i) {
      view.choose({ guesses: { ...model.get("guesses"), [key()]: i } });
      next.focus();
    },
  };
  const walk = (by) => view.choose({ step: between(0, model.get("step") + by, it.T - 1), pinned: true });

  /** Step after step, until the end or until something else is chosen. */
  function play(on) {
    clearInterval(beat);
    beat = on && setInterval(() => {
      const step = model.get("step") + 1;
      if (step < it.T) view.choose({ step }, true);
      else play(false);
    }, 900);
    player.ariaPressed = Boolean(on);
  }

  /** From a hypothesis to its neighbours above and below, to its parent, and to its likeliest child. */
  function stroll(key, { node, shown }) {
    const { parent, column } = it.tree;
    if (column[node] > shown) node = parent[node];
    const to = { ArrowLeft: parent[node], ArrowRight: parent.indexOf(node) }[key];
    const beside = node + { ArrowUp: -1, ArrowDown: 1 }[key];
    return to >= 0 && column[to] <= shown ? to : column[beside] === column[node] ? beside : node;
  }

  /** Arrows walk along the traits of the part they are pressed in; other keys work anywhere. */
  function press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    if (target.type === "text") return key === "Enter" ? ask() : undefined;
    const [down, across] = target.closest("[data-walk]")?.dataset.walk.split(" ") ?? [];
    const steps = { ArrowUp: [down, -1], ArrowDown: [down, 1], ArrowLeft: [across, -1], ArrowRight: [across, 1],
      Home: [across, -1e9], End: [across, 1e9], PageUp: ["layer", -1], PageDown: ["layer", 1],
      "[": ["head", -1], "]": ["head", 1] };
    const [name, step] = steps[key] ?? [];
    let to;
    if (name) to = { [name]: between(name === "head" ? -1 : 0, model.get(name) + step, it.high[name]) };
    else if (target.closest(".te-field") && key.startsWith("Arrow")) to = { node: stroll(key, place()) };
    else if (key === "Escape") to = { pinned: false, column: -1 };
    else return;
    event.preventDefault();
    view.choose(name === "step" ? { ...to, pinned: true } : to);
  }

  // ---- your own word
  let asked = 0;
  function ask() {
    asked = model.get("request") + 1;
    model.set("question", own.value);
    model.set("request", asked);
    save();
    note.textContent = "";
    clearTimeout(patience);
    patience = setTimeout(() => (note.textContent = "waiting for the kernel; the last result stays explorable"), 500);
  }
  heed(["answered"], () => {
    if (model.get("answered") < asked) return;
    clearTimeout(patience);
    note.textContent = model.get("trouble");
  });

  // ---- what stands around the parts
  const root = make("div", { class: "course-explorer translation-explorer", keydown: press });
  root.innerHTML = FRAME;
  const { chooser, own, go, note, back, next, player, slider, predict, parts, status } =
    Object.fromEntries([...root.querySelectorAll("[data-is]")].map((node) => [node.dataset.is, node]));
  go.onclick = ask;
  chooser.onchange = () => {
    model.set("example", chooser.selectedIndex);
    view.choose({ step: 0, column: -1, node: it.follow[0] });
  };
  back.onclick = () => walk(-1);
  next.onclick = () => walk(1);
  player.onclick = () => {
    if (!beat && model.get("step") === it.T - 1) walk(-it.T);
    play(!beat);
  };
  slider.oninput = () => walk(slider.value - model.get("step"));
  predict.onchange = () => view.choose({ predict: predict.checked });

  /** Draw once before the next frame, however many choices changed. */
  function redraw(map) {
    fresh ||= map;
    frame ??= requestAnimationFrame(draw);
  }
  function draw() {
    frame = undefined;
    const now = place();
    status.textContent = now.words = sentence(it, now);
    for (const part of drawn) part.draw(now, fresh);
    fresh = false;
    slider.value = now.step;
    slider.ariaValueText = `step ${now.step + 1} of ${it.T}`;
    predict.checked = now.predict;
    player.hidden = now.predict || matchMedia("(prefers-reduced-motion: reduce)").matches;
    // the focus follows the choice inside a group
    root.querySelector("[role=radio]:focus")?.parentNode.querySelector("[aria-checked=true]")?.focus();
  }

  /** Lay out the parts for the example chosen. */
  function build() {
    const data = model.get("data");
    const example = Math.min(model.get("example"), data.examples.length - 1);
    it = unpack(data, example);
    model.set("example", example);
    for (const name in it.high) model.set(name, Math.min(model.get(name), it.high[name]));
    if (!it.atStep(model.get("node"), model.get("step"))) model.set("node", it.follow[model.get("step")]);
    const [said, map, labels, heads] = [output, alignment, nextLabels, overview].map((part) => part(view, it));
    const tree = it.tree ? [beamTree(view, it)] : [];
    drawn = [said, map, labels, heads, ...tree];
    const columns = make("div", { class: "te-columns" }, map.node, make("div", {}, labels.node, heads.node));
    parts.replaceChildren(said.node, columns, ...tree.map((part) => part.node));
    chooser.replaceChildren(...data.examples.map((each) => make("option", {}, each.name)));
    chooser.selectedIndex = example;
    own.hidden = go.hidden = !data.asks;
    slider.max = it.T - 1;
    // what takes the focus keeps its keys from the notebook
    for (const node of root.querySelectorAll("button, input, select, [tabindex]"))
      node.dataset.lmSuppressShortcuts = "true";
    redraw(true);
  }

  heed(["step", "column", "node", "predict", "guesses"], () => redraw());
  heed(["layer", "head"], () => redraw(true));
  heed(["data", "example"], build);

  el.append(root);
  build();
  return () => {
    if (saving) save();
    play(false);
    cancelAnimationFrame(frame);
    clearTimeout(patience);
    for (const act of undo) act();
    root.remove();
  };
}

export default { render };
