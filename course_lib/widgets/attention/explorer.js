// All heads of a model as small maps, one head in detail, and its answers on the text or picture itself.
//
// it: what Python sent, with views of its bytes   level: a byte of weight, said by it.texts, shown by it.shades
// version: 0 with the mask and 1 without

import { bytes, colourWords, explorer, make, mark, paint, say } from "../kit/kit.js";

const hides = (mask, cell) => !((mask[cell >> 3] >> (cell & 7)) & 1); // one bit a cell, 1 = may look
const bits = (tenths) => (tenths / 10).toFixed(1);
const quoted = (labels, i) => `“${labels[i]}” (${i})`;

// ---- what Python sent, and how to say it

/** Views of the payload. */
export function unpack(sent) {
  const [layers, heads, T, S] = sent.shape;
  const [levels, entropy, means] = [sent.levels, sent.entropy, sent.head_entropy].map((list) => list.map(bytes));
  const masks = Object.entries(sent.masks).map(([name, packed]) => ({ name, mask: bytes(packed) }));
  const version = (at) => (at.masked ? 0 : levels.length - 1);
  const it = {
    ...sent,
    heads,
    T,
    S,
    masks,
    version,
    both: levels.length > 1,
    sizes: { layer: layers, head: heads, row: T, column: S },
    pixels: colourWords(sent.colours), // a colour a level
    closed: Uint8Array.from({ length: T * S }, (_, i) => Number(masks.some(({ mask }) => hides(mask, i)))),
    mapOf: (at) => levels[version(at)].subarray((at.layer * heads + at.head) * T * S).subarray(0, T * S),
    rowOf: (at) => it.mapOf(at).subarray(at.row * S, (at.row + 1) * S),
    entropyOf: (at) => entropy[version(at)].subarray((at.layer * heads + at.head) * T),
    meanOf: (at, i) => means[version(at)][i],
    name: ({ layer, head }) => `${sent.layers[layer]}, head ${head}`,
    share: (tenths) => `${(100 * tenths) / Math.max(sent.most, 1)}%`, // of the largest entropy
    headAt: (place) => ({ layer: Math.floor(place / heads), head: place % heads }),
    hiddenBy: (t, s) =>
      masks
        .filter(({ mask }) => hides(mask, t * S + s))
        .map(({ name }) => name)
        .join(" and "),
    inkOn: (level) => (level < sent.bright ? "#fff" : "#000"),
  };
  return it;
}

/** The status line, out of Python's phrases. */
export function sentence(it, at) {
  const { phrases, target, source, texts } = it;
  const levels = it.rowOf(at);
  const best = [...levels.keys()]
    .sort((a, b) => levels[b] - levels[a] || a - b)
    .slice(0, 3)
    .filter((s) => levels[s]);
  const answers = best.map((s, i) => `${quoted(source, s)} ${i ? "" : "answers "}${texts[levels[s]]}`);
  const [entropy, most] = [bits(it.entropyOf(at)[at.row]), bits(it.most)];
  const mask = at.masked ? phrases.masked : phrases.unmasked;
  const where = it.name(at) + (it.both ? mask : "");
  const words = say(phrases.asks, { where, row: quoted(target, at.row), answers: answers.join(", "), entropy, most });
  if (at.column < 0) return words;
  const hidden = it.hiddenBy(at.row, at.column);
  const note = hidden && `${say(phrases.hidden, { hidden })},`;
  return words + say(phrases.selected, { column: quoted(source, at.column), note, weight: texts[levels[at.column]] });
}

/** The answers of one row. */
export function table(it, at) {
  const rows = [...it.rowOf(at)].map((level, s) => {
    const hidden = it.hiddenBy(at.row, s);
    return [`${s}`, it.source[s], it.texts[level], hidden && `hidden by ${hidden}`];
  });
  const caption = `Answers to ${quoted(it.target, at.row)}; ${it.name(at)}`;
  return { caption, head: ["", "answers", "weight", "mask"], rows };
}

