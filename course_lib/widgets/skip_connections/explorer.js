// Switch each skip of a U-Net on or off, or swap it, and the mask, the maps and the Dice answer at once.
//
// it: one picture with all its states, unpacked   node: a level, along the U   state: for each skip a place in WORDS

import { between, cellAt, colourWords, explorer, inflate, make, mark, paint, range, say } from "../kit/kit.js";

const WORDS = ["off", "on", "swapped"];
const [OFF, ON, SWAPPED] = [0, 1, 2];
const TOP = 20; // feature maps come in steps of 5% of their range
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const score = (cents) => (cents < 0 ? "-" : (cents / 100).toFixed(2));
const same = (one, other) => `${one}` === `${other}`;

/** A change of Dice with its sign. */
function signed(cents) {
  const sign = cents > 0 ? "+" : "\u2212";
  return (cents ? sign : "\u00b1") + score(Math.abs(cents));
}

// ---- what Python sent, and how to say it

/** The colours of a picture that was sent as bytes: grey, or red, green and blue. */
function pictured(shown, pixels) {
  const parts = (i) => (shown.length === pixels ? [shown[i], shown[i], shown[i]] : shown.subarray(3 * i, 3 * i + 3));
  const colour = (i) => parts(i).reduce((sum, part, c) => sum | (part << (8 * c)), 255 << 24) >>> 0;
  const faint = (i) => {
    const [red, green, blue] = parts(i);
    const light = Math.floor((Math.floor((red + green + blue) / 3) * 5) / 8) + 60;
    return ((255 << 24) | (light * 0x10101)) >>> 0;
  };
  return { colour, faint };
}

/** One picture of the payload with its arrays, and how to read them. */
export async function unpack(sent, all) {
  const { depth, kinds } = all;
  const [high, wide] = sent.size;
  const pixels = high * wide;
  const open = (number) => (number < 0 ? undefined : inflate(all.pictures[number]));
  const [block, picture, other] = await Promise.all([inflate(sent.block), open(sent.picture), open(sent.other)]);
  const states = kinds ** depth;
  let end = pixels * (states + 1);
  const maps = sent.levels.map(([count, h, w, fronts]) => {
    const start = end;
    end += count * h * w * fronts;
    return block.subarray(start, end);
  });
  const code = (state) => state.reduce((sum, kind) => sum * kinds + kind, 0);
  const pairs = range(2 ** depth).map((i) => range(depth).map((skip) => 1 - ((i >> (depth - 1 - skip)) & 1)));
  const { colour, faint } = pictured(picture, pixels);
  return {
    ...all,
    ...sent,
    high,
    wide,
    pairs, // all combinations of on and off, all on first
    code,
    faint,
    seen: colour,
    lent: other && pictured(other, pixels).colour,
    palette: { classes: colourWords(all.classes), steps: colourWords(all.steps), wrong: colourWords(all.wrong)[0] },
    scores: (state) => sent.dice[code(state)],
    mask: (state, pixel) => block[pixel * states + code(state)],
    truth: (pixel) => block[pixels * states + pixel],
    /** One map: its size, and the step at each place; all states of a place stand side by side. */
    map(node, channel, state) {
      const [, h, w, fronts] = sent.levels[node];
      const front = fronts > 1 ? code(state.slice(2 * depth - node)) : 0;
      return [h, w, (i) => maps[node][(channel * h * w + i) * fronts + front]];
    },
  };
}

/** Which map is enlarged. */
function mapTitle(it, { node, channel }) {
  const values = { level: it.level_names[node], channel: it.channels[node][channel], all: it.shapes[node][0] };
  return say(it.phrases.map, values);
}

/** The state of every skip. */
function stateWords(it, state) {
  const { phrases, depth } = it;
  if (state.every((kind) => kind === state[0] && kind < SWAPPED))
    return say(depth > 1 ? phrases.all : phrases.one, { depth, state: WORDS[state[0]] });
  const words = say(phrases.skips, { states: state.map((kind) => WORDS[kind]).join(", ") });
  return words + (state.includes(SWAPPED) ? say(phrases.swapped, { other: it.other_name }) : "");
}

/** The Dice of a class before and after. */
const fall = (it, state, k) => `${score(it.scores(it.pairs[0])[k])} to ${score(it.scores(state)[k])}`;

/** The class that loses most, or -1. */
function mostLost(it, state) {
  const [before, after] = [it.scores(it.pairs[0]), it.scores(state)];
  const lost = it.names.map((_, k) => (Math.min(before[k], after[k]) < 0 ? 0 : before[k] - after[k]));
  return Math.max(...lost) > 0 ? lost.indexOf(Math.max(...lost)) : -1;
}

