// The attention explorer in the page. Python did the arithmetic: this module only draws the bytes it sent, so that it
// works while the kernel is busy, and without one. The model holds all choices, so several views stay in step.
//
// data: what Python sent   at: where the viewer looks   level: a byte of weight, said by data.texts, shown by data.shades

const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const between = (low, value, high) => Math.max(low, Math.min(high, value));
const hides = (mask, cell) => !((mask[cell >> 3] >> (cell & 7)) & 1); // one bit a cell, 1 = may look
const bits = (tenths) => (tenths / 10).toFixed(1);

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

/** Views of the payload; `version` is 0 with the mask and 1 without. */
function unpack(sent) {
  const [layers, heads, T, S] = sent.shape;
  const [levels, entropy, means] = [sent.levels, sent.entropy, sent.head_entropy].map((list) => list.map(bytes));
  const masks = Object.entries(sent.masks).map(([name, packed]) => [name, bytes(packed)]);
  const version = (at) => (at.masked ? 0 : levels.length - 1);
  const mapOf = (at) => {
    const start = (at.layer * heads + at.head) * T * S;
    return levels[version(at)].subarray(start, start + T * S);
  };
  return {
    ...sent, heads, T, S, masks, version, mapOf, both: levels.length > 1,
    sizes: { layer: layers, head: heads, row: T, column: S },
    name: ({ layer, head }) => `${sent.layers[layer]}, head ${head}`,
    share: (tenths) => `${(100 * tenths) / Math.max(sent.most, 1)}%`, // of the largest entropy
    headAt: (place) => ({ layer: Math.floor(place / heads), head: place % heads }),
    rowOf: (at) => mapOf(at).subarray(at.row * S, (at.row + 1) * S),
    entropyOf: (at) => entropy[version(at)].subarray((at.layer * heads + at.head) * T),
    meanOf: (at, i) => means[version(at)][i],
    closed: Uint8Array.from({ length: T * S }, (_, i) => masks.some(([, mask]) => hides(mask, i))),
    hiddenBy: (t, s) => masks.filter(([, mask]) => hides(mask, t * S + s)).map(([name]) => name).join(" and "),
    pixels: new Uint32Array(bytes(sent.colours).slice().buffer), // a colour a level
    inkOn: (level) => (level < sent.bright ? "#fff" : "#000"),
  };
}

/** The same sentence as Python's describe(). */
function sentence(data, at) {
  const name = (labels, i) => `“${labels[i]}” (${i})`;
  const levels = data.rowOf(at);
  const best = [...levels.keys()].sort((a, b) => levels[b] - levels[a] || a - b).slice(0, 3).filter((s) => levels[s]);
  const said = best.map((s, i) => `${name(data.answering, s)} ${i ? "" : "answers "}${data.texts[levels[s]]}`);
  const mask = data.both ? `, ${at.masked ? "with" : "without"} the mask` : "";
  const hidden = at.column < 0 ? "" : data.hiddenBy(at.row, at.column);
  const chosen = at.column < 0 ? "" : ` Selected: ${name(data.answering, at.column)}` +
    `${hidden && `, hidden by ${hidden},`} answers ${data.texts[levels[at.column]]}.`;
  return `${data.name(at)}${mask}. ${name(data.asking, at.row)} asks: ${said.join(", ")}. ` +
    `Entropy ${bits(data.entropyOf(at)[at.row])} of ${bits(data.most)} bits.${chosen}`;
}

/** The answers of one row as a table. */
function tableOf(data, at) {
  const row = (tag, cells) => make("tr", {}, ...cells.map((text) => make(tag, {}, text)));
  const rows = [...data.rowOf(at)].map((level, s) => {
    const hidden = data.hiddenBy(at.row, s);
    return row("td", [`${s}`, data.answering[s], data.texts[level], hidden && `hidden by ${hidden}`]);
  });
  const title = `Answers to “${data.asking[at.row]}” (${at.row}); ${data.name(at)}`;
  return make("table", {}, make("caption", {}, title), row("th", ["", "answers", "weight", "mask"]), ...rows);
}

