// Python did the arithmetic and wrote the frame: this module unpacks its bytes (see denoising_code.py) and draws them,
// also without a kernel.   it: one bundle, unpacked   N samples of D numbers   at: where the viewer looks

const between = (low, value, high) => Math.max(low, Math.min(high, value));
const range = (size) => [...Array(size).keys()];
const shade = (value) => between(0, Math.floor((value + 1) * 127.5 + 0.5), 255);
const least = (list, cost) => list.reduce((best, one, i) => (cost(one, i) < cost(list[best], best) ? i : best), 0);
const hundredths = (count) => (count / 100).toFixed(2);
const GAP = 2; // pixels between pictures

function make(tag, children = []) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

// ---- from bytes to numbers

/** Whole numbers: four to a byte, 3: more in two; odd: -1, -2 ... */
async function inflate(view, count) {
  const opened = new Response(new Blob([view]).stream().pipeThrough(new DecompressionStream("deflate")));
  const bytes = new Uint8Array(await opened.arrayBuffer());
  const out = new Int32Array(count);
  let more = Math.ceil(count / 4);
  const high = (bytes.length - more) / 2;
  for (let i = 0; i < count; i++) {
    let folded = (bytes[i >> 2] >> (2 * (i & 3))) & 3;
    if (folded > 2) folded += bytes[more] + 256 * bytes[high + more++];
    out[i] = folded & 1 ? -((folded + 1) >> 1) : folded >> 1;
  }
  return out;
}

/** One way: noisy and clean as drawn (grey levels, or places), the start as numbers. */
async function decode(sent, N, size, start, points) {
  const S = sent.stops.length;
  const [steady, missed, apart] = await Promise.all(["clean", "noisy", "far"].map((key, i) => inflate(sent[key], S * [size, size, N][i])));
  const [noisy, clean] = range(2).map(() => new (points ? Float32Array : Uint8Array)(missed.length));
  const keep = points ? (value) => value : shade;
  const levels = new Int32Array(size);
  const have = Float64Array.from(start ?? levels);
  let begin;
  for (let s = 0, k = 0; s < S; s++) {
    const [a, b, c] = sent.mix[s - 1] ?? [];
    for (let i = 0; i < size; i++, k++) {
      const level = levels[i] + steady[k];
      const guess = s ? a * have[i] + b * (levels[i] * sent.step) + c * (level * sent.step) : have[i];
      have[i] = guess + missed[k] * sent.steps[s];
      levels[i] = level;
      noisy[k] = keep(have[i]);
      clean[k] = keep(level * sent.step);
    }
    begin ??= have.slice();
  }
  for (let k = N; k < apart.length; k++) apart[k] += apart[k - N]; // sent as changes
  return { ...sent, noisy, clean, begin, far: (s, n) => apart[s * N + n],
    stopAt: (t) => Math.max(sent.stops.filter((stop) => stop >= t).length - 1, 0) }; // it waits there
}

const opened = new WeakMap(); // a bundle as it was sent -> its arrays, so that two views unpack them once

async function unpack(sent) {
  const size = sent.count * sent.shape.reduce((a, b) => a * b);
  const points = sent.shape.length === 1;
  const it = { ...sent, sent, points, N: sent.count, D: size / sent.count, ways: {}, names: sent.ways.map(({ name }) => name),
    columns: points ? 1 : Math.ceil(Math.sqrt(sent.count)), place: (t) => least(sent.times, (time) => Math.abs(time - t)) };
  it.given = Float64Array.from(await inflate(sent.given, size), (count) => count * sent.unit + sent.low);
  for (const way of sent.ways) {
    it.ways[way.name] = await decode(way, sent.count, size, it.begin, points);
    it.begin ??= it.ways[way.name].begin;
  }
  return it;
}

// ---- words, the same as Python's describe()

const shown = ({ left, right }) => (right && right !== left ? [left, right] : [left]);

/** How far predictions are from the end: `DDPM (7) 0.34`. */
const stand = (it, at) => shown(at).map((name) => {
  const { stops, labels, far, stopAt } = it.ways[name];
  const stop = stopAt(at.t);
  const waits = stops[stop] === at.t ? "" : `, waiting at t = ${stops[stop]},`;
  return `${name}${labels ? ` (${labels[at.sample]})` : ""}${waits} ${hundredths(far(stop, at.sample))}`;
}).join(" and ");

