// Where each step of a translation looked, what it might have written instead, and the beam search as a tree.
//
// it: one example, unpacked   level: a byte of weight, said by texts, shown by shades   node: a hypothesis of the tree

import { between, bytes, colourWords, explorer, make, mark, paint, range, say } from "../kit/kit.js";

const END = 1e9; // a step beyond all

// ---- what Python sent, and how to say it

/** One example with views of its bytes; map -1 of a layer is the average of its heads. */
export function unpack(sent, all) {
  const [layers, heads, T, S] = sent.shape;
  const { tree } = sent;
  const levels = bytes(sent.levels);
  const it = {
    ...sent,
    ...all,
    heads,
    T,
    S,
    high: { layer: layers - 1, head: heads - 1, step: T - 1, column: S - 1, node: tree ? tree.x.length - 1 : -1 },
    pixels: colourWords(all.colours), // a colour a level
    mapOf: ({ layer, head }) => levels.subarray((layer * (heads + 1) + head + 1) * T * S).subarray(0, T * S),
    rowOf: (at) => it.mapOf(at).subarray(at.step * S, (at.step + 1) * S),
    nameOf: ({ layer, head }) =>
      `${sent.layers[layer]}, ${head < 0 ? all.phrases.average : say(all.phrases.head, { head })}`,
    path: (node) => (node < 0 ? [] : [...it.path(tree.parent[node]), node]),
    stepOf: (node) => Math.min(tree.column[node], T - 1), // the tree may be longer than the output, or shorter
    atStep: (node, step) => node >= 0 && it.stepOf(node) === Math.min(step, tree.columns - 1),
    hypothesis(node) {
      const labels = it.path(node).map((i) => tree.label[i]);
      return say(all.phrases.hypothesis, {
        labels: labels.join(sent.joint),
        total: tree.total[node],
        became: tree.words[node],
      });
    },
  };
  return it;
}

/** The status line, out of Python's phrases. */
export function sentence(it, at) {
  const levels = it.rowOf(at);
  const best = range(it.S)
    .sort((a, b) => levels[b] - levels[a] || a - b)
    .slice(0, 3)
    .filter((s) => levels[s]);
  const weight = (s) => `“${it.source[s]}” (${s}) ${it.texts[levels[s]]}`;
  const next = (at.veiled ? it.asked : it.told)[at.step];
  const words = [say(it.phrases.looks, { next, name: it.nameOf(at), weights: best.map(weight).join(", ") })];
  if (at.column >= 0) words.push(say(it.phrases.selected, { weight: weight(at.column) }));
  if (at.guess >= 0) words.push(it.choices[at.step][at.guess][4]);
  if (at.node >= 0 && !at.veiled) words.push(say(it.phrases.node, { hypothesis: it.hypothesis(at.node) }));
  return words.join(" ");
}

/** The weight of every letter, then the candidates: until guessed in neutral order, without the rest. */
export function table(it, at) {
  const levels = it.rowOf(at);
  const letters = it.source.map((label, s) => [`${s}`, label, it.texts[levels[s]], ""]);
  const choices = it.choices[at.step];
  const labels = at.veiled
    ? it.neutral[at.step].map((i) => ["", choices[i][0], "", ""])
    : choices.map(([label, , text, note], i) => ["", label, text, noted(note, i, at)]);
  return { head: ["", "letter", "weight", ""], rows: [...letters, ["", "next", "probability", "note"], ...labels] };
}

const noted = (note, i, at) => (i === at.guess ? `${note} (your guess)` : note);

/** Write a label anew only where it changes: that costs a layout. */
function label(node, text, look) {
  if (node.textContent !== text) node.textContent = text;
  if (node.className !== look) node.className = look;
}

const paintMap = (canvas, it, levels) => paint(canvas, it.S, it.T, (i) => it.pixels[levels[i]]);

// ---- drawings: each fills parts of the frame, and gives a function of where the viewer looks

/** All maps as small pictures, the average of a layer's heads first. */
function overview(view) {
  const { it } = view;
  const group = view.parts.heads;
  group.style = `--heads: ${it.heads + 1}; --aspect: ${it.S / it.T}`;
  const heads = range(it.heads + 1).map((i) => i - 1);
  const places = it.layers.flatMap((_, layer) => heads.map((head) => ({ layer, head })));
  const buttons = places.map((place) => {
    const canvas = make("canvas");
    paintMap(canvas, it, it.mapOf(place));
    const click = () => view.choose(place);
    return make("button", { role: "radio", "aria-label": it.nameOf(place), click }, canvas);
  });
  const rows = it.layers.map((name, layer) => {
    const own = buttons.slice(layer * heads.length, (layer + 1) * heads.length);
    return [make("span", { title: name }, name), ...own];
  });
  const titles = heads.map((head) => make("span", {}, head < 0 ? "average" : `${head}`));
  group.replaceChildren(make("span"), ...titles, ...rows.flat());
  return (at) => places.forEach(({ layer, head }, i) => mark(buttons[i], layer === at.layer && head === at.head));
}

