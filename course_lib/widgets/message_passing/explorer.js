// What Python sent of a graph network, drawn round by round: who sent what to whom, who can know of whom, who is alike.
//
// it: one graph, unpacked   level: a byte, said in words   hops: steps from node to node, 255 for never

import {
  between,
  bytes,
  cellAt,
  colourWords,
  explorer,
  make,
  mark,
  paint,
  plural,
  range,
  row,
  say,
} from "../kit/kit.js";

const NEVER = 255;
const ALIKE = -2; // the colour that stands for similarity to the chosen node
const OUTCOMES = [
  ["✓", "right"],
  ["?", "missed"],
  ["✕", "too many"],
];
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The number that a count on a ruler stands for. */
export const reading = (count, [step, digits]) => ((count * step) / 10 ** digits).toFixed(digits);

// ---- what Python sent, and how to say it

/** Views of one graph of the payload. */
export function unpack(sent, all) {
  const { names, rounds: R, heads: H, colours, low } = sent;
  const N = names.length;
  const [edges, amounts, hops, similar] = [sent.edges, sent.amounts, sent.hops, sent.similar].map(bytes);
  const values = new Int8Array(bytes(sent.values));
  const E = edges.length / 2;
  const incoming = names.map(() => []);
  for (let e = 0; e < E; e++) incoming[edges[E + e]].push(e);
  const ends = range(E).map((e) => [edges[e], edges[E + e]].sort((a, b) => a - b));
  const place = (at) => colours.findIndex(({ id }) => id === at.colour); // the first has no values
  const count = (at, node) => values[((place(at) - 1) * (R + 1) + at.round) * N + node];
  const level = (head, t, e) => amounts[(t * (H + 1) + head + 1) * E + e]; // norms before the heads
  const text = (head, t, e) => (head < 0 ? reading(level(head, t, e), sent.rulers[t]) : all.texts[level(head, t, e)]);
  const it = {
    ...sent,
    N,
    H,
    R,
    tints: all.tints,
    pixels: colourWords(all.pixels),
    pairs: [...new Map(ends.map((pair) => [`${pair}`, pair])).values()], // each edge once
    hop: (at, node) => hops[at.node * N + node],
    knows: (at, node) => it.hop(at, node) <= Math.min(at.round, NEVER - 1),
    known: (at) => range(N).filter((node) => it.knows(at, node)),
    away: (steps) => (steps === NEVER ? sent.phrases.never : say(sent.phrases.away, { steps: plural(steps, "step") })),
    said: (cents) => ((cents - 100) / 100).toFixed(2),
    alike(t, i, j) {
      const [a, b] = i < j ? [i, j] : [j, i];
      return i === j ? 200 : similar[(t * N * (N - 1)) / 2 + a * N - (a * (a + 1)) / 2 + b - a - 1];
    },
    even: (cents) => Math.floor(0.5 + (200 * (Math.max(cents, low) - low)) / (200 - low)),
    /** What arrives at the chosen node, the most first; `texts` are the norm, then the heads; `part` of the largest. */
    arriving({ round, node, head }) {
      const found = (round ? incoming[node] : []).map((e) => ({
        sender: edges[e],
        level: level(head, round - 1, e),
        text: text(head, round - 1, e),
        texts: range(H + 1).map((h) => text(h - 1, round - 1, e)),
        part: 0,
      }));
      const most = Math.max(...found.map((one) => parseFloat(one.text))) || 1;
      for (const one of found) one.part = parseFloat(one.text) / most;
      return found.sort((a, b) => b.level - a.level);
    },
    shade(at, node) {
      const [name, i] =
        at.colour === ALIKE
          ? ["even", it.even(it.alike(at.round, at.node, node))]
          : ["signed", Math.floor(127.5 + (127 * count(at, node)) / colours[place(at)].most)];
      return [all[name][i], all[`${name}_ink`][i] === "1" ? "#fff" : "#000"];
    },
    colourOf: (at) => colours[place(at)],
    colourName: (at) =>
      at.colour === ALIKE ? say(sent.phrases.alike, { me: names[at.node] }) : colours[place(at)].name,
    valueOf: (at, node) => reading(count(at, node), colours[place(at)].scale),
    mean: (t) => sent.curve[t].toFixed(3),
  };
  return it;
}

