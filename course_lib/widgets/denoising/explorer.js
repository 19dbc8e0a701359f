// Samples on their way out of noise and back in, two ways side by side, at every stop.
//
// it: one bundle, unpacked (see pack.py)   N samples of D numbers   way: one sampler   stop: where a way stands at a time

import { between, explorer, inflate, make, mark, range, say } from "../kit/kit.js";

const GAP = 2; // pixels between pictures
const [WIDE, BASE, RISE] = [300, 96, 84]; // a curve's own pixels: its width, its foot, its height
const SIDES = ["left", "right"];
const BLUE = "#0072b2";

/** A number from -1 to 1 as a grey level. */
const shade = (value) => between(0, Math.floor((value + 1) * 127.5 + 0.5), 255);
const hundredths = (count) => (count / 100).toFixed(2);

/** Where in a list the cost is least. */
const least = (list, cost) => list.reduce((best, one, i) => (cost(one, i) < cost(list[best], best) ? i : best), 0);

// ---- from bytes to numbers

/** Whole numbers: four to a byte, 3: more in two; odd: -1, -2 ... */
async function counts(view, count) {
  const found = await inflate(view);
  const out = new Int32Array(count);
  let more = Math.ceil(count / 4);
  const high = (found.length - more) / 2;
  for (let i = 0; i < count; i++) {
    let folded = (found[i >> 2] >> (2 * (i & 3))) & 3;
    if (folded > 2) {
      folded += found[more] + 256 * found[high + more];
      more += 1;
    }
    out[i] = folded & 1 ? -((folded + 1) >> 1) : folded >> 1;
  }
  return out;
}

/** One way: noisy and clean as drawn (grey levels, or places), the start as numbers. */
async function decode(sent, { N, size, start, points }) {
  const S = sent.stops.length;
  const parts = [counts(sent.clean, S * size), counts(sent.noisy, S * size), counts(sent.far, S * N)];
  const [steady, missed, apart] = await Promise.all(parts);
  const Drawn = points ? Float32Array : Uint8Array;
  const [noisy, clean] = [new Drawn(missed.length), new Drawn(missed.length)];
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
  return {
    ...sent,
    noisy,
    clean,
    begin,
    far: (stop, n) => apart[stop * N + n],
    stopAt: (t) => Math.max(sent.stops.filter((stop) => stop >= t).length - 1, 0), // it waits there
  };
}

/** One bundle of the payload with its arrays. */
export async function unpack(sent, all) {
  const N = sent.count;
  const size = N * sent.shape.reduce((a, b) => a * b);
  const points = sent.shape.length === 1;
  const it = {
    ...sent,
    phrases: all.phrases,
    heading: all.heading,
    points,
    N,
    D: size / N,
    ways: {},
    names: sent.ways.map(({ name }) => name),
    columns: points ? 1 : Math.ceil(Math.sqrt(N)),
    place: (t) => least(sent.times, (time) => Math.abs(time - t)),
    given: Float64Array.from(await counts(sent.given, size), (count) => count * sent.unit + sent.low),
    begin: undefined,
  };
  for (const way of sent.ways) {
    it.ways[way.name] = await decode(way, { N, size, start: it.begin, points });
    it.begin ??= it.ways[way.name].begin;
  }
  return it;
}

// ---- words, out of Python's phrases

const shown = ({ left, right }) => (right && right !== left ? [left, right] : [left]);

/** How far a prediction is from its end: `DDPM (7) 0.34`. */
function stand(it, name, at) {
  const { stops, labels, far, stopAt } = it.ways[name];
  const stop = stopAt(at.t);
  const label = labels ? ` (${labels[at.sample]})` : "";
  const waits = stops[stop] === at.t ? "" : `${say(it.phrases.waits, { t: stops[stop] })},`;
  return `${name}${label}${waits} ${hundredths(far(stop, at.sample))}`;
}

/** How the guess compares with what came. */
function verdict(it, at) {
  const { half, labels } = it.ways[at.left];
  const { t, label } = at.told;
  const became = label && labels ? say(it.phrases.became, { label, end: labels[at.sample] }) : "";
  return say(it.phrases.verdict, { t, became, way: at.left, half: half[at.sample] });
}

/** The status line. */
export function sentence(it, at) {
  const { phrases } = it;
  const fact = it.facts[it.place(at.t)];
  const me = `${it.noun} ${at.sample}`;
  const when = say(phrases.when, { t: at.t, last: it.last });
  if (at.hides) return when + say(phrases.ask, { me, way: at.left });
  const share = say(phrases.share, fact);
  if (at.forward) return when + say(phrases.adding, { ...fact, share, me });
  const each = shown(at).map((name) => stand(it, name, at));
  const words = when + say(phrases.taking, { share, me, each: each.join(" and ") });
  return at.told ? words + verdict(it, at) : words;
}