/** Whether what the masks forbid is left blank: not where the weights without them are on show. */
const blank = (it, at) => at.overlay && it.version(at) === 0;

const anew = (changed, ...names) => ["layout", "masked", "overlay", ...names].some((name) => changed.has(name));

/** Paint a map one pixel a cell, blank where masks forbid. */
function paintMap(canvas, it, levels, blanked) {
  paint(canvas, it.S, it.T, (i) => (blanked && it.closed[i] ? 0 : it.pixels[levels[i]]));
}

// ---- drawings: each fills parts of the frame, and gives a function of where the viewer looks

/** All heads: a radio group of small maps, the mean entropy of each as a bar beneath. */
function overview(view) {
  const { it, parts } = view;
  parts.heads.style = `--heads: ${it.heads}; --aspect: ${it.S / it.T}`;
  const titles = Array.from({ length: it.heads }, (_, head) => make("span", {}, `${head}`));
  const rows = it.layers.map((name, layer) => {
    const buttons = titles.map((_, head) =>
      make("button", { role: "radio", click: () => view.choose({ layer, head }) }, make("canvas")),
    );
    return [make("span", { title: name }, name), ...buttons];
  });
  parts.heads.replaceChildren(make("span"), ...titles, ...rows.flat());
  const buttons = rows.flatMap((row) => row.slice(1));
  return (at, changed) =>
    buttons.forEach((button, i) => {
      const place = it.headAt(i);
      mark(button, place.layer === at.layer && place.head === at.head);
      if (!anew(changed)) return;
      const mean = it.meanOf(at, i);
      paintMap(button.firstChild, it, it.mapOf({ ...at, ...place }), blank(it, at));
      button.style.setProperty("--entropy", it.share(mean));
      button.ariaLabel = `${it.name(place)}, mean entropy ${bits(mean)} bits`;
    });
}

/** One head in detail: the map with its labels, the entropy of each row beside it, the choice outlined. */
function heatMap(view) {
  const { it, parts } = view;
  const [canvas, , , cell] = parts.map.children;
  const edges = ["row", "column"].map((name) => ({
    name,
    nodes: [...parts.grid.querySelectorAll(`[data-edge=${name}]`)],
  }));
  let tall = 13; // pixels of a cell
  parts.hatch.innerHTML = it.hatch.replaceAll("HATCH", `hatch${Math.random().toString(36).slice(2)}`);
  canvas.onpointermove = canvas.onclick = (event) => {
    const row = Math.floor((event.offsetY / canvas.clientHeight) * it.T);
    const column = Math.floor((event.offsetX / canvas.clientWidth) * it.S);
    if (row in it.target && column in it.source) view.point({ row, column }, event);
  };
  /** Which labels are seen: those that fit, and the chosen one. */
  function label(nodes, chosen, step) {
    nodes.forEach((node, i) => {
      const near = chosen >= 0 && Math.abs(i - chosen) < step;
      const other = near || i % step ? "ae-off" : "";
      node.className = i === chosen ? "ae-on" : other;
    });
  }
  return (at, changed) => {
    if (anew(changed, "layer", "head")) {
      paintMap(canvas, it, it.mapOf(at), blank(it, at));
      [...parts.bars.children].forEach((bar, t) => (bar.style.width = it.share(it.entropyOf(at)[t])));
      const code = make("small", {}, make("code", {}, `weights[${at.layer}, ${at.head}]`));
      parts.title.replaceChildren(it.name(at), code);
      parts.hatch.className = `ae-hatch${blank(it, at) ? "" : " ae-over"}`;
      parts.hatch.hidden = !at.overlay;
    }
    tall = canvas.clientHeight / it.T || tall; // no height while hidden
    parts.grid.classList.toggle("ae-fine", tall < 9);
    for (const { name, nodes } of edges) {
      parts.grid.style.setProperty(`--${name}`, at[name]);
      label(nodes, at[name], Math.ceil(13 / tall));
    }
    cell.hidden = at.column < 0;
  };
}