/** How the prediction compares with the answer: right, missed, too many. */
function compare(it, at) {
  const rest = range(it.N).filter((node) => node !== at.node);
  const wanted = [
    [true, true],
    [false, true],
    [true, false],
  ];
  return wanted.map(([marked, known]) =>
    rest.filter((node) => at.marked.includes(node) === marked && it.knows(at, node) === known),
  );
}

/** Names in brackets, at most six of them. */
function listed(nodes, names) {
  const some = nodes.slice(0, 6).map((node) => names[node]);
  return nodes.length ? ` (${some.join(", ")}${nodes.length > 6 ? ", ..." : ""})` : "";
}

/** The status line, out of Python's phrases. */
export function sentence(it, at) {
  const { names, R, N, noun, phrases } = it;
  const me = names[at.node];
  const when = say(at.round ? phrases.round : phrases.before, { round: at.round, rounds: R });
  if (at.hides)
    return when + say(phrases.ask, { noun, me, rounds: plural(at.round, "round"), marked: at.marked.length });
  const found = it.arriving(at);
  const told = found.slice(0, 3).map(({ sender, text }) => `${sender === at.node ? "itself" : names[sender]} ${text}`);
  const by = at.head < 0 ? "largest" : say(phrases.by, at);
  const gets = { me, messages: plural(found.length, "message"), by, told: told.join(", ") };
  let words = when + say(found.length ? phrases.gets : phrases.nothing, gets);
  words += say(phrases.reach, { known: it.known(at).length, all: plural(N, noun), mean: it.mean(at.round) });
  if (at.other >= 0 && at.other !== at.node) {
    const [away, alike] = [it.away(it.hop(at, at.other)), it.said(it.alike(at.round, at.node, at.other))];
    words += say(phrases.compared, { other: names[at.other], away, alike });
  }
  if (!at.predict) return words;
  const [right, missed, extra] = compare(it, at);
  const counts = { right: right.length, missed: missed.length, extra: extra.length };
  return words + say(phrases.verdict, { ...counts, those: listed(missed, names), these: listed(extra, names) });
}

/** Every node as a row. */
export function table(it, at) {
  const coloured = at.colour !== ALIKE;
  const sent = {};
  for (const { sender, texts } of it.arriving({ ...at, head: -1 }))
    sent[sender] = texts.map((text, i) => (sent[sender] ? `${sent[sender][i]}, ${text}` : text));
  const blank = it.heading.map(() => "");
  const rows = it.names.map((name, node) => {
    const hops = it.hop(at, node);
    const shown = at.hides ? ["", ...blank] : [hops === NEVER ? "-" : `${hops}`, ...(sent[node] ?? blank)];
    const alike = it.said(it.alike(at.round, at.node, node));
    return [`${node}`, name, ...shown, alike, ...(coloured ? [it.valueOf(at, node)] : [])];
  });
  const head = ["", it.noun, "steps away", ...it.heading, "similarity", ...(coloured ? [it.colourName(at)] : [])];
  return { caption: `What ${it.names[at.node]} gets, round ${at.round}`, head, rows };
}

// ---- drawings: each takes parts of the frame, and gives a function of where the viewer looks