/** Every stop as a row. */
export function table(it, at) {
  const names = at.forward ? [] : shown(at);
  const far = (name, t) => hundredths(it.ways[name].far(it.ways[name].stopAt(t), at.sample));
  const rows = it.times.map((t, i) => [
    `${t}`,
    ...Object.values(it.facts[i]),
    ...names.map((name) => (at.hides ? "" : far(name, t))),
  ]);
  return { head: [...it.heading, ...names], rows };
}

// ---- drawings: tiles side by side; tile i is what stands at `from(i)`: an array of drawn numbers, a place in it

function sized(canvas, wide, high) {
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  return canvas.getContext("2d");
}

/** Pictures, grey or in colour, one dot a pixel. */
function mosaic({ shape: [C, H, W] }, canvas, columns, count, { from }) {
  const [wide, high] = [columns * (W + GAP) - GAP, Math.ceil(count / columns) * (H + GAP) - GAP];
  const image = new ImageData(wide, high);
  const out = new Uint32Array(image.data.buffer); // alpha, blue, green, red
  const grey = (values, k) => values[k] * 0x10101;
  const coloured = (values, k) => (values[k + 2 * H * W] << 16) | (values[k + H * W] << 8) | values[k];
  const colour = C < 3 ? grey : coloured;
  for (let n = 0; n < count; n++) {
    const [values, begin] = from(n);
    const corner = Math.floor(n / columns) * (H + GAP) * wide + (n % columns) * (W + GAP);
    for (let y = 0, k = begin; y < H; y++) {
      const to = corner + y * wide;
      for (let x = 0; x < W; x++, k++) out[to + x] = 0xff000000 | colour(values, k);
    }
  }
  sized(canvas, wide, high).putImageData(image, 0, 0);
}

/** Clouds of points. past: where the stops so far begin; the chosen point trails all of them, the others a few. */
function clouds({ N, reach: [left, top, reach] }, canvas, columns, count, look) {
  const { from, side = 420, sample, ink, chosen, tints = [], past = [] } = look;
  const pen = sized(canvas, columns * side, Math.ceil(count / columns) * side);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const dot = side / 80;
  for (let i = 0; i < count; i++) {
    const [values, begin] = from(i);
    const across = (value) => ((i % columns) + (value - left) / reach) * side;
    const down = (value) => (Math.floor(i / columns) + (top - value) / reach) * side;
    const spot = (k) => [across(values[k]), down(values[k + 1])];
    const trail = (n, starts) => starts.forEach((k, s) => pen[s ? "lineTo" : "moveTo"](...spot(k + 2 * n)));
    Object.assign(pen, { lineWidth: 1, strokeStyle: ink, globalAlpha: 0.12 });
    pen.beginPath();
    for (const n of range(N)) trail(n, past.slice(-7));
    pen.stroke();
    pen.globalAlpha = 1;
    for (let n = 0; n < N; n++) {
      const [x, y] = spot(begin + 2 * n);
      pen.fillStyle = tints[n] ?? BLUE;
      pen.fillRect(x - dot / 2, y - dot / 2, dot, dot);
    }
    Object.assign(pen, { lineWidth: 2.5, strokeStyle: chosen, fillStyle: chosen });
    pen.beginPath();
    trail(sample, past);
    pen.stroke();
    pen.beginPath();
    const [x, y] = spot(begin + 2 * sample);
    pen.arc(x, y, 1.6 * dot, 0, 7);
    pen.fill();
  }
}

/** The colours of the theme and of the choice, and which sample is chosen. */
const penOf = ({ root, parts }, { sample }) => ({
  sample,
  ink: getComputedStyle(root).color,
  chosen: getComputedStyle(parts.time).color,
});

const paint = (view, name, columns, count, look) =>
  (view.it.points ? clouds : mosaic)(view.it, view.parts[name], columns, count, look);

/** All samples on one sheet; a press on it finds the numbers it was drawn from. */
function fill(view, name, values, begin, look) {
  const { it, own } = view;
  own.drawn[name] = [values, begin];
  if (it.points) paint(view, name, 1, 1, { ...look, from: () => [values, begin] });
  else paint(view, name, it.columns, it.N, { ...look, from: (n) => [values, begin + n * it.D] });
}