/** The state, its Dice, and what it costs. */
function told(it, state) {
  const { phrases, names } = it;
  const dice = it.scores(state);
  const listed = names.map((name, k) => `${name} ${score(dice[k])}`).join(", ");
  const values = { state: stateWords(it, state), measure: it.measure, listed, mean: score(dice.at(-1)) };
  const words = say(phrases.dice, values);
  if (same(state, it.pairs[0])) return `${words}.`;
  const change = dice.at(-1) - it.scores(it.pairs[0]).at(-1);
  const by = { change: score(Math.abs(change)), side: change > 0 ? "above" : "below" };
  const most = mostLost(it, state);
  const lost = most < 0 ? phrases.nobody : say(phrases.lost, { name: names[most], fall: fall(it, state, most) });
  return `${words}${change ? say(phrases.change, by) : phrases.same}. ${lost}.`;
}

/** How a guess compares with what happens. */
function verdict(it, at) {
  const { phrases, names } = it;
  const right = at.guessed === mostLost(it, at.state);
  const wrong = at.guessed < 0 ? "wrong" : say(phrases.wrong, { fall: fall(it, at.state, at.guessed) });
  return say(phrases.guess, { name: names[at.guessed] ?? "none of them", verdict: right ? "right" : wrong });
}

/** What is predicted at the chosen pixel, and what is true there. */
function spotWords(it, at) {
  const pixel = at.row * it.wide + at.column;
  const predicted = at.hides ? "" : say(it.phrases.predicted, { name: it.names[it.mask(at.state, pixel)] });
  return say(it.phrases.spot, { ...at, predicted, known: it.known, truth: it.names[it.truth(pixel)] });
}

/** The status line, out of Python's phrases. */
export function sentence(it, at) {
  const { phrases } = it;
  let words = at.hides ? say(phrases.ask, { state: stateWords(it, at.state) }) : told(it, at.state);
  if (at.asks && !at.hides) words += ` ${verdict(it, at)}`;
  const title = mapTitle(it, at);
  if (at.row < 0) return `${words} ${say(phrases.enlarged, { map: title })}`;
  const [h, w, map] = it.map(at.node, at.channel, at.shown);
  const step = map(Math.floor((at.row * h) / it.high) * w + Math.floor((at.column * w) / it.wide));
  const share = Math.floor((100 * step) / TOP + 0.5);
  return `${words} ${spotWords(it, at)}${say(phrases.there, { map: title, share })}`;
}

/** Every state as a row: all on first, then each skip swapped alone, then the present one. */
export function table(it, at) {
  const on = it.pairs[0];
  const alone = it.kinds > SWAPPED ? on.map((_, skip) => on.map((kind, i) => (i === skip ? SWAPPED : kind))) : [];
  const listed = at.hides ? [on] : [...it.pairs, ...alone];
  if (!at.hides && !listed.some((state) => same(state, at.state))) listed.push(at.state);
  return {
    head: it.heading,
    rows: listed.map((state) => [...state.map((kind) => WORDS[kind]), ...it.scores(state).map(score)]),
    current: listed.findIndex((state) => same(state, at.shown)),
  };
}

// ---- drawings

const drawMask = (canvas, it, state) => paint(canvas, it.wide, it.high, (i) => it.palette.classes[it.mask(state, i)]);

function drawMap(canvas, it, node, channel, state) {
  const [h, w, map] = it.map(node, channel, state);
  paint(canvas, w, h, (i) => it.palette.steps[map(i)]);
}

/** What belongs to a picture and stays while its skips are switched. */
function drawPicture({ it, root, parts }) {
  const { high, wide } = it;
  root.style.setProperty("--aspect", wide / high);
  paint(parts.image, wide, high, it.seen);
  paint(parts.truth, wide, high, (i) => it.palette.classes[it.truth(i)]);
  parts.image.ariaLabel = `The image${it.name && `, ${it.name}`}`;
  parts.truth.ariaLabel = `The mask: ${it.known}`;
  parts.truth_caption.textContent = it.known;
  parts.measure.textContent = it.known === "truth" ? "Dice against the truth" : "Dice against all skips on";
  [...parts.combinations.children].forEach((button, i) => {
    const state = it.pairs[i];
    const mean = score(it.scores(state).at(-1));
    drawMask(button.firstChild, it, state);
    const marks = state.map((kind) => (kind === ON ? "●" : "○")).join("");
    button.lastChild.replaceChildren(make("b", {}, marks), ` ${mean}`);
    button.ariaLabel = `${state.map((kind) => WORDS[kind]).join(", ")}: mean Dice ${mean}`;
  });
  for (const lender of root.querySelectorAll(".sk-lender")) if (it.lent) paint(lender, wide, high, it.lent);
  tilesOf(root).forEach((tile, node) => {
    const [channels, h, w] = it.shapes[node];
    tile.lastElementChild.textContent = `${channels} × ${h}×${w}`;
  });
}

