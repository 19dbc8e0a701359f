// Python did the arithmetic and wrote the frame: this module only draws the bytes it sent, also without a kernel.
//
// data: what Python sent of one graph   at: where the viewer looks   level: a byte, said in words

const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const between = (low, value, high) => Math.max(low, Math.min(high, value));
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const reading = (count, [step, digits]) => ((count * step) / 10 ** digits).toFixed(digits);
const range = (size) => [...Array(size).keys()];
const away = (hops) => (hops === 255 ? "out of reach" : `${plural(hops, "step")} away`);
const ALIKE = -2; // the colour that stands for similarity to the chosen node
const OUTCOMES = [["✓", "right"], ["?", "missed"], ["✕", "too many"]];

function make(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}
const row = (tag, cells) => make("tr", ...cells.map((cell) => make(tag, cell)));

/** Views of one graph of the payload. */
function unpack(all, graph) {
  const sent = all.graphs[graph];
  const { names, rounds: R, heads: H, colours, low } = sent;
  const N = names.length;
  const [edges, amounts, hops, similar] = ["edges", "amounts", "hops", "similar"].map((name) => bytes(sent[name]));
  const values = new Int8Array(bytes(sent.values));
  const E = edges.length / 2;
  const incoming = names.map(() => []);
  for (let e = 0; e < E; e++) incoming[edges[E + e]].push(e);
  const place = (at) => colours.findIndex(({ id }) => id === at.colour); // the first has no values
  const count = (at, node) => values[((place(at) - 1) * (R + 1) + at.round) * N + node];
  const level = (head, t, e) => amounts[(t * (H + 1) + head + 1) * E + e]; // norms before the heads
  const text = (head, t, e) => (head < 0 ? reading(level(head, t, e), sent.rulers[t]) : all.texts[level(head, t, e)]);
  const data = {
    ...sent, N, H, R, tints: all.tints,
    heading: range(H + 1).map((head) => (head ? `head ${head - 1}` : "norm")),
    pairs: [...new Set(range(E).map((e) => Math.min(edges[e], edges[E + e]) * N + Math.max(edges[e], edges[E + e])))]
      .map((code) => [Math.floor(code / N), code % N]), // each edge once
    hop: (at, node) => hops[at.node * N + node],
    knows: (at, node) => data.hop(at, node) <= Math.min(at.round, 254),
    known: (at) => range(N).filter((node) => data.knows(at, node)),
    said: (cents) => ((cents - 100) / 100).toFixed(2),
    alike(t, i, j) {
      const [a, b] = i < j ? [i, j] : [j, i];
      return i === j ? 200 : similar[(t * N * (N - 1)) / 2 + a * N - (a * (a + 1)) / 2 + b - a - 1];
    },
    even: (cents) => Math.floor(0.5 + (200 * (Math.max(cents, low) - low)) / (200 - low)),
    /** What arrives at the chosen node, the most first; `texts` are the norm, then the heads; `part` of the largest. */
    arriving({ round, node, head }) {
      const found = (round ? incoming[node] : []).map((e) => ({ sender: edges[e], level: level(head, round - 1, e),
        text: text(head, round - 1, e), texts: range(H + 1).map((h) => text(h - 1, round - 1, e)) }));
      const most = Math.max(...found.map(({ text }) => parseFloat(text))) || 1;
      for (const one of found) one.part = parseFloat(one.text) / most;
      return found.sort((a, b) => b.level - a.level);
    },
    shade(at, node) {
      const [name, i] = at.colour === ALIKE ? ["even", data.even(data.alike(at.round, at.node, node))]
        : ["signed", Math.floor(127.5 + (127 * count(at, node)) / colours[place(at)].most)];
      return [all[name][i], all[`${name}_ink`][i] === "1" ? "#fff" : "#000"];
    },
    colourOf: (at) => colours[place(at)],
    colourName: (at) => colours[place(at)].name + (at.colour === ALIKE ? ` to ${names[at.node]}` : ""),
    valueOf: (at, node) => reading(count(at, node), colours[place(at)].scale),
    mean: (t) => sent.curve[t].toFixed(3),
  };
  return data;
}