/** The chosen sample through time, noisy above predicted clean. */
function strip(view, side, { way, begins, stop }, look) {
  const { it, parts, own } = view;
  const most = Math.min(it.points ? 5 : 9, begins.length);
  const places = range(most).map((i) => Math.round((i * (begins.length - 1)) / (most - 1)));
  const ticks = parts[`${side}_ticks`];
  const drawing = `${[way.name, look.sample, look.ink]}`;
  if (own.drawn[side] !== drawing) {
    own.drawn[side] = drawing;
    const mine = it.points ? 0 : look.sample * it.D;
    const from = (i) => [i < most ? way.noisy : way.clean, begins[places[i % most]] + mine];
    paint(view, `${side}_strip`, most, 2 * most, { ...look, past: [], from, side: 96 });
    const tick = (s, i) =>
      make("span", { "data-do": "go", "data-t": way.stops[s] }, `${i ? "" : "t = "}${way.stops[s]}`);
    ticks.replaceChildren(...places.map(tick));
    ticks.style = `--columns: ${most}`;
  }
  const close = least(places, (s) => Math.abs(s - stop));
  [...ticks.children].forEach((one, i) => (one.className = i === close ? "dn-here" : ""));
}

/** One way: all samples noisy and predicted, the chosen one large, and through time. */
function drawWay(view, side, at) {
  const { it, parts } = view;
  const way = it.ways[at[side]];
  const stop = way.stopAt(at.t);
  const begins = way.stops.map((_, s) => s * it.N * it.D);
  const look = { ...penOf(view, at), tints: at.hides ? [] : way.tints };
  fill(view, `${side}_noisy`, way.noisy, begins[stop], { ...look, past: begins.slice(0, stop + 1) });
  const waits = way.stops[stop] === at.t ? "" : say(it.phrases.waits, { t: way.stops[stop] });
  parts[`${side}_waits`].textContent = waits.replace(/^, /, "");
  parts[`${side}_own`].hidden = at.hides;
  parts[`${side}_clean`].parentNode.classList.toggle("dn-hidden", at.hides);
  if (at.hides) return;
  fill(view, `${side}_clean`, way.clean, begins[stop], look);
  for (const part of it.points ? [] : ["noisy", "clean"]) {
    const from = () => [way[part], begins[stop] + at.sample * it.D];
    paint(view, `${side}_${part}_one`, 1, 1, { ...look, from });
  }
  strip(view, side, { way, begins, stop }, look);
}

/** Clean and noise, put together by the closed form. */
function drawAdding(view, at) {
  const { it, parts } = view;
  const place = it.place(at.t);
  const [signal, noise] = it.shares[place];
  const sum = it.given.map((clean, i) => signal * clean + noise * it.begin[i]);
  for (const [name, values] of Object.entries({ clean_in: it.given, noise_in: it.begin, sum_in: sum }))
    fill(view, name, it.points ? values : values.map(shade), 0, penOf(view, at));
  for (const name of ["signal", "noise"]) parts[name].textContent = it.facts[place][name];
}

/** The three curves: a line for now, and a dot on each. */
function drawPlots({ it, parts }, at) {
  const place = it.place(at.t);
  const [x, kept, ratio] = it.spots[place];
  const put = (name, dots, words) => {
    const circle = (y, i) => `<circle cx="${x}" cy="${y}" r="5" class="dn-${i}"/>`;
    parts[name].querySelector("[data-now]").setAttribute("transform", `translate(${x})`);
    parts[name].querySelector("[data-dots]").innerHTML = dots.map(circle).join("");
    parts[`${name}_now`].textContent = words;
  };
  put("kept", [kept], it.facts[place].kept);
  put("ratio", [ratio], it.facts[place].snr);
  parts.far_box.hidden = at.forward || at.hides;
  if (parts.far_box.hidden) return;
  const ways = shown(at).map((name) => it.ways[name]);
  const up = (way, stop) => (BASE - (RISE * way.far(stop, at.sample)) / it.most).toFixed(1);
  const line = (way) => way.stops.map((t, stop) => `${it.spots[it.times.indexOf(t)][0]},${up(way, stop)}`).join(" ");
  [...parts.far.querySelectorAll("[data-line]")].forEach((one, i) =>
    one.setAttribute("points", ways[i] ? line(ways[i]) : ""),
  );
  const stops = ways.map((way) => way.stopAt(at.t));
  put(
    "far",
    ways.map((way, i) => up(way, stops[i])),
    ways.map((way, i) => hundredths(way.far(stops[i], at.sample))).join(", "),
  );
}

/** The samples on all sheets and curves. */
function samples(view) {
  const { parts, root } = view;
  return (at) => {
    parts.taking.hidden = at.forward;
    parts.adding.hidden = !at.forward;
    if (at.forward) drawAdding(view, at);
    else for (const side of SIDES) if (at[side]) drawWay(view, side, at);
    drawPlots(view, at);
    root.style.setProperty("--x", at.sample % view.it.columns);
    root.style.setProperty("--y", Math.floor(at.sample / view.it.columns));
    for (const doors of root.querySelectorAll(".dn-doors"))
      [...doors.children].forEach((door, n) => mark(door, n === at.sample));
  };
}

