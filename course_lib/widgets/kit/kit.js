// What every explorer in the page shares. Python did the arithmetic and sent it once (`data`); an explorer's own file
// says how its bytes are read, drawn and said, and this base owns the rest: the choices and when they are saved, drawing
// once a frame, playing, keys, focus, the table, questions to whoever answers, and taking all of it back on closing.
// The model holds the choices, so several views stay in step, and all of it works without a kernel.
//
// it: what is on show, unpacked   at: where the viewer looks   view: what an explorer's own file works with

/**
 * @typedef {Record<string, any>} Values  traits by name
 * @typedef {(at: any, changed: Set<string>, said: string) => void} Draw
 *   changed: the traits that changed since the last drawing; also "layout", "size" and "theme"
 *
 * @typedef {object} Own  what an explorer's own file gives to `explorer`
 * @property {string} name  the class of its root, in its style sheet
 * @property {string[]} choices  the traits that say where the viewer looks; each change is drawn
 * @property {(data: any, get: (name: string) => any) => object} source  what was sent of the thing on show
 * @property {(source: any, data: any) => any} unpack  `it`, or a promise of it; done once for each source
 * @property {string[]} [relayout]  the choices that put another thing on show
 * @property {(it: any, view: View) => string} [html]  the frame; `data.html` where it is left out
 * @property {(it: any, get: (name: string) => any) => Record<string, [number, number]>} limits  the lowest that keys walk to
 *   and the highest that exists, of each whole number among the choices
 * @property {(now: any, view: View) => any} [place]  what follows from the choices: guesses, what is held back
 * @property {(view: View) => Draw[]} layout  fills the frame; what draws it from now on
 * @property {(it: any, at: any) => string} sentence  the status line, word for word as Python's describe()
 * @property {(it: any, at: any) => Table} [table]  what the fold shows
 * @property {(view: View) => Record<string, (event: any, node: any) => void>} [acts]  what a click does, by data-do
 * @property {(view: View) => Record<string, (value: any, field: any) => void>} [fields]  what a field does, by its name,
 *   where it does more than choosing its value
 * @property {Record<string, (it: any, at: any) => any>} [values]  what a field shows, by its name, where it is not its trait
 * @property {Record<string, (it: any, at: any) => string>} [spoken]  a slider's value in words, by its name
 * @property {(changes: Values, view: View) => Values} [together]  what else changes with a choice
 * @property {Record<string, [string, number]>} [keys]  key: trait and step, anywhere in the explorer
 * @property {Values} [escape]  what Escape chooses
 * @property {(event: any, view: View) => Values | boolean | undefined} [press]  keys of its own: what to choose,
 *   true where that is done, undefined for any other key
 * @property {Play} [play]
 *
 * @typedef {object} Play
 * @property {string} trait  what moves; whoever moves it by hand ends the playing
 * @property {(view: View) => boolean} ended
 * @property {(view: View) => Values} step  what the next step chooses
 * @property {(view: View) => Values} rewind  what starting again chooses
 * @property {(calm: boolean) => number} wait  milliseconds from step to step; calm: less motion was asked for
 *
 * @typedef {{caption?: string, head: string[], rows: string[][], current?: number}} Table
 *
 * @typedef {object} View
 * @property {any} it
 * @property {any} root
 * @property {any} parts  the elements of the frame that bear a name (data-is), by it
 * @property {any} own  what an explorer's own file keeps for this view
 * @property {(name: string) => any} get
 * @property {() => any} at
 * @property {(changes: Values) => void} choose  what a hand chooses; the kernel hears of it when the hand rests
 * @property {(changes: Values) => void} set  what follows of itself
 * @property {(to: Values, event: Event) => void} point
 * @property {() => void} stop
 * @property {() => boolean} playing
 * @property {(what?: string) => void} redraw
 */

export const between = (low, value, high) => Math.max(low, Math.min(high, value));
export const range = (size) => [...Array(size).keys()];
export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What was sent as bytes; a notebook hands over a DataView. */
export const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
/** Colours as they stand in memory: alpha, blue, green, red. */
export const colourWords = (view) => new Uint32Array(bytes(view).slice().buffer);