/** How the prediction compares with the answer: right, missed, too many. */
function compare(data, at) {
  const rest = range(data.N).filter((node) => node !== at.node);
  return [[true, true], [false, true], [true, false]].map(([marked, known]) =>
    rest.filter((node) => at.marked.includes(node) === marked && data.knows(at, node) === known));
}

/** The same sentence as Python's describe(). */
function sentence(data, at) {
  const { names, R, N } = data;
  const me = names[at.node];
  const when = at.round ? `Round ${at.round} of ${R}: ` : `Before the first of ${R} rounds: `;
  if (at.hides) return `${when}which ${data.noun}s can ${me} know of after ${plural(at.round, "round")}? ${at.marked.length} marked.`;
  const found = data.arriving(at);
  const told = found.slice(0, 3).map(({ sender, text }) => `${sender === at.node ? "itself" : names[sender]} ${text}`);
  let words = found.length ? `${when}${me} gets ${plural(found.length, "message")}, ` +
    `${at.head < 0 ? "largest" : `head ${at.head} weighs`}: ${told.join(", ")}.` : `${when}${me} gets no message.`;
  words += ` It can know of ${data.known(at).length} of ${plural(N, data.noun)}. Mean similarity ${data.mean(at.round)}.`;
  if (at.other >= 0 && at.other !== at.node) words += ` Compared with ${names[at.other]}: ` +
    `${away(data.hop(at, at.other))}, similarity ${data.said(data.alike(at.round, at.node, at.other))}.`;
  if (!at.predict) return words;
  const [right, missed, extra] = compare(data, at).map((some) => [some.length, some.length
    ? ` (${some.slice(0, 6).map((node) => names[node]).join(", ")}${some.length > 6 ? ", ..." : ""})` : ""]);
  return `${words} Your prediction: ${right[0]} right, ${missed.join(" missed")}, ${extra.join(" too many")}.`;
}

/** Every node as a row of a table. */
function tableOf(data, at) {
  const coloured = at.colour !== ALIKE;
  const sent = {};
  for (const { sender, texts } of data.arriving({ ...at, head: -1 }))
    sent[sender] = texts.map((text, i) => (sent[sender] ? `${sent[sender][i]}, ${text}` : text));
  const blank = data.heading.map(() => "");
  const rows = data.names.map((name, node) => {
    const hops = data.hop(at, node);
    const shown = at.hides ? ["", ...blank] : [hops === 255 ? "-" : `${hops}`, ...(sent[node] ?? blank)];
    const alike = data.said(data.alike(at.round, at.node, node));
    return row("td", [`${node}`, name, ...shown, alike, ...(coloured ? [data.valueOf(at, node)] : [])]);
  });
  const titles = ["", data.noun, "steps away", ...data.heading, "similarity", ...(coloured ? [data.colourName(at)] : [])];
  return make("table", make("caption", `What ${data.names[at.node]} gets, round ${at.round}`), row("th", titles), ...rows);
}

// ---- drawings: each takes parts of the page, and gives a function of where the viewer looks