/** The time, and the buttons of a guess. */
function surroundings({ it, parts }) {
  return (at) => {
    parts.time.textContent = `t = ${at.t}`;
    parts.asks.hidden = at.forward;
    const offered = it.choices[at.left];
    for (const button of parts.guesses.children) {
      const { label } = button.dataset;
      const unfit = label ? !offered.includes(label) : offered.length > 0;
      button.hidden = label === undefined ? !at.told : !at.hides || unfit;
    }
  };
}

// ---- what a hand does

const question = (get) => ["bundle", "left", "sample"].map((name) => get(name)); // what a guess is about
const here = ({ it, get }) => it.place(get("t"));
const stopBy = (view, by) => ({ t: view.it.times[between(0, here(view) + by, view.it.times.length - 1)] });
const way = (get) => (get("forward") ? -1 : 1); // out of noise, or into it

/** The sample under the mouse. */
function sampleAt({ it, own }, { offsetX, offsetY }, canvas) {
  const [x, y] = [offsetX / canvas.clientWidth, offsetY / canvas.clientHeight];
  const { columns, points, N } = it;
  const [left, top, reach] = it.reach;
  const [values, begin] = own.drawn[canvas.dataset.is];
  const across = (n) => values[begin + 2 * n] - left - x * reach;
  const down = (n) => values[begin + 2 * n + 1] - top + y * reach;
  if (points) return least(range(N), (n) => Math.hypot(across(n), down(n)));
  const tile = Math.floor(y * Math.ceil(N / columns)) * columns + Math.floor(x * columns);
  return between(0, tile, N - 1);
}

export default explorer({
  name: "denoising",
  choices: ["bundle", "t", "left", "right", "sample", "forward", "predict", "guess"],
  relayout: ["bundle"],
  source: (data, get) => data.bundles[get("bundle")],
  unpack,
  html: (it) => it.html,
  limits: ({ N }) => ({ sample: [0, N - 1] }),
  /** A guess counts for the question it was made about. */
  place(now, { get }) {
    const asks = now.predict && !now.forward;
    const current = asks && "t" in now.guess && `${now.guess.about}` === `${question(get)}`;
    return { ...now, told: current ? now.guess : null, hides: asks && !current };
  },
  layout(view) {
    const { it, get, root } = view;
    view.own.drawn = {};
    root.classList.toggle("dn-points", it.points);
    const had = (name, other) => (it.names.includes(get(name)) ? get(name) : other);
    const right = it.names.length > 1 ? had("right", it.names[1]) : "";
    view.set({ left: had("left", it.names[0]), right, t: it.times[here(view)] });
    return [samples(view), surroundings(view)];
  },
  sentence,
  table,
  values: { t: (it, at) => it.place(at.t) },
  spoken: { t: (_, at) => `t = ${at.t}` },
  press({ key }, view) {
    const by = { PageDown: 1, PageUp: -1 }[key];
    return by && stopBy(view, by);
  },
  play: {
    trait: "t",
    ended: (view) => here(view) === (way(view.get) > 0 ? view.it.times.length - 1 : 0),
    step: (view) => stopBy(view, way(view.get)),
    rewind: (view) => stopBy(view, -way(view.get) * view.it.times.length),
    wait: (calm) => (calm ? 700 : 140),
  },
  fields: (view) => ({
    t: (place) => view.choose({ t: view.it.times[place] }),
    predict: (predict) => view.choose({ predict, guess: {}, t: predict ? view.it.times[0] : view.get("t") }),
  }),
  acts: (view) => ({
    go: (_, { dataset: { by, t } }) => view.choose(t ? { t: Number(t) } : stopBy(view, Number(by))),
    pick: (_, button) => view.choose({ sample: [...button.parentNode.children].indexOf(button) }),
    sheet: (event, canvas) => view.choose({ sample: sampleAt(view, event, canvas) }),
    seek({ clientX }, node) {
      const { left, width } = node.ownerSVGElement.getBoundingClientRect();
      const place = least(view.it.spots, ([x]) => Math.abs(x / WIDE - (clientX - left) / width));
      view.choose({ t: view.it.times[place] });
    },
    tell: (_, { dataset: { label } }) => view.choose({ guess: { about: question(view.get), t: view.get("t"), label } }),
    again: () => view.choose({ guess: {}, t: view.it.times[0] }),
  }),
});