/** Deflated bytes, as they were. */
export async function inflate(view) {
  const stream = new Blob([bytes(view)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A phrase that Python sent, with its `{names}` filled in. */
export const say = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => `${values[name]}`);

/** An element with attributes, listeners and children; what takes the focus keeps its keys from the notebook. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  if (tag === "button") node.type = "button";
  if (tag === "button" || "tabindex" in attributes) node.dataset.lmSuppressShortcuts = "true";
  node.append(...children);
  return node;
}

/** A row of a table: one cell a text or element. */
export const row = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, {}, cell)));

/** A whole table; `current` is marked as the row of the present choice. */
export function tableOf({ caption, head, rows, current }) {
  const lines = rows.map((cells) => row("td", cells));
  if (current >= 0) lines[current].ariaCurrent = "true";
  return make("table", {}, ...(caption ? [make("caption", {}, caption)] : []), row("th", head), ...lines);
}

/** Put colours on a canvas, one 32-bit number a pixel; the browser enlarges it. */
export function paint(canvas, wide, high, colour) {
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const image = new ImageData(wide, high);
  const out = new Uint32Array(image.data.buffer);
  for (let i = 0; i < out.length; i++) out[i] = colour(i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** One of a group of radio buttons or toggles: is it chosen, does Tab reach it. */
export function mark(button, chosen, reached = chosen) {
  button[button.role === "radio" || button.role === "checkbox" ? "ariaChecked" : "ariaPressed"] = `${chosen}`;
  button.tabIndex = reached ? 0 : -1;
}

/** The cell of a canvas under the pointer. -> [row, column] */
export function cellAt({ offsetX, offsetY }, canvas, rows, columns) {
  const along = (offset, length, count) => between(0, Math.floor((offset / length) * count), count - 1);
  return [along(offsetY, canvas.clientHeight, rows), along(offsetX, canvas.clientWidth, columns)];
}

const FOCUSABLE = "button, input, select, [tabindex]";
const REST = 100; // milliseconds of a resting hand until the kernel hears of a choice
const PATIENCE = 500; // until the page says that it waits for an answer
const unpacked = new WeakMap(); // what was sent -> what it is, so that two views unpack it once

/** The widget: { render }, as anywidget wants it, and what it was made of. */
export const explorer = (/** @type {Own} */ own) => ({ own, render: ({ model, el }) => open(own, model, el) });

/** One view of a model. -> what closes it */
function open(own, model, el) {
  const root = make("div", { class: `course-explorer ${own.name}` });
  const changed = new Set();
  const undo = []; // what closing takes back
  let draws = [];
  let frame, saving, playing, patience, source;
  let closed = false;
  let shown = ""; // the frame as it was written into the page
  let asked = 0; // the newest question of this view
  let told = /** @type {[string, boolean]} */ (["", false]); // the note beside it

  const get = (name) => model.get(name);
  /** @type {View} */
  const view = {
    it: undefined,
    root,
    parts: {},
    own: {},
    get,
    at,
    choose,
    set,
    point,
    stop,
    redraw,
    playing: () => Boolean(playing),
  };

  /** Call `act` whenever one of these traits changes, until the view is closed. */
  function heed(names, act) {
    for (const name of names) {
      const heard = () => act(name);
      model.on(`change:${name}`, heard);
      undo.push(() => model.off(`change:${name}`, heard));
    }
  }

  // ---- choices

  function at() {
    const now = Object.fromEntries(own.choices.map((name) => [name, get(name)]));
    return own.place ? own.place(now, view) : now;
  }
  /** Change the choice on the page at once, and tell the kernel when the hand rests. */
  function set(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    clearTimeout(saving);
    saving = setTimeout(save, REST);
  }
  /** What a hand does. */
  function choose(changes) {
    const all = own.together?.(changes, view) ?? changes;
    if (playing && own.play.trait in all) stop();
    set(all);
  }
  function save() {
    clearTimeout(saving);
    saving = undefined;
    model.save_changes();
  }
  /** Hovering moves a choice that is free; a click pins it, and a click on the pinned one frees it. */
  function point(to, event) {
    const same = Object.entries(to).every(([name, value]) => get(name) === value);
    if (event.type === "click") choose({ ...to, pinned: !(same && get("pinned")) });
    else if (!get("pinned") && !same) choose(to);
  }

  // ---- playing

  function stop() {
    playing = clearInterval(playing);
    redraw("playing");
  }
  function play() {
    if (playing) return stop();
    const { ended, step: next, rewind, wait } = own.play;
    const go = (changes) => set(own.together?.(changes, view) ?? changes);
    go(ended(view) ? rewind(view) : next(view));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    playing = setInterval(() => (ended(view) ? stop() : go(next(view))), wait(calm));
    redraw("playing");
  }

  // ---- keys, clicks and fields

  /** Arrows walk along the traits of the part they are pressed in: data-walk="down across stride ends". */
  function walked(key, target) {
    const [down, across, width = "1", ends = across] = target.closest("[data-walk]")?.dataset.walk.split(" ") ?? [];
    const stride = Number(width);
    const [name, by] =
      {
        ArrowUp: [down, -stride],
        ArrowDown: [down, stride],
        ArrowLeft: [across, -1],
        ArrowRight: [across, 1],
        Home: [ends, -Infinity],
        End: [ends, Infinity],
      }[key] ?? [];
    if (!name || !across) return undefined;
    const [low, high] = own.limits(view.it, get)[name];
    const to = get(name) + by;
    if (stride > 1 && Math.abs(by) === stride && (to < low || to > high)) return {}; // the edge of a grid
    return { [name]: between(low, to, high) };
  }
  function keyed(key) {
    if (key === "Escape" && own.escape) return own.escape;
    const [name, by] = own.keys?.[key] ?? [];
    if (!name) return undefined;
    const [low, high] = own.limits(view.it, get)[name];
    return { [name]: between(low, get(name) + by, high) };
  }
  function press(event) {
    const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
    if (ctrlKey || metaKey || altKey || isComposing || !view.it || target.tagName === "SELECT") return;
    if (target.type === "text") {
      if (key !== "Enter") return;
      event.preventDefault(); // notebooks swallow a form's own Enter
      return ask();
    }
    const to = own.press?.(event, view) ?? walked(key, target) ?? keyed(key);
    if (!to) return;
    event.preventDefault();
    if (typeof to === "object") choose(to);
  }
  const acts = {
    play,
    ask,
    toggle() {
      view.parts.table.hidden = !view.parts.table.hidden;
      redraw();
    },
    ...own.acts?.(view),
  };
  function click(event) {
    const node = event.target.closest("[data-do]");
    if (node && view.it && root.contains(node)) acts[node.dataset.do](event, node);
  }
  /** What stands in a field, as the kind of value that its trait has. */
  function read(text, kind) {
    if (kind === "boolean") return text === "true";
    return kind === "number" ? Number(text) : text;
  }
  const fields = own.fields?.(view) ?? {};
  function input({ target }) {
    const { name, type, checked, value } = target;
    if (!name || !view.it) return;
    const found = type === "checkbox" ? checked : read(value, typeof get(name));
    if (fields[name]) fields[name](found, target);
    else choose({ [name]: found });
  }

  // ---- questions, to the kernel or to a model that runs in this page (`model.answer`)

  function ask() {
    const { own: field } = view.parts;
    const mine = (asked = get("request") + 1);
    model.set("question", field.value);
    model.set("request", mine);
    save();
    note("");
    clearTimeout(patience);
    const who = model.answer ? "the model in this page" : "the kernel";
    patience = setTimeout(() => note(`waiting for ${who}; the last result stays explorable`), PATIENCE);
    if (!model.answer) return;
    const settle = (traits) => {
      if (closed || mine !== get("request")) return; // a newer question is on its way
      for (const [name, value] of Object.entries({ ...traits, answered: mine })) model.set(name, value);
    };
    Promise.resolve(field.value)
      .then((text) => model.answer(text))
      .then((traits) => settle({ trouble: "", ...traits }))
      .catch((error) => settle({ trouble: error.message }));
  }
  function note(text, trouble = false) {
    told = [text, trouble];
    if (!view.parts.note) return;
    view.parts.note.textContent = text;
    view.parts.note.toggleAttribute("data-trouble", trouble);
  }
  function answered() {
    if (get("answered") < asked) return; // an older answer says nothing about a newer question
    clearTimeout(patience);
    const trouble = get("trouble");
    const who = model.answer ? "the model in this page" : "the kernel";
    note(trouble || (asked ? `answered by ${who}` : ""), Boolean(trouble));
  }

  // ---- drawing

  /** Draw once before the next frame, however many choices changed. */
  function redraw(what = "") {
    changed.add(what);
    frame ??= requestAnimationFrame(draw);
  }
  function draw() {
    frame = undefined;
    if (!view.it || source !== sent()) return; // another one is still being unpacked
    const { it, parts } = view;
    const now = at();
    const said = own.sentence(it, now);
    for (const each of draws) each(now, changed, said);
    changed.clear();
    for (const field of /** @type {NodeListOf<any>} */ (root.querySelectorAll("[name]"))) {
      const value = own.values?.[field.name]?.(it, now) ?? now[field.name];
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
      const spoken = own.spoken?.[field.name];
      if (spoken) field.ariaValueText = spoken(it, now);
    }
    if (parts.play) parts.play.textContent = playing ? "Stop" : "Play";
    root.classList.toggle("is-playing", Boolean(playing));
    parts.status.textContent = said;
    for (const image of /** @type {NodeListOf<any>} */ (root.querySelectorAll("[data-label]")))
      image.ariaLabel = `${image.dataset.label}. ${said}`;
    if (parts.toggle) parts.toggle.ariaExpanded = `${!parts.table.hidden}`;
    if (parts.table && !parts.table.hidden) parts.table.replaceChildren(tableOf(own.table(it, now)));
    follow();
  }
  /** The focus follows the choice inside a group. */
  function follow() {
    const held = /** @type {any} */ (root.querySelector("[data-walk] :focus, [role=radiogroup] :focus"));
    if (held?.tabIndex === -1) held.closest("[data-walk], [role=radiogroup]").querySelector('[tabindex="0"]')?.focus();
  }

  // ---- layout

  const sent = () => own.source(get("data"), get);
  /** Lay out what is on show; what was chosen stays chosen where it still exists. */
  function build() {
    const wanted = sent();
    if (!unpacked.has(wanted)) unpacked.set(wanted, own.unpack(wanted, get("data")));
    const found = unpacked.get(wanted);
    if (!(found instanceof Promise)) return layOut(wanted, found);
    root.ariaBusy = "true";
    found.then(
      (it) => closed || wanted !== sent() || layOut(wanted, it), // a slow older one never overwrites a newer one
      ({ message }) => (root.textContent = `This browser cannot unpack the pictures: ${message}`),
    );
  }
  function layOut(wanted, it) {
    [view.it, source] = [it, wanted];
    for (const [name, [, high]] of Object.entries(own.limits(it, get))) model.set(name, Math.min(get(name), high));
    const html = own.html ? own.html(it, view) : get("data").html;
    if (shown !== html) refill(html);
    draws = own.layout(view);
    for (const node of /** @type {NodeListOf<any>} */ (root.querySelectorAll(FOCUSABLE)))
      node.dataset.lmSuppressShortcuts = "true"; // what takes the focus keeps its keys from the notebook
    root.ariaBusy = "false";
    redraw("layout");
  }

  /** Write the frame anew; the focus, what was typed and the note stay. */
  function refill(html) {
    const held = /** @type {any} */ (root.querySelector(":focus"));
    const typed = view.parts.own?.value ?? "";
    root.innerHTML = shown = html;
    const named = /** @type {any[]} */ ([...root.querySelectorAll("[data-is]")]);
    view.parts = Object.fromEntries(named.map((node) => [node.dataset.is, node]));
    if (view.parts.own) view.parts.own.value = typed;
    note(...told);
    const again = held?.name ? `[name="${held.name}"]` : `[data-is="${held?.dataset.is}"]`;
    if (held) root.querySelector(again)?.focus();
  }

  // ---- what is watched, and closing

  let width;
  const sizes = new ResizeObserver(([{ contentRect }]) => {
    if (width !== contentRect.width && width !== undefined) redraw("size"); // also when it is shown after it was hidden
    width = contentRect.width;
  });
  sizes.observe(root);
  const theme = new MutationObserver(() => redraw("theme"));
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  const themed = () => redraw("theme");
  system.addEventListener("change", themed);
  undo.push(() => system.removeEventListener("change", themed));

  const relayout = ["data", ...(own.relayout ?? [])];
  heed(relayout, build);
  heed(
    own.choices.filter((name) => !relayout.includes(name)),
    redraw,
  );
  if (get("request") !== undefined) heed(["answered"], answered);
  root.addEventListener("keydown", press);
  root.addEventListener("click", click);
  root.addEventListener("input", input);
  el.append(root);
  build();
  return () => {
    closed = true;
    if (saving) save(); // the last choice is not lost
    clearInterval(playing);
    clearTimeout(patience);
    cancelAnimationFrame(frame);
    sizes.disconnect();
    theme.disconnect();
    for (const act of undo) act();
    root.remove();
  };
}