const tilesOf = (root) => [...root.querySelectorAll("[data-node]")].sort((a, b) => a.dataset.node - b.dataset.node);
const bridgesOf = (root) => [...root.querySelectorAll(".sk-bridge")];

/** Of some buttons, the chosen one; Tab reaches it, or the first where none is chosen. */
const markAll = (buttons, chosen) =>
  buttons.forEach((button, i) => mark(button, i === chosen, i === Math.max(chosen, 0)));

/** The channels of the enlarged level, made anew when it is another level. */
function channelButtons({ it, parts: { channels } }, node) {
  const wanted = it.channels[node];
  if (channels.dataset.of !== `${node}` || channels.children.length !== wanted.length) {
    channels.dataset.of = node;
    const button = (channel, i) =>
      make(
        "button",
        { role: "radio", "data-do": "channel", "data-at": i, "aria-label": `channel ${channel}` },
        make("canvas"),
        make("small", {}, channel),
      );
    channels.replaceChildren(...wanted.map(button));
  }
  return [...channels.children];
}

/** The Dice of each class as bars, beside what they were. */
function drawDice({ it, parts }, at) {
  const [before, scores] = [it.pairs[0], at.shown].map(it.scores);
  [...parts.dice.children].forEach(({ children: [, value, bar, change] }, k) => {
    value.textContent = score(scores[k]);
    bar.style.setProperty("--now", `${Math.max(scores[k], 0)}%`);
    bar.style.setProperty("--before", before[k] < 0 ? "-9px" : `${before[k]}%`);
    change.textContent = Math.min(scores[k], before[k]) < 0 || at.hides ? "" : signed(scores[k] - before[k]);
    change.className = scores[k] < before[k] ? "sk-worse" : "";
  });
}

/** The mask, the maps and the Dice of the state on show; pointing alone leaves them as they are. */
function pictures(view) {
  const { it, root, parts } = view;
  const tiles = tilesOf(root);
  let painted;
  return (at) => {
    const channels = channelButtons(view, at.node);
    markAll(tiles, at.node);
    markAll(channels, at.channel);
    const look = `${at.shown} ${at.node} ${at.channel} ${at.difference}`;
    if (painted === look) return;
    painted = look;
    const right = (i) => it.mask(at.shown, i) === it.truth(i);
    if (at.difference) paint(parts.mask, it.wide, it.high, (i) => (right(i) ? it.faint(i) : it.palette.wrong));
    else drawMask(parts.mask, it, at.shown);
    tiles.forEach((tile, node) => {
      drawMap(tile.querySelector("canvas"), it, node, node === at.node ? at.channel : 0, at.shown);
    });
    drawMap(parts.map, it, at.node, at.channel, at.shown);
    channels.forEach((button, i) => drawMap(button.firstChild, it, at.node, i, at.shown));
    drawDice(view, at);
  };
}

/** The switches of the skips, the question, and the words around the pictures. */
function surroundings({ it, root, parts }) {
  const bridges = bridgesOf(root);
  const combinations = [...parts.combinations.children];
  return (at) => {
    markAll(
      combinations,
      it.pairs.findIndex((state) => same(state, at.state)),
    );
    bridges.forEach((bridge, skip) => {
      bridge.dataset.state = at.skips[skip];
      bridge.querySelector("em").textContent = at.state[skip] === SWAPPED ? ` from ${it.other_name}` : "";
      markAll([...bridge.querySelectorAll("button")], at.state[skip]);
    });
    root.classList.toggle("sk-pointing", at.row >= 0);
    root.classList.toggle("sk-hiding", at.hides);
    root.style.setProperty("--x", (at.column + 0.5) / it.wide);
    root.style.setProperty("--y", (at.row + 0.5) / it.high);
    parts.question.hidden = !at.asks;
    parts.ask.textContent = `${stateWords(it, at.state).split(";")[0]}: which class loses most?`;
    for (const button of parts.question.querySelectorAll("button"))
      button.ariaPressed = `${`${at.guessed}` === button.dataset.class}`;
    parts.mask_caption.textContent = (at.difference ? "difference" : "prediction") + (at.hides ? ", all skips on" : "");
    const title = mapTitle(it, at);
    parts.title.textContent = title.replace(/^./, (letter) => letter.toUpperCase());
    parts.map.ariaLabel = `Feature map: ${title}`;
  };
}

// ---- what a hand does

const question = (get) => `${get("image")}:${get("skips")}`; // what a guess is about

/** The pixel under the pointer, in whatever picture. */
function pointed(view, event) {
  const [row, column] = cellAt(event, event.currentTarget, view.it.high, view.it.wide);
  view.choose({ row, column });
}