function sentence(it, at) {
  const { kept, snr, signal, noise } = it.facts[it.place(at.t)];
  const [when, me] = [`t = ${at.t} of ${it.last}`, `${it.noun} ${at.sample}`];
  if (at.hides) return `${when}. Predict first: watch ${me} of ${at.left}; when can you tell what it becomes?`;
  const share = `ᾱ ${kept}, log-SNR ${snr}`;
  if (at.forward) return `${when}, adding noise: ${signal} × clean + ${noise} × noise; ${share}. Chosen: ${me}.`;
  const words = `${when}: ${share}. From prediction to end, ${me}: ${stand(it, at)}.`;
  if (!at.told) return words;
  const { half, labels } = it.ways[at.left];
  const said = at.told.label && labels ? `: ${at.told.label}, and it became ${labels[at.sample]}` : "";
  return `${words} You could tell at t = ${at.told.t}${said}; the prediction of ${at.left} was half-way there at t = ${half[at.sample]}.`;
}

/** Every stop as a row of a table. */
function tableOf(it, at) {
  const names = at.forward ? [] : shown(at);
  const row = (tag, cells) => make("tr", cells.map((cell) => make(tag, [cell])));
  const rows = it.times.map((t, i) => row("td", [`${t}`, ...Object.values(it.facts[i]), ...names.map((name) => {
    const { far, stopAt } = it.ways[name];
    return at.hides ? "" : hundredths(far(stopAt(t), at.sample));
  })]));
  return make("table", [row("th", ["t", "ᾱ", "log-SNR", "√ᾱ", "√(1−ᾱ)", ...names]), ...rows]);
}

// ---- drawings: tiles side by side; tile i is what stands at `from(i)`: an array of drawn numbers, a place in it

function sized(canvas, ...size) {
  if (`${[canvas.width, canvas.height]}` !== `${size}`) [canvas.width, canvas.height] = size;
  return canvas.getContext("2d");
}

/** Pictures, grey or in colour, one dot a pixel. */
function mosaic({ shape: [C, H, W] }, canvas, columns, count, from) {
  const [wide, high] = [columns * (W + GAP) - GAP, Math.ceil(count / columns) * (H + GAP) - GAP];
  const image = new ImageData(wide, high);
  const out = new Uint32Array(image.data.buffer); // alpha, blue, green, red
  for (let n = 0; n < count; n++) {
    let [values, k] = from(n);
    for (let y = 0; y < H; y++) {
      let to = (Math.floor(n / columns) * (H + GAP) + y) * wide + (n % columns) * (W + GAP);
      for (let x = 0; x < W; x++, k++, to++)
        out[to] = 0xff000000 | (C < 3 ? values[k] * 0x10101 : (values[k + 2 * H * W] << 16) | (values[k + H * W] << 8) | values[k]);
    }
  }
  sized(canvas, wide, high).putImageData(image, 0, 0);
}

/** Clouds of points. past: where the stops so far begin; the chosen point trails all of them, the others a few. */
function clouds({ N, reach: [left, top, reach] }, canvas, columns, count, from, { side, sample, ink, chosen, tints, past }) {
  const pen = sized(canvas, columns * side, Math.ceil(count / columns) * side);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const dot = side / 80;
  for (let i = 0; i < count; i++) {
    const [values, begin] = from(i);
    const spot = (k) => [((i % columns) + (values[k] - left) / reach) * side, (Math.floor(i / columns) + (top - values[k + 1]) / reach) * side];
    const trails = (lineWidth, strokeStyle, who, starts) => {
      Object.assign(pen, { lineWidth, strokeStyle });
      pen.beginPath();
      for (const n of who) starts.forEach((k, s) => pen[s ? "lineTo" : "moveTo"](...spot(k + 2 * n)));
      pen.stroke();
    };
    pen.globalAlpha = 0.12;
    trails(1, ink, range(N), past.slice(-7));
    pen.globalAlpha = 1;
    for (let n = 0; n < N; n++) {
      const [x, y] = spot(begin + 2 * n);
      pen.fillStyle = tints[n] ?? "#0072b2";
      pen.fillRect(x - dot / 2, y - dot / 2, dot, dot);
    }
    trails(2.5, chosen, [sample], past);
    pen.fillStyle = chosen;
    pen.beginPath();
    pen.arc(...spot(begin + 2 * sample), 1.6 * dot, 0, 7);
    pen.fill();
  }
}