/** The graph: nodes to choose, a shade for those within reach, arrows for what arrives. */
function picture(data, { stage, field, lines, arrows, group }, cursor) {
  const { places, box: [w, h], bonds, N, pairs } = data;
  const line = ([a, b]) => `M${places[a]}L${places[b]}`;
  if (!bonds) lines.innerHTML = `<path d="${pairs.map(line).join("")}" opacity="${between(0.08, 40 / pairs.length, 0.8)}"/>`;
  const buttons = places.map(([x, y], node) => {
    const button = make("button", data.labels[node]);
    button.dataset.do = "pick";
    button.style = `left: ${(100 * x) / w}%; top: ${(100 * y) / h}%`;
    return button;
  });
  group.replaceChildren(...buttons);
  let scale = 30; // pixels a unit of the drawing

  /** An arrow from rim to rim; what a node tells itself is a loop beside it. */
  function arrow(from, to, wide, rim, one) {
    const [[a, b], [c, d]] = [places[from], places[to]];
    const open = `<g class="${one ? "mp-one" : ""}" stroke-width="${wide / scale}">`;
    if (from === to) return `${open}<circle cx="${a + rim}" cy="${b - rim}" r="${rim * 0.8}"/></g>`;
    const long = Math.hypot(c - a, d - b) || 1;
    const [x, y] = [(c - a) / long, (d - b) / long];
    const tip = Math.max(long - rim * 1.4, rim);
    const head = Math.min((6 + 1.3 * wide) / scale, 0.7 * (tip - rim) + 0.1);
    const at = (along, side = 0) => [a + x * along - y * side, b + y * along + x * side];
    return `${open}<path d="M${at(Math.min(rim, tip - head))}L${at(tip - head * 0.8)}"/>` +
      `<path class="mp-head" d="M${at(tip)}L${at(tip - head, head / 2)}L${at(tip - head, -head / 2)}z"/></g>`;
  }

  return (at, found) => {
    scale = stage.clientWidth / w || scale; // no width while hidden
    const size = N > 60 ? between(9, 0.42 * scale, 18) : between(14, 0.5 * scale, 28);
    const rim = size / 2 / scale;
    group.style = `--size: ${size}px`;
    const rings = {}; // step -> its nodes
    for (const node of at.hides ? [] : data.known(at)) (rings[data.hop(at, node)] ??= []).push(node);
    field.innerHTML = Object.keys(rings).reverse().map((hop) => {
      const joined = bonds ? pairs.filter((pair) => Math.max(...pair.map((node) => data.hop(at, node))) === +hop) : [];
      const discs = rings[hop].map((node) => `M${places[node]}h0`); // round ends
      return `<g data-hop="${hop}" style="--tint: ${data.tints[Math.min(hop, 6)]}%"><path d="${joined.map(line).join("")}" ` +
        `stroke-width="${rim * 2.4}"/><path d="${discs.join("")}" stroke-width="${rim * 3.6}"/></g>`;
    }).join("");
    arrows.innerHTML = found.map(({ sender, part }) =>
      arrow(sender, at.node, 1 + (found.length > 12 ? 1.5 : 5) * part, rim, sender === at.other)).join("");
    const outcomes = at.told ? compare(data, at) : [];
    group.setAttribute("role", at.hides ? "group" : "radiogroup");
    const focus = cursor(at);
    buttons.forEach((button, node) => {
      const marked = at.marked.includes(node);
      const [sign, words] = OUTCOMES[outcomes.findIndex((some) => some.includes(node))] ?? [marked ? "✓" : "", ""];
      [button.style.backgroundColor, button.style.color] = data.shade(at, node);
      button.className = `${node === at.node ? "mp-chosen" : ""} ${node === at.other ? "mp-other" : ""}`;
      button.dataset.sign = sign;
      button.setAttribute("role", at.hides ? "checkbox" : "radio");
      button.ariaChecked = at.hides ? marked : node === at.node;
      button.tabIndex = node === focus ? 0 : -1;
      button.ariaLabel = data.names[node] + (at.hides ? "" : `, ${away(data.hop(at, node))}`) + (words && `, ${words}`);
    });
    if (group.querySelector(":focus")) buttons[focus].focus({ preventScroll: true });
  };
}

/** Who sent what to the chosen node: the largest as bars with numbers. */
function senders(data, { title, sent }) {
  return (at, found) => {
    const me = data.names[at.node];
    title.textContent = at.hides ? "Predict first" : `What ${me} gets${at.round ? ` in round ${at.round}` : ""}`;
    const hint = at.hides ? "Mark them in the drawing, then press Tell me." : at.round ? "Nothing." : "Nothing yet: step on.";
    const rows = found.slice(0, 6).map(({ sender, part, texts }) => {
      const bar = make("i");
      bar.style.width = `${56 * part}px`;
      const one = row("td", [sender === at.node ? "itself" : data.names[sender], bar, ...texts]);
      one.children[3 + at.head].className = "mp-now";
      one.classList.toggle("mp-one", sender === at.other);
      return one;
    });
    sent.replaceChildren(rows.length ? make("table", row("th", ["from", "", ...data.heading]), ...rows) : hint,
      found.length > rows.length ? make("p", `and ${found.length - rows.length} more, no larger`) : "");
  };
}