/** From pixel to pixel; the first arrow begins in the middle. */
function spot({ it, get }, key) {
  const arrow = ARROWS[key];
  if (get("row") < 0 && arrow) return { row: it.high >> 1, column: it.wide >> 1 };
  const [row, column] = [Math.max(get("row"), 0), Math.max(get("column"), 0)];
  if (!arrow) return { row, column: key === "Home" ? 0 : it.wide - 1 };
  return { row: between(0, row + arrow[0], it.high - 1), column: between(0, column + arrow[1], it.wide - 1) };
}

/** From button to button of a group, each chosen as it is reached; up and down also from skip to skip. */
function stroll(view, key, target) {
  const { root, parts, it } = view;
  const group = target.closest("[data-walk]");
  const arrow = ARROWS[key];
  const bridges = bridgesOf(root);
  if (group.dataset.walk === "switch" && arrow?.[0]) {
    const skip = bridges.findIndex((bridge) => bridge.contains(target));
    bridges[between(0, skip + arrow[0], it.depth - 1)].querySelector("[aria-checked=true]").focus();
    return true;
  }
  const buttons = group === parts.u ? tilesOf(root) : [...group.querySelectorAll("button")];
  const last = buttons.length - 1;
  const end = key === "Home" ? 0 : last;
  const next = buttons[arrow ? between(0, buttons.indexOf(target) + arrow[0] + arrow[1], last) : end];
  next.click();
  next.focus({ preventScroll: true });
  return true;
}

export default explorer({
  name: "skip-connections",
  choices: ["image", "skips", "node", "channel", "row", "column", "difference", "predict", "guess"],
  relayout: ["image"],
  source: (data, get) => data.images[get("image")],
  unpack,
  limits: ({ high, wide, shapes, channels }, get) => ({
    node: [0, shapes.length - 1],
    channel: [0, channels[get("node")].length - 1],
    row: [0, high - 1],
    column: [0, wide - 1],
  }),
  /** A guess counts for the question it was made about. */
  place(now, { get }) {
    const asks = now.predict && now.skips.some((word) => word !== "on");
    const guessed = now.predict && now.guess.about === question(get) ? now.guess.class : undefined;
    const hides = asks && guessed === undefined;
    const state = now.skips.map((word) => WORDS.indexOf(word));
    const nowhere = Math.min(now.row, now.column) < 0 ? { row: -1, column: -1 } : {};
    return { ...now, ...nowhere, asks, guessed, hides, state, shown: hides ? state.map(() => ON) : state };
  },
  /** The place among the channels stays where it can; with all skips on there is nothing to predict. */
  together(changes, { it, get }) {
    const { node, predict } = changes;
    if (node >= 0) return { ...changes, channel: Math.min(get("channel"), it.channels[node].length - 1) };
    const skips = get("skips");
    const nothing = predict && skips.every((word) => word === "on");
    return nothing ? { ...changes, skips: ["off", ...skips.slice(1)] } : changes;
  },
  layout(view) {
    drawPicture(view);
    for (const look of view.root.querySelectorAll("[data-look]")) {
      look.firstChild.onpointermove = (event) => pointed(view, event);
      look.firstChild.onclick = (event) => pointed(view, event);
    }
    return [pictures(view), surroundings(view)];
  },
  sentence,
  table,
  escape: { row: -1, column: -1 },
  press({ key, target }, view) {
    const walk = target.closest("[data-walk]")?.dataset.walk;
    if (!walk || !(key in ARROWS || key === "Home" || key === "End")) return undefined;
    return walk === "spot" ? spot(view, key) : stroll(view, key, target);
  },
  acts(view) {
    const turn = (skip, kind) => {
      const skips = view.get("skips").map((word, i) => (i === Number(skip) ? kind : word));
      view.choose({ skips });
    };
    const all = (state) => view.choose({ skips: state.map((kind) => WORDS[kind]) });
    return {
      node: (_, { dataset }) => view.choose({ node: Number(dataset.node) }),
      channel: (_, { dataset }) => view.choose({ channel: Number(dataset.at) }),
      switch: (_, { dataset }) => turn(dataset.skip, dataset.kind),
      /** A click on the bridge itself: on, off, swapped, on. */
      turn(_, { dataset: { skip, state } }) {
        const next = { on: WORDS[OFF], off: WORDS[view.it.kinds > SWAPPED ? SWAPPED : ON], swapped: WORDS[ON] };
        turn(skip, next[state]);
      },
      combination: (_, { dataset }) => all(view.it.pairs[dataset.at]),
      on: () => all(view.it.pairs[0]),
      guess: (_, { dataset }) => view.choose({ guess: { about: question(view.get), class: Number(dataset.class) } }),
    };
  },
});