/** The source on a background of the step's weights, over the map of the chosen head with that step's row outlined. */
function alignment(view) {
  const { it, parts } = view;
  const letters = it.source.map((text, column) => {
    const choose = (event) => view.point({ column }, event);
    const look = text.length > 2 ? "te-long" : "";
    return make("button", { role: "radio", class: look, pointerenter: choose, click: choose }, text);
  });
  parts.source.replaceChildren(...letters);
  const rows = it.target.map(() => make("span"));
  parts.side.replaceChildren(...rows);
  parts.grid.style = `--T: ${it.T}; --S: ${it.S}`;
  const [canvas, , cell] = parts.map.children;
  canvas.onpointermove = canvas.onclick = (event) => {
    const step = Math.floor((event.offsetY / canvas.clientHeight) * it.T);
    const column = Math.floor((event.offsetX / canvas.clientWidth) * it.S);
    if (step in it.target && column in it.source) view.point({ step, column }, event);
  };
  return (at, changed) => {
    if (["layout", "layer", "head"].some((name) => changed.has(name))) paintMap(canvas, it, it.mapOf(at));
    const levels = it.rowOf(at);
    parts.where.textContent = it.nameOf(at);
    letters.forEach((button, s) => {
      button.style.backgroundColor = it.shades[levels[s]];
      button.style.color = levels[s] < it.bright ? "#fff" : "#000";
      button.ariaLabel = `“${it.source[s]}” (${s}) ${it.texts[levels[s]]}`;
      mark(button, s === at.column, s === Math.max(at.column, 0));
    });
    rows.forEach((row, t) => label(row, t > at.shown ? "·" : it.target[t], t === at.step ? "te-on" : ""));
    parts.map.style.setProperty("--step", at.step);
    parts.map.style.setProperty("--column", at.column);
    cell.hidden = at.column < 0;
  };
}

/** The output so far, and under it the truth where that is known. */
function written({ it, parts: { output, truth } }) {
  const labels = it.target.map(() => make("span"));
  output.replaceChildren(...labels);
  truth.hidden = !it.truth.length;
  return (at) => {
    labels.forEach((node, t) => {
      const later = t > Math.min(at.shown, at.step);
      const looks = [t === at.step && "te-on", t === it.parted && !later && "te-parted"];
      label(node, later ? "·" : it.target[t], looks.filter(Boolean).join(" "));
    });
    const known = it.truth.slice(0, at.shown + 1);
    truth.textContent = `truth: ${known.join(it.joint)}${known.length < it.truth.length ? " …" : ""}`;
  };
}

/** The likeliest labels of the step as bars; until guessed, as buttons in neutral order. */
function candidates(view) {
  const { it, parts } = view;
  const bar = ([text, width, share, note], i, at) =>
    make(
      "div",
      { role: "listitem", class: note.includes("chosen") ? "te-chosen" : "" },
      make("span", {}, text),
      make("i", { style: `--width: ${width}%` }),
      make("span", {}, share),
      make("small", {}, noted(note, i, at)),
    );
  return (at) => {
    const choices = it.choices[at.step];
    const title = at.veiled ? "Which comes next? Guess" : `What might come at step ${at.step + 1}`;
    parts.asks.textContent = parts.labels.ariaLabel = title;
    parts.labels.role = at.veiled ? "group" : "list";
    const buttons = () =>
      it.neutral[at.step].map((i) => make("button", { "data-do": "guess", "data-at": i }, choices[i][0]));
    const bars = () => [
      ...choices.map((each, i) => bar(each, i, at)),
      make("p", {}, `all others together ${it.rest[at.step]}`),
    ];
    parts.labels.replaceChildren(...(at.veiled ? buttons() : bars()));
  };
}