/** Paint a map one pixel a cell, blank where masks forbid; the browser enlarges it. */
function paintCells(canvas, data, levels, blank) {
  [canvas.width, canvas.height] = [data.S, data.T];
  const image = new ImageData(data.S, data.T);
  const pixels = new Uint32Array(image.data.buffer);
  levels.forEach((level, i) => (pixels[i] = blank && data.closed[i] ? 0 : data.pixels[level]));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// ---- parts: each is { node, draw(at, look, fresh) }; fresh: what changed since the last drawing

/** All heads: a radio group of small maps, the mean entropy of each as a bar beneath. */
function overview(view, data) {
  const group = make("div", { class: "ae-heads", role: "radiogroup", "data-walk": "layer head 1",
    "aria-label": "layer and head" });
  group.style = `--heads: ${data.heads}; --aspect: ${data.S / data.T}`;
  const names = Array.from({ length: data.heads }, (_, head) => make("span", {}, `${head}`));
  group.append(make("span"), ...names);
  const buttons = data.layers.flatMap((name, layer) => {
    const row = names.map((_, head) =>
      make("button", { role: "radio", click: () => view.choose({ layer, head }) }, make("canvas")));
    group.append(make("span", { title: name }, name), ...row);
    return row;
  });
  const scale = make("figure", { class: "ae-scale" });
  scale.innerHTML = data.scale;
  function draw(at, look, fresh) {
    buttons.forEach((button, i) => {
      const place = data.headAt(i);
      const chosen = place.layer === at.layer && place.head === at.head;
      button.ariaChecked = chosen;
      button.tabIndex = chosen ? 0 : -1;
      if (!fresh.weights) return;
      const mean = data.meanOf(at, i);
      paintCells(button.firstChild, data, data.mapOf({ ...at, ...place }), look.blank);
      button.style.setProperty("--entropy", data.share(mean));
      button.ariaLabel = `${data.name(place)}, mean entropy ${bits(mean)} bits`;
    });
  }
  const title = make("h4", {}, "All heads", make("small", {}, "rows ask, columns answer"));
  return { node: make("section", {}, title, group, scale), draw };
}

/** One head in detail: the map with its labels, the entropy of each row beside it, the choice outlined. */
function heatMap(view, data) {
  const canvas = make("canvas", { role: "img", tabindex: 0, "data-walk": "row column 1", pointermove: point, click: point });
  const [title, hatch, one] = [make("h4"), make("div"), make("i", { class: "ae-cell" })];
  const spans = (texts) => texts.map((text) => make("span", {}, text));
  const edges = { row: spans(data.asking), column: spans(data.answering) };
  const bars = spans(data.asking.map(() => ""));
  const long = Math.max(...data.answering.map((label) => label.length));
  let cell = 13;
  const grid = make("div", { class: "ae-grid", style: `--T: ${data.T}; --S: ${data.S}; --long: ${Math.min(long, 16)}` },
    make("b", { class: "ae-mark-asking" }, "asks ↓"),
    make("div", { class: `ae-top${long > 2 ? " ae-turned" : ""}` }, make("b", {}, "answers →"), ...edges.column),
    make("small", {}, `entropy 0–${bits(data.most)} bits`),
    make("div", { class: "ae-side" }, ...edges.row),
    make("div", { class: "ae-map" }, canvas, hatch, make("i"), one),
    make("div", { class: "ae-bars" }, ...bars));
  hatch.innerHTML = data.hatch.replaceAll("HATCH", `hatch${Math.random().toString(36).slice(2)}`);
  function point(event) {
    const row = Math.floor((event.offsetY / canvas.clientHeight) * data.T);
    const column = Math.floor((event.offsetX / canvas.clientWidth) * data.S);
    if (row in data.asking && column in data.answering) view.point({ row, column }, event);
  }
  function draw(at, look, fresh) {
    if (fresh.weights || fresh.head) {
      paintCells(canvas, data, data.mapOf(at), look.blank);
      bars.forEach((bar, t) => (bar.style.width = data.share(data.entropyOf(at)[t])));
      const code = make("small", {}, make("code", {}, `weights[${at.layer}, ${at.head}]`));
      title.replaceChildren(data.name(at), code);
      hatch.className = `ae-hatch${look.blank ? "" : " ae-over"}`;
      hatch.hidden = !look.overlay;
    }
    cell = canvas.clientHeight / data.T || cell; // no height while hidden
    grid.classList.toggle("ae-fine", cell < 9);
    for (const [name, labels] of Object.entries(edges)) {
      const [chosen, step] = [at[name], Math.ceil(13 / cell)]; // those that fit
      grid.style.setProperty(`--${name}`, chosen);
      labels.forEach((label, i) => {
        const near = chosen >= 0 && Math.abs(i - chosen) < step;
        label.className = i === chosen ? "ae-on" : near || i % step ? "ae-off" : "";
      });
    }
    one.hidden = at.column < 0;
    canvas.ariaLabel = `Heat map. ${sentence(data, at)}`;
  }
  return { node: make("section", {}, title, grid), draw };
}

/** The positions one by one: tokens, columns or rows of an alignment, or patches; answers stand on their weight. */
function strip(view, data, role) {
  const key = role === "asking" ? "row" : "column";
  const labels = data[role];
  const { texts, shape, across, extra, png, aspect } = data.drawing;
  const buttons = labels.map((label, i) => {
    const choose = (event) => view.point({ [key]: i }, event);
    return make("button", { role: "radio", pointerenter: choose, click: choose }, texts[role][i]);
  });
  const group = make("div", { class: `ae-strip ae-${role} ae-${shape[role]}`, role: "radiogroup",
    "aria-label": `${role} position`, "data-walk": `${key} ${key} ${across[role]}` }, ...buttons);
  if (shape[role] === "patches") {
    group.style = `--across: ${across[role]}; --ratio: ${1 / aspect}; --picture: url(${png})`;
    if (extra[role]) buttons[0].className = "ae-extra";
  }
  const heading = make("h4", { class: `ae-mark-${role}` });
  function draw(at, look) {
    const levels = data.rowOf(at);
    heading.textContent = role === "asking" ? "Asks" : `Answers to “${data.asking[at.row]}”`;
    buttons.forEach((button, i) => {
      const [level, hidden] = [levels[i], role === "answering" && data.hiddenBy(at.row, i)];
      let words = `“${labels[i]}” (${i})`;
      button.ariaChecked = i === at[key];
      button.tabIndex = i === Math.max(at[key], 0) ? 0 : -1;
      if (role === "answering") {
        const blank = hidden && look.blank;
        words += ` ${data.texts[level]}${hidden && `, hidden by ${hidden}`}`;
        button.style.backgroundColor = blank ? "transparent" : data.shades[level];
        button.style.color = blank ? "inherit" : data.inkOn(level);
        button.classList.toggle("ae-hidden", Boolean(hidden && look.overlay));
        button.classList.toggle("ae-asker", i === at.row && data.T === data.S);
      }
      button.ariaLabel = words;
    });
  }
  return { node: make("div", {}, heading, group), draw };
}

/** A molecule, laid out in Python: atoms coloured by the weight of their piece of the string; a click lets one ask. */
function molecule(view, data) {
  const node = make("div", { class: "ae-molecule" });
  node.innerHTML = data.drawing.svg;
  const atoms = [...node.querySelectorAll("g")].map((group, i) => {
    const [row, column] = data.drawing.atoms[i]; // the positions this atom asks and answers at
    group.onpointerenter = (event) => view.point({ column: column[0] }, event);
    group.onclick = (event) => row.length && view.point({ row: row[0] }, event);
    return { group, row, column };
  });
  function draw(at) {
    const levels = data.rowOf(at);
    for (const { group, row, column } of atoms) {
      const level = Math.max(...column.map((s) => levels[s]));
      group.style = `fill: ${data.shades[level]}; --on: ${data.inkOn(level)}`;
      group.classList.toggle("ae-asker", row.includes(at.row));
      group.classList.toggle("ae-chosen", column.includes(at.column));
    }
    node.firstElementChild.ariaLabel = `Molecule. ${sentence(data, at)}`;
  }
  return { node, draw };
}

// ---- the view

const FRAME = `
<h3 data-is="heading"></h3>
<form class="ae-ask" data-is="form"><input type="text" data-is="own">
  <button class="ae-plain">Ask</button><span class="ae-note" aria-live="polite" data-is="note"></span></form>
<div class="ae-columns" data-is="columns"></div>
<div class="ae-controls">
  <label class="ae-mark-asking">asks<input type="range" min="0" data-is="slider"></label>
  <label><input type="checkbox" role="switch" data-is="mask">mask</label>
  <label><input type="checkbox" data-is="overlay">hatch what is hidden:<span data-is="key"></span></label>
  <button type="button" class="ae-plain" data-is="pin">Pin</button>
  <button type="button" class="ae-plain" data-is="toggle">Table</button>
</div>
<p class="ae-status" role="status" data-is="status"></p>
<div class="ae-table" tabindex="0" role="region" aria-label="answers as a table" data-is="table" hidden></div>`;

function render({ model, el }) {
  const [undo, fresh] = [[], {}];
  let data, parts, frame, saving, patience;
  const at = () => Object.fromEntries(["layer", "head", "row", "column", "masked"].map((name) => [name, model.get(name)]));
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
    /** Change the choice on the page at once, and tell the kernel when the hand rests. */
    choose(changes) {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      clearTimeout(saving);
      saving = setTimeout(save, 100);
    },
    /** Hovering moves a choice that is free; a click pins it, and a click on the pinned one frees it. */
    point(to, event) {
      const same = Object.entries(to).every(([name, value]) => model.get(name) === value);
      if (event.type === "click") view.choose({ ...to, pinned: !(same && model.get("pinned")) });
      else if (!model.get("pinned") && !same) view.choose(to);
    },
  };

  /** Arrows walk along the traits of the part they are pressed in; other keys work anywhere. */
  function press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.type === "text") return key === "Enter" ? ask(event) : undefined; // notebooks swallow a form's own Enter
    const [down, across, stride] = target.closest("[data-walk]")?.dataset.walk.split(" ") ?? [];
    const ends = down === "layer" ? across : down;
    const steps = { ArrowUp: [down, -stride], ArrowDown: [down, +stride], ArrowLeft: [across, -1], ArrowRight: [across, 1],
      Home: [ends, -1e9], End: [ends, 1e9], PageUp: ["layer", -1], PageDown: ["layer", 1] };
    const [name, step] = steps[key] ?? [];
    const place = model.get("layer") * data.heads + model.get("head") + { "[": -1, "]": 1 }[key];
    let to;
    if (name) to = { [name]: between(0, model.get(name) + step, data.sizes[name] - 1) };
    else if (place >= 0 && place < data.layers.length * data.heads) to = data.headAt(place);
    else if (key === "Escape") to = { pinned: false, column: -1 };
    else if (key === "Enter" && down) to = { pinned: !model.get("pinned") };
    else if (key === "m" && data.both) to = { masked: !model.get("masked") };
    else return;
    event.preventDefault();
    view.choose(to);
  }

  // ---- your own text, through the kernel
  let asked = 0;
  function ask(event) {
    event.preventDefault();
    asked = model.get("request") + 1;
    model.set("question", own.value);
    model.set("request", asked);
    save();
    tell("");
    clearTimeout(patience);
    patience = setTimeout(() => tell("waiting for the kernel; the last result stays explorable"), 500);
  }
  function tell(words, trouble = false) {
    note.textContent = words;
    note.toggleAttribute("data-trouble", trouble);
  }
  heed(["answered"], () => {
    if (model.get("answered") < asked) return;
    clearTimeout(patience);
    tell(model.get("trouble"), Boolean(model.get("trouble")));
  });

  // ---- what stands around them
  const root = make("div", { class: "course-explorer attention-explorer", keydown: press });
  root.innerHTML = FRAME;
  const { heading, form, own, note, columns, slider, mask, overlay, key, pin, toggle, status, table } =
    Object.fromEntries([...root.querySelectorAll("[data-is]")].map((node) => [node.dataset.is, node]));
  form.onsubmit = ask;
  slider.oninput = () => view.choose({ row: Number(slider.value) });
  mask.onchange = () => view.choose({ masked: mask.checked });
  overlay.onchange = () => view.choose({ overlay: overlay.checked });
  pin.onclick = () => view.choose({ pinned: !model.get("pinned") });
  toggle.onclick = () => {
    table.hidden = !table.hidden;
    redraw();
  };

  /** Draw once before the next frame, however many choices changed. */
  function redraw(what) {
    fresh[what] = true;
    frame ??= requestAnimationFrame(draw);
  }
  function draw() {
    frame = undefined;
    const [now, hatched] = [at(), model.get("overlay")];
    const look = { overlay: hatched, blank: hatched && data.version(now) === 0 };
    for (const part of parts) part.draw(now, look, fresh);
    fresh.weights = fresh.head = false;
    slider.value = now.row;
    slider.ariaValueText = `“${data.asking[now.row]}” (${now.row})`;
    [mask.checked, overlay.checked] = [now.masked, hatched];
    pin.ariaPressed = model.get("pinned");
    toggle.ariaExpanded = !table.hidden;
    status.textContent = sentence(data, now);
    if (!table.hidden) table.replaceChildren(tableOf(data, now));
    // the focus follows the choice inside a group
    root.querySelector("[role=radio]:focus")?.parentNode.querySelector("[aria-checked=true]")?.focus();
  }

  /** Lay out the parts for what Python sent. */
  function build() {
    data = unpack(model.get("data"));
    for (const name in data.sizes) model.set(name, Math.min(model.get(name), data.sizes[name] - 1));
    const [heads, detail] = [overview(view, data), heatMap(view, data)];
    const strips = ["asking", "answering"].map((role) => strip(view, data, role));
    const drawn = data.kind === "smiles" ? [molecule(view, data)] : [];
    parts = [heads, detail, ...strips, ...drawn];
    columns.replaceChildren(make("div", {}, heads.node, ...drawn.map((part) => part.node)), detail.node);
    const story = make("div", { class: `ae-${data.kind}` }, ...strips.map((part) => part.node));
    columns.children[drawn.length].append(story); // beside a molecule the strips stand under the map
    columns.style.setProperty("--left", data.heads > 8 ? "7fr" : "5fr");
    heading.textContent = data.title;
    heading.hidden = !data.title;
    form.hidden = !data.asks;
    own.placeholder = own.ariaLabel = `try your own ${data.kind === "smiles" ? "SMILES" : "text"}`;
    slider.max = data.T - 1;
    mask.parentNode.hidden = !data.both;
    overlay.parentNode.hidden = !data.masks.length;
    key.replaceChildren(...data.masks.flatMap(([name], i) =>
      [make("i", { class: "ae-swatch", style: `--tilt: ${i % 2 ? 45 : -45}deg` }), name]));
    // what takes the focus keeps its keys from the notebook
    for (const node of root.querySelectorAll("button, input, [tabindex]")) node.dataset.lmSuppressShortcuts = "true";
    sizes.disconnect();
    sizes.observe(root.querySelector(".ae-map")); // how many labels fit depends on its size
    redraw("weights");
  }

  const sizes = new ResizeObserver(() => redraw());
  heed(["row", "column", "pinned"], () => redraw());
  heed(["layer", "head"], () => redraw("head"));
  heed(["masked", "overlay"], () => redraw("weights"));
  heed(["data"], build);

  el.append(root);
  build();
  return () => {
    if (saving) save();
    cancelAnimationFrame(frame);
    clearTimeout(patience);
    sizes.disconnect();
    for (const act of undo) act();
    root.remove();
  };
}

export default { render };