/** The positions one by one: tokens, columns or rows of an alignment, or patches; answers stand on their weight. */
function strip(view, role) {
  const { it, parts } = view;
  const answers = role === "source";
  const key = answers ? "column" : "row";
  const labels = it[role];
  const { texts, shape, across, extra, png, aspect } = it.drawing;
  const buttons = labels.map((_, i) => {
    const choose = (event) => view.point({ [key]: i }, event);
    return make("button", { role: "radio", pointerenter: choose, click: choose }, texts[role][i]);
  });
  parts[role].replaceChildren(...buttons);
  if (shape[role] === "patches") {
    parts[role].style = `--across: ${across[role]}; --ratio: ${1 / aspect}; --picture: url(${png})`;
    if (extra[role]) buttons[0].className = "ae-extra";
  }
  /** An answer: its weight as colour, and what hides it. */
  function weigh(button, i, level, at) {
    const hidden = it.hiddenBy(at.row, i);
    const blanked = hidden && blank(it, at);
    button.style.backgroundColor = blanked ? "transparent" : it.shades[level];
    button.style.color = blanked ? "inherit" : it.inkOn(level);
    button.classList.toggle("ae-hidden", Boolean(hidden && at.overlay));
    button.classList.toggle("ae-asker", i === at.row && it.T === it.S);
    return ` ${it.texts[level]}${hidden && say(it.phrases.hidden, { hidden })}`;
  }
  return (at) => {
    const levels = it.rowOf(at);
    parts[`${role}_title`].textContent = answers ? `Answers to “${it.target[at.row]}”` : "Asks";
    buttons.forEach((button, i) => {
      mark(button, i === at[key], i === Math.max(at[key], 0));
      button.ariaLabel = quoted(labels, i) + (answers ? weigh(button, i, levels[i], at) : "");
    });
  };
}

/** A molecule, laid out in Python: atoms coloured by the weight of their piece of the string; a click lets one ask. */
function molecule(view) {
  const { it, parts } = view;
  const atoms = [...parts.molecule.querySelectorAll("g")].map((group, i) => {
    const [row, column] = it.drawing.atoms[i]; // the positions this atom asks and answers at
    group.onpointerenter = (event) => view.point({ column: column[0] }, event);
    group.onclick = (event) => row.length && view.point({ row: row[0] }, event);
    return { group, row, column };
  });
  return (at) => {
    const levels = it.rowOf(at);
    for (const { group, row, column } of atoms) {
      const level = Math.max(...column.map((s) => levels[s]));
      group.style = `fill: ${it.shades[level]}; --on: ${it.inkOn(level)}`;
      group.classList.toggle("ae-asker", row.includes(at.row));
      group.classList.toggle("ae-chosen", column.includes(at.column));
    }
  };
}

export default explorer({
  name: "attention-explorer",
  choices: ["layer", "head", "row", "column", "masked", "pinned", "overlay"],
  source: (data) => data,
  unpack,
  limits: ({ sizes }) => Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, [0, size - 1]])),
  layout(view) {
    const strips = ["target", "source"].map((role) => strip(view, role));
    const drawn = view.parts.molecule ? [molecule(view)] : [];
    const pin = (at) => (view.parts.pin.ariaPressed = `${at.pinned}`);
    return [overview(view), heatMap(view), ...strips, ...drawn, pin];
  },
  sentence,
  table,
  spoken: { row: (it, at) => quoted(it.target, at.row) },
  keys: { PageUp: ["layer", -1], PageDown: ["layer", 1] },
  escape: { pinned: false, column: -1 },
  press({ key, target }, { it, get }) {
    const place = get("layer") * it.heads + get("head") + ({ "[": -1, "]": 1 }[key] ?? NaN);
    if (place >= 0 && place < it.layers.length * it.heads) return it.headAt(place);
    if (key === "Enter" && target.closest("[data-walk]")) return { pinned: !get("pinned") };
    return key === "m" && it.both ? { masked: !get("masked") } : undefined;
  },
  acts: (view) => ({ pin: () => view.choose({ pinned: !view.get("pinned") }) }),
});