/** The graph: nodes to choose, a shade for those within reach, arrows for what arrives. */
function picture({ it, parts: { stage, field, lines, arrows, group } }, cursor) {
  const { places, bonds, N, pairs } = it;
  const [w, h] = it.box;
  const line = ([a, b]) => `M${places[a]}L${places[b]}`;
  const faint = between(0.08, 40 / pairs.length, 0.8);
  if (!bonds) lines.innerHTML = `<path d="${pairs.map(line).join("")}" opacity="${faint}"/>`;
  const buttons = places.map(([x, y], node) => {
    const style = `left: ${(100 * x) / w}%; top: ${(100 * y) / h}%`;
    return make("button", { "data-do": "pick", style }, it.labels[node]);
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
    const shaft = `<path d="M${at(Math.min(rim, tip - head))}L${at(tip - head * 0.8)}"/>`;
    const point = `M${at(tip)}L${at(tip - head, head / 2)}L${at(tip - head, -head / 2)}z`;
    return `${open}${shaft}<path class="mp-head" d="${point}"/></g>`;
  }
  /** The nodes within reach, ring by ring, the nearest on top. */
  function rings(at, rim) {
    const found = {}; // step -> its nodes
    for (const node of at.hides ? [] : it.known(at)) (found[it.hop(at, node)] ??= []).push(node);
    const ring = (hop) => {
      const joins = (pair) => Math.max(...pair.map((node) => it.hop(at, node))) === Number(hop);
      const joined = bonds ? pairs.filter(joins).map(line) : [];
      const discs = found[hop].map((node) => `M${places[node]}h0`); // round ends
      const tint = it.tints[Math.min(hop, 6)];
      return (
        `<g data-hop="${hop}" style="--tint: ${tint}%"><path d="${joined.join("")}" stroke-width="${rim * 2.4}"/>` +
        `<path d="${discs.join("")}" stroke-width="${rim * 3.6}"/></g>`
      );
    };
    return Object.keys(found).reverse().map(ring).join("");
  }

  return (at) => {
    const found = at.hides ? [] : it.arriving(at);
    scale = stage.clientWidth / w || scale; // no width while hidden
    const size = N > 60 ? between(9, 0.42 * scale, 18) : between(14, 0.5 * scale, 28);
    const rim = size / 2 / scale;
    const wide = (part) => 1 + (found.length > 12 ? 1.5 : 5) * part;
    group.style = `--size: ${size}px`;
    field.innerHTML = rings(at, rim);
    arrows.innerHTML = found
      .map(({ sender, part }) => arrow(sender, at.node, wide(part), rim, sender === at.other))
      .join("");
    const outcomes = at.told ? compare(it, at) : [];
    group.setAttribute("role", at.hides ? "group" : "radiogroup");
    const focus = cursor(at);
    buttons.forEach((button, node) => {
      const marked = at.marked.includes(node);
      const outcome = OUTCOMES[outcomes.findIndex((some) => some.includes(node))];
      const [sign, words] = outcome ?? [marked ? "✓" : "", ""];
      [button.style.backgroundColor, button.style.color] = it.shade(at, node);
      button.className = `${node === at.node ? "mp-chosen" : ""} ${node === at.other ? "mp-other" : ""}`;
      button.dataset.sign = sign;
      button.role = at.hides ? "checkbox" : "radio";
      mark(button, at.hides ? marked : node === at.node, node === focus);
      const away = at.hides ? "" : `, ${it.away(it.hop(at, node))}`;
      button.ariaLabel = it.names[node] + away + (words && `, ${words}`);
    });
  };
}

/** Who sent what to the chosen node: the largest as bars with numbers. */
function senders({ it, parts: { title, sent } }) {
  return (at) => {
    const found = at.hides ? [] : it.arriving(at);
    const me = it.names[at.node];
    title.textContent = at.hides ? "Predict first" : `What ${me} gets${at.round ? ` in round ${at.round}` : ""}`;
    const none = at.round ? "Nothing." : "Nothing yet: step on.";
    const hint = at.hides ? "Mark them in the drawing, then press Tell me." : none;
    const rows = found.slice(0, 6).map(({ sender, part, texts }) => {
      const bar = make("i", { style: `width: ${56 * part}px` });
      const one = row("td", [sender === at.node ? "itself" : it.names[sender], bar, ...texts]);
      one.children[3 + at.head].className = "mp-now";
      one.classList.toggle("mp-one", sender === at.other);
      return one;
    });
    const more = found.length - rows.length;
    const listing = rows.length ? make("table", {}, row("th", ["from", "", ...it.heading]), ...rows) : hint;
    sent.replaceChildren(listing, more ? make("p", {}, `and ${more} more, no larger`) : "");
  };
}

/** Cosine similarity of all pairs in this round; a row and a cell are the choice. */
function matrix({ it, parts: { map } }) {
  const { N } = it;
  const [canvas, , cell] = map.children;
  const tones = range(201).map((level) => it.pixels[it.even(level)]);
  return (at, changed) => {
    if (changed.has("layout") || changed.has("round"))
      paint(canvas, N, N, (i) => tones[it.alike(at.round, Math.floor(i / N), i % N)]);
    map.style = `--N: ${N}; --row: ${at.node}; --column: ${at.other}`;
    cell.hidden = at.other < 0;
  };
}

/** What stands around them. */
function surroundings({ it, parts: { count, tell, colour, ramp, reach, steps, here } }) {
  return (at) => {
    count.textContent = `${at.round} of ${it.R}`;
    tell.hidden = !at.predict;
    tell.textContent = at.told ? "Again" : "Tell me";
    colour.textContent = it.colourName(at);
    ramp.innerHTML = it.colourOf(at).ramp;
    reach.hidden = at.hides;
    [...steps.children].forEach((one, hop) => (one.hidden = hop > at.round));
    here.setAttribute("transform", `translate(${it.spots[at.round]})`);
    here.lastElementChild.textContent = it.mean(at.round);
  };
}

// ---- what a hand does

const asked = (get) => ["graph", "round", "node"].map((name) => get(name)); // what a guess is about

/** The nearest node in a direction; what lies aside counts more than what lies ahead. */
export function nearest(places, from, [dx, dy]) {
  const [x, y] = places[from];
  const cost = places.map(([a, b], node) => {
    const ahead = (a - x) * dx + (b - y) * dy;
    return ahead > 0.05 ? ahead + 2.5 * Math.abs((a - x) * dy - (b - y) * dx) : 1e6 + Number(node !== from);
  });
  return cost.indexOf(Math.min(...cost));
}

const cursorOf = (view, at) => (at.hides ? Math.min(view.own.pointer ?? 0, view.it.N - 1) : at.node);
const guess = (view, marked, told = false) => view.choose({ guess: { about: asked(view.get), marked, told } });

export default explorer({
  name: "message-passing",
  choices: ["graph", "round", "node", "other", "head", "colour", "predict", "guess"],
  relayout: ["graph"],
  source: (data, get) => data.graphs[get("graph")],
  unpack,
  html: (it) => it.html,
  limits: ({ R, N, H }) => ({
    round: [0, R],
    node: [0, N - 1],
    other: [0, N - 1],
    head: [-1, H - 1],
  }),
  /** A guess counts for the question it was made about. */
  place(now, view) {
    const current = now.predict && `${now.guess.about}` === `${asked(view.get)}`;
    const { marked = [], told = false } = current ? now.guess : {};
    const colour = view.it.colours.some(({ id }) => id === now.colour) ? now.colour : -1;
    return { ...now, colour, marked, told, hides: now.predict && !told };
  },
  layout: (view) => [picture(view, (at) => cursorOf(view, at)), senders(view), matrix(view), surroundings(view)],
  sentence,
  table,
  spoken: { round: (it, at) => `round ${at.round} of ${it.R}` },
  keys: { PageDown: ["round", 1], PageUp: ["round", -1], "[": ["head", -1], "]": ["head", 1] },
  escape: { other: -1 },
  press({ key, target }, view) {
    const at = view.at();
    const to = { Home: 0, End: view.it.N - 1 }[key];
    if (!target.closest("[data-walk=nodes]") || !(to >= 0 || key in WAYS)) return undefined;
    view.own.pointer = to ?? nearest(view.it.places, cursorOf(view, at), WAYS[key]);
    if (!at.hides) return { node: view.own.pointer };
    view.parts.group.children[view.own.pointer].focus(); // the question stays what it is
    view.redraw();
    return true;
  },
  play: {
    trait: "round",
    ended: (view) => view.get("round") === view.it.R,
    step: (view) => ({ round: view.get("round") + 1 }),
    rewind: () => ({ round: 0 }),
    wait: () => 1000,
  },
  acts: (view) => ({
    go(_, { dataset: { by, at } }) {
      view.choose({ round: at ? Number(at) : between(0, view.get("round") + Number(by), view.it.R) });
    },
    /** Choose a node, or mark it while predicting. */
    pick(_, button) {
      const { marked, hides, node } = view.at();
      const picked = (view.own.pointer = [...view.parts.group.children].indexOf(button));
      const others = marked.filter((one) => one !== picked);
      if (!hides) view.choose({ node: picked });
      else if (picked !== node) guess(view, others.length < marked.length ? others : [...marked, picked]);
    },
    tell() {
      const { marked, told } = view.at();
      guess(view, told ? [] : marked, !told);
    },
    cell(event, canvas) {
      const [node, other] = cellAt(event, canvas, view.it.N, view.it.N);
      view.choose({ node, other });
    },
  }),
});