// ---- the view

const CHOICES = ["bundle", "t", "left", "right", "sample", "forward", "predict"];

function render({ model, el }) {
  const undo = [];
  const root = make("div");
  let it, parts, frame, saving, playing, drawn, closed;
  const sent = () => model.get("data").bundles[model.get("bundle")];
  const asked = () => ["bundle", "left", "sample"].map((name) => model.get(name)); // what a guess is about
  const at = () => {
    const now = Object.fromEntries(CHOICES.map((name) => [name, model.get(name)]));
    const guess = model.get("guess");
    const asks = now.predict && !now.forward;
    now.told = asks && "t" in guess && `${guess.about}` === `${asked()}` ? guess : null;
    return { ...now, hides: asks && !now.told };
  };
  /** Change the page at once, and tell the kernel when the hand rests. */
  function choose(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    clearTimeout(saving);
    saving = setTimeout(save, 100);
  }
  function save() {
    clearTimeout(saving);
    saving = undefined;
    model.save_changes();
  }
  function stop() {
    playing = clearInterval(playing);
    redraw();
  }
  const here = () => it.place(model.get("t"));
  const go = (by) => choose({ t: it.times[between(0, here() + Number(by), it.times.length - 1)] });
  const step = (by) => go(by, stop()); // by hand: it ends the playing

  /** What a click does, by data-do. */
  const acts = {
    go: (_, node) => step(node.dataset.by ?? it.place(node.dataset.t) - here()),
    play() {
      if (playing) return stop();
      const way = model.get("forward") ? -1 : 1;
      const ended = () => here() === (way > 0 ? it.times.length - 1 : 0);
      go(ended() ? -way * it.times.length : way);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      playing = setInterval(() => (ended() ? stop() : go(way)), calm ? 700 : 140);
      redraw();
    },
    pick: (_, node) => choose({ sample: [...node.parentNode.children].indexOf(node) }),
    /** The sample under the mouse. */
    sheet({ offsetX, offsetY }, canvas) {
      const [x, y] = [offsetX / canvas.clientWidth, offsetY / canvas.clientHeight];
      const { columns, reach: [left, top, reach], points, N } = it;
      const [values, begin] = drawn[canvas.dataset.is];
      const far = (n) => Math.hypot(values[begin + 2 * n] - left - x * reach, values[begin + 2 * n + 1] - top + y * reach);
      const tile = Math.floor(y * Math.ceil(N / columns)) * columns + Math.floor(x * columns);
      choose({ sample: points ? least(range(N), far) : between(0, tile, N - 1) });
    },
    seek({ clientX }, node) {
      const { left, width } = node.ownerSVGElement.getBoundingClientRect();
      step(least(it.spots, ([x]) => Math.abs(x / 300 - (clientX - left) / width)) - here());
    },
    tell: (_, { dataset: { label } }) => choose({ guess: { about: asked(), t: model.get("t"), label } }),
    again: () => choose({ guess: {}, t: it.times[0] }),
    toggle() {
      parts.table.hidden = !parts.table.hidden;
      redraw();
    },
  };

  function press(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || target.tagName === "SELECT") return;
    const [n, last, columns] = [model.get("sample"), it.N - 1, it.columns];
    const to = { Home: 0, End: last, ArrowUp: n - columns, ArrowDown: n + columns, ArrowLeft: n - 1, ArrowRight: n + 1 }[key];
    const turn = { PageDown: 1, PageUp: -1 }[key];
    if (["pick", "sheet"].includes(target.dataset.do) && to !== undefined) choose({ sample: to >= 0 && to <= last ? to : n });
    else if (turn) step(turn);
    else return;
    event.preventDefault();
  }

  /** Draw once before the next frame, however many choices changed. */
  function redraw() {
    frame ??= requestAnimationFrame(draw);
  }
  function paint(name, columns, count, from, now, look = {}) {
    (it.points ? clouds : mosaic)(it, parts[name], columns, count, from, { side: 420, tints: [], past: [], ...now, ...look });
  }
  /** All samples on one sheet. */
  function fill(name, values, begin, now, look) {
    drawn[name] = [values, begin];
    if (it.points) paint(name, 1, 1, () => [values, begin], now, look);
    else paint(name, it.columns, it.N, (n) => [values, begin + n * it.D], now);
  }

  function drawWay(side, now) {
    const way = it.ways[now[side]];
    const stop = way.stopAt(now.t);
    const begins = way.stops.map((_, s) => s * it.N * it.D);
    const tints = now.hides ? [] : way.tints;
    fill(`${side}_noisy`, way.noisy, begins[stop], now, { tints, past: begins.slice(0, stop + 1) });
    parts[`${side}_waits`].textContent = way.stops[stop] === now.t ? "" : `waiting at t = ${way.stops[stop]}`;
    parts[`${side}_own`].hidden = now.hides;
    parts[`${side}_clean`].parentNode.classList.toggle("dn-hidden", now.hides);
    if (now.hides) return;
    fill(`${side}_clean`, way.clean, begins[stop], now, { tints });
    const own = it.points ? 0 : now.sample * it.D;
    for (const part of it.points ? [] : ["noisy", "clean"]) paint(`${side}_${part}_one`, 1, 1, () => [way[part], begins[stop] + own], now);
    // the chosen sample through time: noisy above predicted clean
    const most = Math.min(it.points ? 5 : 9, begins.length);
    const places = range(most).map((i) => Math.round((i * (begins.length - 1)) / (most - 1)));
    const ticks = parts[`${side}_ticks`];
    const mark = [way.name, now.sample, now.ink].join();
    if (drawn[side] !== mark) {
      drawn[side] = mark;
      const from = (i) => [i < most ? way.noisy : way.clean, begins[places[i % most]] + own];
      paint(`${side}_strip`, most, 2 * most, from, now, { tints, side: 96 });
      ticks.innerHTML = places.map((s, i) => `<span data-do="go" data-t="${way.stops[s]}">${i ? "" : "t = "}${way.stops[s]}</span>`).join("");
    }
    const close = least(places, (s) => Math.abs(s - stop));
    [...ticks.children].forEach((one, i) => (one.className = i === close ? "dn-here" : ""));
    ticks.style = `--columns: ${most}`;
  }

  /** Clean and noise, put together by the closed form. */
  function drawAdding(now) {
    const place = it.place(now.t);
    const [signal, noise] = it.shares[place];
    const sum = it.given.map((clean, i) => signal * clean + noise * it.begin[i]);
    for (const [name, values] of Object.entries({ clean_in: it.given, noise_in: it.begin, sum_in: sum }))
      fill(name, it.points ? values : values.map(shade), 0, now);
    for (const name of ["signal", "noise"]) parts[name].textContent = it.facts[place][name];
  }

  /** The three curves: a line for now, and a dot on each. */
  function drawPlots(now) {
    const place = it.place(now.t);
    const [x, ...ups] = it.spots[place];
    const put = (name, dots, words) => {
      parts[name].querySelector("[data-now]").setAttribute("transform", `translate(${x})`);
      parts[name].querySelector("[data-dots]").innerHTML = dots.map((y, i) => `<circle cx="${x}" cy="${y}" r="5" class="dn-${i}"/>`).join("");
      parts[`${name}_now`].textContent = words;
    };
    put("kept", [ups[0]], it.facts[place].kept);
    put("ratio", [ups[1]], it.facts[place].snr);
    parts.far_box.hidden = now.forward || now.hides;
    if (parts.far_box.hidden) return;
    const ways = shown(now).map((name) => it.ways[name]);
    const up = (way, s) => (96 - (84 * way.far(s, now.sample)) / it.most).toFixed(1);
    [...parts.far.querySelectorAll("[data-line]")].forEach((line, i) => line.setAttribute("points",
      ways[i] ? ways[i].stops.map((t, s) => `${it.spots[it.times.indexOf(t)][0]},${up(ways[i], s)}`).join(" ") : ""));
    const stops = ways.map((way) => way.stopAt(now.t));
    put("far", ways.map((way, i) => up(way, stops[i])), ways.map((way, i) => hundredths(way.far(stops[i], now.sample))).join(", "));
  }

  function draw() {
    frame = undefined;
    if (it?.sent !== sent()) return; // still unpacking
    const now = at();
    [now.ink, now.chosen] = [root, parts.time].map((node) => getComputedStyle(node).color);
    const { time, play, toggle, table, status, slider } = parts;
    parts.taking.hidden = now.forward;
    parts.adding.hidden = !now.forward;
    if (now.forward) drawAdding(now);
    else for (const side of ["left", "right"]) if (now[side]) drawWay(side, now);
    drawPlots(now);
    time.textContent = `t = ${now.t}`;
    play.textContent = playing ? "Stop" : "Play";
    for (const list of root.querySelectorAll("select")) list.value = now[list.name] || 0;
    slider.value = it.place(now.t);
    slider.ariaValueText = time.textContent;
    parts.predict.checked = now.predict;
    parts.asks.hidden = now.forward;
    const choices = it.choices[now.left];
    for (const button of parts.guesses.children) {
      const { label } = button.dataset;
      button.hidden = label === undefined ? !now.told : !now.hides || (label ? !choices.includes(label) : choices.length);
    }
    root.style = `--x: ${now.sample % it.columns}; --y: ${Math.floor(now.sample / it.columns)}`;
    for (const doors of root.querySelectorAll(".dn-doors")) {
      const held = doors.querySelector(":focus");
      [...doors.children].forEach((door, n) => Object.assign(door, { tabIndex: n === now.sample ? 0 : -1, ariaChecked: n === now.sample }));
      if (held) doors.children[now.sample].focus({ preventScroll: true });
    }
    status.textContent = sentence(it, now);
    for (const image of root.querySelectorAll("[role=img]")) image.ariaLabel = `${image.dataset.label}. ${status.textContent}`;
    toggle.ariaExpanded = !table.hidden;
    if (!table.hidden) table.replaceChildren(tableOf(it, now));
    root.ariaBusy = false;
  }

  /** Lay out the bundle on show; what was chosen stays chosen where it still exists. */
  async function build() {
    const wanted = sent();
    root.ariaBusy = true;
    if (!opened.has(wanted)) opened.set(wanted, unpack(wanted));
    const found = await opened.get(wanted);
    if (closed || wanted !== sent()) return;
    it = found;
    drawn = {};
    const had = (name, other) => (it.names.includes(model.get(name)) ? model.get(name) : other);
    choose({ left: had("left", it.names[0]), right: it.names.length > 1 ? had("right", it.names[1]) : "",
      sample: Math.min(model.get("sample"), it.N - 1), t: it.times[here()] });
    const focused = root.querySelector(":focus")?.name;
    root.innerHTML = it.html;
    root.classList.toggle("dn-points", it.points);
    parts = Object.fromEntries([...root.querySelectorAll("[data-is]")].map((node) => [node.dataset.is, node]));
    // what takes the focus keeps its keys from the notebook
    for (const node of root.querySelectorAll("button, input, select, [tabindex]")) node.dataset.lmSuppressShortcuts = "true";
    root.querySelector(`[name="${focused}"]`)?.focus();
    redraw();
  }
  const begin = () => build().catch(({ message }) => (root.textContent = `This browser cannot unpack the pictures: ${message}`));

  root.className = "course-explorer denoising";
  root.addEventListener("keydown", press);
  root.addEventListener("click", (event) => {
    const node = event.target.closest("[data-do]");
    if (node) acts[node.dataset.do](event, node);
  });
  root.addEventListener("input", ({ target: { name, checked, value } }) => {
    if (name === "t") step(value - here());
    else if (name === "predict") choose({ predict: checked, guess: {}, t: checked ? it.times[0] : model.get("t") });
    else choose({ [name]: name === "forward" ? value === "true" : name === "bundle" ? Number(value) : value });
  });
  const theme = new MutationObserver(redraw); // points are drawn in the theme's colours
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  for (const name of ["guess", ...CHOICES]) {
    const act = name === "bundle" ? begin : redraw;
    model.on(`change:${name}`, act);
    undo.push(() => model.off(`change:${name}`, act));
  }
  el.append(root);
  begin();
  return () => {
    closed = true;
    if (saving) save();
    clearInterval(playing);
    cancelAnimationFrame(frame);
    theme.disconnect();
    for (const act of undo) act();
    root.remove();
  };
}

export default { render };