/** Cosine similarity of all pairs in this round; a row and a cell are the choice. */
function matrix(data, { map }, pixels) {
  const { N } = data;
  const [canvas, , cell] = map.children;
  canvas.width = canvas.height = N;
  const tones = range(201).map((level) => pixels[data.even(level)]);
  let painted;
  return (at) => {
    if (painted !== at.round) {
      const image = new ImageData(N, N);
      const out = new Uint32Array(image.data.buffer);
      for (let i = 0; i < N * N; i++) out[i] = tones[data.alike(at.round, Math.floor(i / N), i % N)];
      canvas.getContext("2d").putImageData(image, 0, 0);
      painted = at.round;
    }
    map.style = `--N: ${N}; --row: ${at.node}; --column: ${at.other}`;
    cell.hidden = at.other < 0;
  };
}

// ---- the view

const CHOICES = ["graph", "round", "node", "other", "head", "colour", "predict"];

function render({ model, el }) {
  const undo = [];
  const root = make("div");
  let data, parts, draws, frame, saving, playing, pointer = 0;
  const asked = () => ["graph", "round", "node"].map((name) => model.get(name));
  /** Where the viewer looks; a guess counts for the question it was made about. */
  const at = () => {
    const now = Object.fromEntries(CHOICES.map((name) => [name, model.get(name)]));
    const guess = model.get("guess");
    const { marked = [], told = false } = now.predict && `${guess.about}` === `${asked()}` ? guess : {};
    return { ...now, marked, told, hides: now.predict && !told };
  };
  const cursor = (now) => (now.hides ? Math.min(pointer, data.N - 1) : now.node);
  /** Change the choice on the page at once, and tell the kernel when the hand rests. */
  function choose(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    clearTimeout(saving);
    saving = setTimeout(save, 100);
  }
  const guess = (marked, told = false) => choose({ guess: { about: asked(), marked, told } });
  function save() {
    clearTimeout(saving);
    saving = undefined;
    model.save_changes();
  }
  function stop() {
    playing = clearInterval(playing);
    redraw();
  }
  const go = (by) => choose({ round: between(0, model.get("round") + Number(by), data.R) });
  /** By hand: it ends the playing. */
  function step(by) {
    stop();
    go(by);
  }

  /** What a click does, by the data-do of its target. */
  const acts = {
    go: (_, node) => step(node.dataset.by ?? node.dataset.at - model.get("round")),
    play() {
      if (playing) return stop();
      go(model.get("round") < data.R ? 1 : -data.R);
      playing = setInterval(() => (model.get("round") < data.R ? go(1) : stop()), 1000);
    },
    /** Choose a node, or mark it while predicting. */
    pick(_, button) {
      const { marked, hides, node } = at();
      pointer = [...parts.group.children].indexOf(button);
      const others = marked.filter((one) => one !== pointer);
      if (!hides) choose({ node: pointer });
      else if (pointer !== node) guess(others.length < marked.length ? others : [...marked, pointer]);
    },
    tell: () => guess(at().told ? [] : at().marked, !at().told),
    toggle() {
      parts.table.hidden = !parts.table.hidden;
      redraw();
    },
    cell(event) {
      const spot = (offset) => between(0, Math.floor((offset / event.target.clientWidth) * data.N), data.N - 1);
      choose({ node: spot(event.offsetY), other: spot(event.offsetX) });
    },
  };

  /** The nearest node in a direction; what lies aside counts more than what lies ahead. */
  function nearest(from, [dx, dy]) {
    const [x, y] = data.places[from];
    const cost = data.places.map(([a, b], node) => {
      const ahead = (a - x) * dx + (b - y) * dy;
      return ahead > 0.05 ? ahead + 2.5 * Math.abs((a - x) * dy - (b - y) * dx) : 1e6 + (node !== from);
    });
    return cost.indexOf(Math.min(...cost));
  }
  function press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    const [walk, now, last] = [target.closest("[data-walk]")?.dataset.walk, at(), data.N - 1];
    const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
    const end = { Home: 0, End: last }[key];
    if (walk && (arrow || end >= 0)) {
      const [dx, dy] = arrow ?? [0, 0];
      pointer = walk === "nodes" ? end ?? nearest(cursor(now), arrow) : pointer;
      if (walk === "pairs") choose({ node: between(0, now.node + dy, last), other: end ?? between(0, now.other + dx, last) });
      else if (now.hides) draw();
      else choose({ node: pointer });
    } else if (key === "PageDown" || key === "PageUp") step(key === "PageDown" ? 1 : -1);
    else if (key === "[" || key === "]") choose({ head: between(-1, now.head + (key === "]" ? 1 : -1), data.H - 1) });
    else if (key === "Escape") choose({ other: -1 });
    else return;
    event.preventDefault();
  }

  /** Draw once before the next frame, however many choices changed. */
  function redraw() {
    frame ??= requestAnimationFrame(draw);
  }
  function draw() {
    frame = undefined;
    const now = at();
    const found = now.hides ? [] : data.arriving(now);
    for (const each of draws) each(now, found);
    const { count, play, tell, toggle, table, status, map, here, colour, ramp, reach, steps } = parts;
    count.textContent = `${now.round} of ${data.R}`;
    play.textContent = playing ? "Stop" : "Play";
    root.className = `course-explorer message-passing${playing ? " mp-playing" : ""}`;
    for (const field of root.querySelectorAll("[name]")) field.value = now[field.name];
    parts.slider.ariaValueText = `round ${count.textContent}`;
    parts.predict.checked = now.predict;
    tell.hidden = !now.predict;
    tell.textContent = now.told ? "Again" : "Tell me";
    colour.textContent = data.colourName(now);
    ramp.innerHTML = data.colourOf(now).ramp;
    reach.hidden = now.hides;
    [...steps.children].forEach((one, hop) => (one.hidden = hop > now.round));
    here.setAttribute("transform", `translate(${data.spots[now.round]})`);
    here.lastElementChild.textContent = data.mean(now.round);
    status.textContent = sentence(data, now);
    map.firstElementChild.ariaLabel = `Similarity of all pairs. ${status.textContent}`;
    toggle.ariaExpanded = !table.hidden;
    if (!table.hidden) table.replaceChildren(tableOf(data, now));
  }

  /** Lay out the graph on show; what was chosen stays chosen where it still exists. */
  function build() {
    const all = model.get("data");
    data = unpack(all, model.get("graph"));
    const tops = { round: data.R, node: data.N - 1, other: data.N - 1, head: data.H - 1 };
    for (const name in tops) model.set(name, Math.min(model.get(name), tops[name]));
    if (!data.colourOf(at())) model.set("colour", -1);
    const focused = root.querySelector(":focus")?.name;
    root.innerHTML = data.html;
    root.querySelector("[name=other]")?.append(...[...root.querySelectorAll("[name=node] option")].map((one) => one.cloneNode(true)));
    parts = Object.fromEntries([...root.querySelectorAll("[data-is]")].map((node) => [node.dataset.is, node]));
    draws = [picture(data, parts, cursor), senders(data, parts), matrix(data, parts, new Uint32Array(bytes(all.pixels).slice().buffer))];
    // what takes the focus keeps its keys from the notebook
    for (const node of root.querySelectorAll("button, input, select, [tabindex]")) node.dataset.lmSuppressShortcuts = "true";
    root.querySelector(`[name="${focused}"]`)?.focus();
    sizes.disconnect();
    sizes.observe(parts.stage); // nodes grow with it
    redraw();
  }

  root.addEventListener("keydown", press);
  root.addEventListener("click", (event) => {
    const node = event.target.closest("[data-do]");
    if (node) acts[node.dataset.do](event, node);
  });
  root.addEventListener("input", ({ target: { name, type, checked, value } }) => {
    if (name === "round") step(value - model.get("round"));
    else choose({ [name]: type === "checkbox" ? checked : Number(value) });
  });
  const sizes = new ResizeObserver(redraw);
  for (const name of ["guess", ...CHOICES]) {
    const act = name === "graph" ? build : redraw;
    model.on(`change:${name}`, act);
    undo.push(() => model.off(`change:${name}`, act));
  }
  el.append(root);
  build();
  return () => {
    if (saving) save();
    clearInterval(playing);
    cancelAnimationFrame(frame);
    sizes.disconnect();
    for (const act of undo) act();
    root.remove();
  };
}

export default { render };