/** The beam search, laid out in Python: a button a hypothesis, and lines to what it grew from. */
function beamTree(view) {
  const { it, parts } = view;
  parts.beam.hidden = !it.tree;
  if (!it.tree) return () => undefined;
  const { x, y, column, look, label: labels, total, marks, svg, size, key, ends } = it.tree;
  const to = (node) => () => view.choose({ node, pinned: true });
  const buttons = labels.map((text, i) =>
    make(
      "button",
      {
        role: "radio",
        class: `te-node te-${look[i]}`,
        "aria-label": it.hypothesis(i),
        style: `left: ${x[i]}px; top: ${y[i]}px`,
        click: to(i),
      },
      make("span", {}, text),
      make("small", {}, total[i]),
      make("sup", {}, marks[i]),
    ),
  );
  for (const button of buttons) mark(button, false);
  parts.field.style = size;
  parts.field.innerHTML = svg;
  parts.field.append(...buttons);
  parts.key.innerHTML = key;
  const jumps = ends.map(([name, node]) => make("button", { class: "ce-plain", click: to(node) }, name));
  parts.key.prepend(...jumps);
  const [band, lines] = parts.field.children;
  let seen;
  let before = [];

  /** Nothing beyond what may be seen. */
  function veil({ shown, predict }) {
    const later = column.indexOf(shown + 1);
    lines.style.width = later < 0 ? "" : `${(x[later - 1] ?? 0) + 20}px`;
    buttons.forEach((button, i) => (button.hidden = column[i] > shown));
    jumps.forEach((button) => (button.hidden = predict));
    seen = shown;
  }
  return (at) => {
    if (seen !== at.shown) veil(at);
    const node = visible(it, at);
    for (const i of before) mark(buttons[i], false);
    before = it.path(node);
    for (const i of before) mark(buttons[i], i === node);
    lines.lastChild.setAttribute("d", `M8 ${y[0]}${before.map((i) => `L${x[i]} ${y[i]}`).join("")}`);
    const middle = x[node] ?? 0;
    band.style.left = `${middle - 31}px`;
    const { scroll } = parts;
    if (scroll.clientWidth)
      scroll.scrollLeft = between(middle + 100 - scroll.clientWidth, scroll.scrollLeft, middle - 100);
  };
}

/** The hypothesis on show: while guessing, what the chosen one grew from. */
const visible = ({ tree }, { node, shown }) => (tree.column[node] > shown ? tree.parent[node] : node);

/** From a hypothesis to its neighbours above and below, to its parent, and to its likeliest child. */
function stroll(it, key, at) {
  const { parent, column } = it.tree;
  const node = visible(it, at);
  const to = { ArrowLeft: parent[node], ArrowRight: parent.indexOf(node) }[key];
  if (to >= 0 && column[to] <= at.shown) return to;
  const beside = node + ({ ArrowUp: -1, ArrowDown: 1 }[key] ?? 0);
  return column[beside] === column[node] ? beside : node;
}

const question = (get) => `${get("example")}:${get("step")}`; // what a guess is about

export default explorer({
  name: "translation-explorer",
  choices: ["example", "layer", "head", "step", "column", "node", "predict", "guesses"],
  relayout: ["example"],
  source: (data, get) => data.examples[Math.min(get("example"), data.examples.length - 1)],
  unpack,
  limits: ({ high }) => ({
    layer: [0, high.layer],
    head: [-1, high.head],
    step: [0, high.step],
    column: [0, high.column],
    node: [-1, high.node],
  }),
  place(now, { get }) {
    const guess = now.predict ? (now.guesses[question(get)] ?? -1) : -1;
    const veiled = now.predict && guess < 0; // what comes next is not to be seen yet
    return { ...now, guess, veiled, shown: now.predict ? now.step - Number(veiled) : END };
  },
  /** Step and hypothesis go together; another example begins at its beginning. */
  together(changes, { it, get }) {
    const { step, node, example } = changes;
    if (example !== undefined) return { ...changes, step: 0, column: -1, node: -1 };
    if (node >= 0) return { ...changes, step: it.stepOf(node) };
    return step >= 0 && !it.atStep(get("node"), step) ? { ...changes, node: it.follow[step] } : changes;
  },
  layout(view) {
    const { it, get, parts } = view;
    if (!it.atStep(get("node"), get("step"))) view.set({ node: it.follow[get("step")] });
    parts.slider.max = it.T - 1;
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const controls = (at) => (parts.play.hidden = at.predict || calm.matches);
    return [written(view), alignment(view), candidates(view), overview(view), beamTree(view), controls];
  },
  sentence,
  table,
  spoken: { step: (it, at) => `step ${at.step + 1} of ${it.T}` },
  keys: { PageUp: ["layer", -1], PageDown: ["layer", 1], "[": ["head", -1], "]": ["head", 1] },
  escape: { pinned: false, column: -1 },
  press({ key, target }, view) {
    if (!target.closest(".te-field") || !key.startsWith("Arrow")) return undefined;
    return { node: stroll(view.it, key, view.at()) };
  },
  play: {
    trait: "step",
    ended: ({ it, get }) => get("step") === it.T - 1,
    step: ({ get }) => ({ step: get("step") + 1 }),
    rewind: () => ({ step: 0 }),
    wait: () => 900,
  },
  fields: (view) => ({ step: (step) => view.choose({ step, pinned: true }) }),
  acts: (view) => ({
    walk(_, { dataset }) {
      const step = between(0, view.get("step") + Number(dataset.by), view.it.T - 1);
      view.choose({ step, pinned: true });
    },
    guess(_, { dataset }) {
      view.choose({ guesses: { ...view.get("guesses"), [question(view.get)]: Number(dataset.at) } });
      view.parts.next.focus();
    },
  }),
});
