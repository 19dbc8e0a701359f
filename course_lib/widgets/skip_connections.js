// Python ran the model and wrote the frame: this module only draws the bytes it sent, also without a kernel.
//
// data: what Python sent   scene: the picture on show, unpacked   at: where the viewer looks   node: a level, along the U

const WORDS = ["off", "on", "swapped"];
const PLACES = ["image", "skips", "node", "channel", "row", "column", "difference", "predict"];
const TOP = 20; // feature maps come in steps of 5% of their range
const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const words32 = (view) => new Uint32Array(bytes(view).slice().buffer);
const clip = (low, value, high) => Math.max(low, Math.min(high, value));
const score = (cents) => (cents < 0 ? "-" : (cents / 100).toFixed(2));
const signed = (cents) => (cents > 0 ? "+" : cents < 0 ? "\u2212" : "\u00b1") + score(Math.abs(cents));

function make(tag, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
}

/** Deflated bytes, as they were. */
async function inflate(view) {
  const stream = new Blob([bytes(view)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Put colours on a canvas: one 32-bit number a pixel. */
function paint(canvas, high, wide, colour) {
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const image = new ImageData(wide, high);
  const out = new Uint32Array(image.data.buffer);
  for (let i = 0; i < out.length; i++) out[i] = colour(i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** One picture of the payload with its arrays, and how to read them. */
async function unpack(data, number) {
  const sent = data.images[number];
  const [high, wide] = sent.size;
  const [block, picture, other] = await Promise.all(
    [sent.block, data.pictures[sent.picture], data.pictures[sent.other]].map((view) => view && inflate(view)));
  const pixels = high * wide;
  const states = data.kinds ** data.depth;
  let end = pixels * (states + 1);
  const maps = sent.levels.map(([count, h, w, fronts]) => {
    const start = end;
    end += count * h * w * fronts;
    return block.subarray(start, end);
  });
  const code = (state) => state.reduce((sum, kind) => sum * data.kinds + kind, 0);
  const grey = (shown, i) => {
    if (shown.length === pixels) return [shown[i], shown[i], shown[i]];
    return shown.subarray(3 * i, 3 * i + 3);
  };
  const colour = (shown) => (i) => grey(shown, i).reduce((sum, part, c) => sum | (part << (8 * c)), 255 << 24) >>> 0;
  return {
    ...sent, high, wide, picture, other, code,
    mask: (state, pixel) => block[pixel * states + code(state)],
    truth: (pixel) => block[pixels * states + pixel],
    seen: colour(picture),
    lent: other && colour(other),
    faint(i) {
      const [red, green, blue] = grey(picture, i);
      const light = Math.floor((Math.floor((red + green + blue) / 3) * 5) / 8) + 60;
      return ((255 << 24) | (light * 0x10101)) >>> 0;
    },
    /** One map: its size, and the step at each place; all states of a place stand side by side. */
    map(node, channel, state) {
      const [, h, w, fronts] = sent.levels[node];
      const front = fronts > 1 ? code(state.slice(2 * data.depth - node)) : 0;
      return [h, w, (i) => maps[node][(channel * h * w + i) * fronts + front]];
    },
  };
}

function render({ model, el }) {
  const root = make("div", "", { class: "course-explorer skip-connections" });
  const data = model.get("data");
  const { depth, kinds, names } = data;
  const [classes, steps, [wrong]] = [words32(data.classes), words32(data.steps), words32(data.wrong)];
  const scenes = new Map();
  const undo = [];
  let scene, painted, frame, saving, closed;
  root.innerHTML = data.html;
  const parts = Object.fromEntries([...root.querySelectorAll("[data-is]")].map((node) => [node.dataset.is, node]));
  const bridges = [...root.querySelectorAll(".sk-bridge")];
  const tiles = [...root.querySelectorAll("[data-node]")].sort((a, b) => a.dataset.node - b.dataset.node);
  const combinations = [...parts.combinations.children];
  const pairs = combinations.map((_, i) => [...Array(depth).keys()].map((skip) => 1 - ((i >> (depth - 1 - skip)) & 1)));

  /** Where the viewer looks; a guess counts for the question it was made about. */
  function at() {
    const now = Object.fromEntries(PLACES.map((name) => [name, model.get(name)]));
    const { about, class: guess } = model.get("guess");
    const asks = now.predict && now.skips.some((word) => word !== "on");
    const guessed = now.predict && about === `${now.image}:${now.skips}` ? guess : undefined;
    const hides = asks && guessed === undefined;
    const state = now.skips.map((word) => WORDS.indexOf(word));
    if (Math.min(now.row, now.column) < 0) now.row = now.column = -1;
    return { ...now, asks, guessed, hides, state, shown: hides ? state.map(() => 1) : state };
  }
  /** Change the choice on the page at once, and tell the kernel when the hand rests. */
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
  const turn = (skip, kind) => choose({ skips: model.get("skips").map((word, i) => (i === skip ? WORDS[kind] : word)) });
  /** Enlarge a level; the place among its channels stays where it can. */
  const enlarge = (node, channel = model.get("channel")) =>
    choose({ node, channel: clip(0, channel, scene.channels[node].length - 1) });

  // ---- words

  function mapTitle(now) {
    const { node, channel } = now;
    const name = node === depth ? "bottleneck"
      : node < depth ? `encoder level ${node + 1}` : `decoder level ${2 * depth + 1 - node}`;
    return `${name}, channel ${scene.channels[node][channel]} of ${scene.shapes[node][0]}`;
  }
  function stateWords(state) {
    if (state.every((kind) => kind === state[0] && kind < 2)) return `${depth > 1 ? `All ${depth} skips` : "The skip"} ${WORDS[state[0]]}`;
    return `Skips, finest first: ${state.map((kind) => WORDS[kind]).join(", ")}` +
      (state.includes(2) ? `; swapped means features of ${scene.other_name}` : "");
  }
  /** The same sentence as Python's describe(). */
  function sentence(now) {
    const code = scene.code(now.state);
    const pixel = now.row * scene.wide + now.column;
    const [dice, before] = [scene.dice[code], scene.dice[scene.code(pairs[0])]];
    const fall = (k) => `${score(before[k])} to ${score(dice[k])}`;
    const lost = names.map((_, k) => (Math.min(before[k], dice[k]) < 0 ? 0 : before[k] - dice[k]));
    const most = Math.max(...lost) > 0 ? lost.indexOf(Math.max(...lost)) : -1;
    const change = dice.at(-1) - before.at(-1);
    let said = `${stateWords(now.state)}. `;
    if (now.hides) said += "Which class loses most Dice against all skips on? Guess first.";
    else {
      said += `Dice${scene.known === "truth" ? "" : " against all skips on"}: ` +
        `${names.map((name, k) => `${name} ${score(dice[k])}`).join(", ")}; mean ${score(dice.at(-1))}`;
      if (`${now.state}` !== `${pairs[0]}`) said += (change ? `, ${score(Math.abs(change))} ${change > 0 ? "above" : "below"} all skips on. `
        : ", as with all on. ") + (most < 0 ? "No class loses 0.01 or more" : `Most is lost by ${names[most]} (${fall(most)})`);
      said += ".";
      const right = now.guessed === most;
      if (now.asks) said += ` Your guess, ${names[now.guessed] ?? "none of them"}, is ${right ? "right"
        : now.guessed < 0 ? "wrong" : `wrong: it goes from ${fall(now.guessed)}`}.`;
    }
    if (now.row < 0) return `${said} Enlarged: ${mapTitle(now)}.`;
    said += ` Row ${now.row}, column ${now.column}: `;
    if (!now.hides) said += `predicted ${names[scene.mask(now.state, pixel)]}, `;
    const [h, w, map] = scene.map(now.node, now.channel, now.shown);
    const step = map(Math.floor((now.row * h) / scene.high) * w + Math.floor((now.column * w) / scene.wide));
    return `${said}${scene.known} ${names[scene.truth(pixel)]}. ` +
      `Enlarged: ${mapTitle(now)}, there at ${Math.floor((100 * step) / TOP + 0.5)}% of its range.`;
  }
  /** Every state as a row: all on first, then each skip swapped alone, then the present one. */
  function table(now) {
    const on = pairs[0];
    const alone = kinds > 2 ? on.map((_, skip) => on.map((kind, i) => (i === skip ? 2 : kind))) : [];
    const listed = now.hides ? [on] : [...pairs, ...alone];
    if (!now.hides && !listed.some((state) => `${state}` === `${now.state}`)) listed.push(now.state);
    const row = (tag, cells) => {
      const line = make("tr");
      line.append(...cells.map((text) => make(tag, text)));
      return line;
    };
    const found = make("table");
    found.append(row("th", [...on.map((_, skip) => `skip ${skip + 1}`), ...names, "mean"]), ...listed.map((state) => {
      const line = row("td", [...state.map((kind) => WORDS[kind]), ...scene.dice[scene.code(state)].map(score)]);
      if (`${state}` === `${now.shown}`) line.ariaCurrent = "true";
      return line;
    }));
    return found;
  }

  // ---- drawing

  const drawMask = (canvas, state) => paint(canvas, scene.high, scene.wide, (i) => classes[scene.mask(state, i)]);
  function drawMap(canvas, node, channel, state) {
    const [h, w, map] = scene.map(node, channel, state);
    paint(canvas, h, w, (i) => steps[map(i)]);
  }
  /** What belongs to a picture and stays while its skips are switched. */
  function drawPicture() {
    const { high, wide } = scene;
    root.style.setProperty("--aspect", wide / high);
    paint(parts.image, high, wide, scene.seen);
    paint(parts.truth, high, wide, (i) => classes[scene.truth(i)]);
    parts.truth_caption.textContent = scene.known;
    parts.measure.textContent = scene.known === "truth" ? "Dice against the truth" : "Dice against all skips on";
    combinations.forEach((button, i) => {
      const marks = pairs[i].map((kind) => (kind ? "●" : "○")).join("");
      const mean = score(scene.dice[scene.code(pairs[i])].at(-1));
      drawMask(button.firstChild, pairs[i]);
      button.lastChild.innerHTML = `<b>${marks}</b> ${mean}`;
      button.ariaLabel = `${pairs[i].map((kind) => WORDS[kind]).join(", ")}: mean Dice ${mean}`;
    });
    for (const bridge of bridges) if (scene.lent) paint(bridge.querySelector(".sk-lender"), high, wide, scene.lent);
    tiles.forEach((tile, node) => {
      const [channels, h, w] = scene.shapes[node];
      tile.lastChild.textContent = `${channels} × ${h}×${w}`;
    });
    painted = undefined;
  }
  function channelButtons(now) {
    if (parts.channels.dataset.of !== `${now.node}` || parts.channels.children.length !== scene.channels[now.node].length) {
      parts.channels.dataset.of = now.node;
      parts.channels.replaceChildren(...scene.channels[now.node].map((channel, i) => {
        const button = make("button", "", { role: "radio", "data-do": "channel", "data-at": i });
        button.ariaLabel = `channel ${channel}`;
        button.append(make("canvas"), make("small", channel));
        button.dataset.lmSuppressShortcuts = "true";
        return button;
      }));
    }
    return [...parts.channels.children];
  }
  function mark(buttons, chosen, current = chosen) {
    buttons.forEach((button, i) => {
      button[button.role ? "ariaChecked" : "ariaPressed"] = i === chosen;
      button.tabIndex = i === Math.max(current, 0) ? 0 : -1;
    });
  }
  function drawDice(now) {
    const [before, scores] = [pairs[0], now.shown].map((state) => scene.dice[scene.code(state)]);
    [...parts.dice.children].forEach(({ children: [, value, bar, change] }, k) => {
      value.textContent = score(scores[k]);
      bar.style.setProperty("--now", `${Math.max(scores[k], 0)}%`);
      bar.style.setProperty("--before", before[k] < 0 ? "-9px" : `${before[k]}%`);
      change.textContent = Math.min(scores[k], before[k]) < 0 || now.hides ? "" : signed(scores[k] - before[k]);
      change.className = scores[k] < before[k] ? "sk-worse" : "";
    });
  }

  /** Draw once before the next frame, however many choices changed. */
  function redraw() {
    frame ??= requestAnimationFrame(draw);
  }
  function draw() {
    frame = undefined;
    if (!scene) return;
    const now = at();
    const { high, wide } = scene;
    const look = `${now.shown} ${now.node} ${now.channel} ${now.difference}`;
    const channels = channelButtons(now);
    if (painted !== look) { // pointing alone leaves the pictures as they are
      const right = (i) => scene.mask(now.shown, i) === scene.truth(i);
      paint(parts.mask, high, wide, now.difference ? (i) => (right(i) ? scene.faint(i) : wrong)
        : (i) => classes[scene.mask(now.shown, i)]);
      tiles.forEach((tile, node) => {
        const channel = node === now.node ? now.channel : 0;
        drawMap(tile.querySelector("canvas"), node, channel, now.shown);
      });
      drawMap(parts.map, now.node, now.channel, now.shown);
      channels.forEach((button, i) => drawMap(button.firstChild, now.node, i, now.shown));
      drawDice(now);
      painted = look;
    }
    mark(tiles, now.node);
    mark(channels, now.channel);
    mark(combinations, pairs.findIndex((state) => `${state}` === `${now.state}`));
    bridges.forEach((bridge, skip) => {
      bridge.dataset.state = now.skips[skip];
      bridge.querySelector("em").textContent = now.state[skip] === 2 ? ` from ${scene.other_name}` : "";
      mark([...bridge.querySelectorAll("button")], now.state[skip]);
    });
    for (const field of root.querySelectorAll("select[name], input[name]"))
      field.type === "checkbox" ? (field.checked = now[field.name]) : (field.value = now[field.name]);
    root.classList.toggle("sk-pointing", now.row >= 0);
    root.classList.toggle("sk-hiding", now.hides);
    root.style.setProperty("--x", (now.column + 0.5) / wide);
    root.style.setProperty("--y", (now.row + 0.5) / high);
    parts.question.hidden = !now.asks;
    parts.ask.textContent = `${stateWords(now.state).split(";")[0]}: which class loses most?`;
    for (const button of parts.question.querySelectorAll("button"))
      button.ariaPressed = `${now.guessed}` === button.dataset.class;
    parts.mask_caption.textContent = (now.difference ? "difference" : "prediction") + (now.hides ? ", all skips on" : "");
    parts.title.textContent = mapTitle(now).replace(/^./, (letter) => letter.toUpperCase());
    parts.status.textContent = sentence(now);
    parts.mask.ariaLabel = `Predicted mask. ${parts.status.textContent}`;
    parts.image.ariaLabel = `The image${scene.name && `, ${scene.name}`}`;
    parts.truth.ariaLabel = `The mask: ${scene.known}`;
    parts.map.ariaLabel = `Feature map: ${mapTitle(now)}`;
    parts.toggle.ariaExpanded = !parts.table.hidden;
    if (!parts.table.hidden) parts.table.replaceChildren(table(now));
  }

  /** Unpack the picture on show; what was chosen stays chosen where it still exists. */
  async function build() {
    const number = model.get("image");
    if (!scenes.has(number)) scenes.set(number, unpack(data, number));
    const found = await scenes.get(number);
    if (closed || number !== model.get("image")) return;
    scene = found;
    const tops = { row: scene.high, column: scene.wide, channel: scene.channels[model.get("node")].length };
    for (const name in tops) model.set(name, Math.min(model.get(name), tops[name] - 1));
    drawPicture();
    redraw();
  }

  // ---- what a hand does

  const acts = {
    node: ({ dataset }) => enlarge(+dataset.node),
    channel: ({ dataset }) => choose({ channel: +dataset.at }),
    switch: ({ dataset }) => turn(+dataset.skip, WORDS.indexOf(dataset.kind)),
    /** A click on the bridge itself: on, off, swapped, on. */
    turn: ({ dataset: { skip, state } }) => turn(+skip, { on: 0, off: kinds > 2 ? 2 : 1, swapped: 1 }[state]),
    combination: ({ dataset }) => choose({ skips: pairs[dataset.at].map((kind) => WORDS[kind]) }),
    on: () => choose({ skips: pairs[0].map(() => "on") }),
    guess: ({ dataset }) => choose({ guess: { about: `${model.get("image")}:${model.get("skips")}`, class: +dataset.class } }),
    toggle() {
      parts.table.hidden = !parts.table.hidden;
      redraw();
    },
  };
  function point({ target, clientX, clientY }) {
    const canvas = scene && target.closest("[data-look]")?.firstChild;
    if (!canvas) return;
    const box = canvas.getBoundingClientRect();
    const along = (offset, length, count) => clip(0, Math.floor((offset / length) * count), count - 1);
    choose({ row: along(clientY - box.top, box.height, scene.high), column: along(clientX - box.left, box.width, scene.wide) });
  }
  function press(event) {
    const { key, target } = event;
    if (!scene || event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    const walk = target.closest("[data-walk]");
    const arrow = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
    const now = at();
    if (key === "Escape") choose({ row: -1, column: -1 });
    else if (!walk || !(arrow || key === "Home" || key === "End")) return;
    else if (walk.dataset.walk === "spot") {
      const [row, column] = [Math.max(now.row, 0), Math.max(now.column, 0)];
      if (now.row < 0 && arrow) choose({ row: scene.high >> 1, column: scene.wide >> 1 });
      else choose({ row: clip(0, row + (arrow?.[0] ?? 0), scene.high - 1),
        column: arrow ? clip(0, column + arrow[1], scene.wide - 1) : key === "Home" ? 0 : scene.wide - 1 });
    } else {
      const kind = walk.dataset.walk;
      const group = { nodes: tiles, switch: [...walk.querySelectorAll("button")], channels: [...walk.children], combinations }[kind];
      const skip = bridges.findIndex((bridge) => bridge.contains(target));
      if (kind === "switch" && arrow?.[0]) { // from skip to skip
        bridges[clip(0, skip + arrow[0], depth - 1)].querySelector("[aria-checked=true]").focus();
      } else {
        const place = group.indexOf(target);
        const next = arrow ? clip(0, place + arrow[0] + arrow[1], group.length - 1) : key === "Home" ? 0 : group.length - 1;
        acts[group[next].dataset.do](group[next]);
        group[next].focus({ preventScroll: true });
      }
    }
    event.preventDefault();
  }

  root.addEventListener("keydown", press);
  root.addEventListener("pointermove", point);
  root.addEventListener("click", (event) => {
    point(event);
    const node = event.target.closest("[data-do]");
    if (node && scene) acts[node.dataset.do](node);
  });
  root.addEventListener("input", ({ target: { name, type, checked, value } }) => {
    const changes = { [name]: type === "checkbox" ? checked : Number(value) };
    const skips = model.get("skips"); // with all skips on there is nothing to guess
    if (changes.predict && skips.every((word) => word === "on")) changes.skips = ["off", ...skips.slice(1)];
    choose(changes);
  });
  for (const name of ["guess", ...PLACES]) {
    const act = name === "image" ? build : redraw;
    model.on(`change:${name}`, act);
    undo.push(() => model.off(`change:${name}`, act));
  }
  // what takes the focus keeps its keys from the notebook
  for (const node of root.querySelectorAll("button, input, select, [tabindex]")) node.dataset.lmSuppressShortcuts = "true";
  el.append(root);
  build();
  return () => {
    closed = true;
    if (saving) save();
    cancelAnimationFrame(frame);
    for (const act of undo) act();
    root.remove();
  };
}

export default { render };
