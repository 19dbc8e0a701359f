// A curve drawn with mouse, finger or keys: one height at each x. Each point is a slider that takes the focus.
const SVG = "http://www.w3.org/2000/svg";
const WIDE = 420, HIGH = 200, LEFT = 44, RIGHT = 16, TOP = 12, BOTTOM = 40;

function make(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return parent.appendChild(node);
}

function render({ model, el }) {
  const xs = model.get("xs"), low = model.get("low"), high = model.get("high");
  const round = (y) => Number(Math.min(high, Math.max(low, y)).toPrecision(3));
  const across = (x) => LEFT + ((WIDE - LEFT - RIGHT) * (x - xs[0])) / (xs.at(-1) - xs[0]);
  const up = (y) => HIGH - BOTTOM - ((HIGH - TOP - BOTTOM) * (y - low)) / (high - low);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `${model.get("y_label")} against ${model.get("x_label")}: draw your curve`);
  svg.classList.add("course-draw");
  const text = (x, y, words, anchor) => { make("text", { x, y, "text-anchor": anchor, "aria-hidden": true }, svg).textContent = words; };
  make("path", { d: `M${LEFT} ${TOP}V${HIGH - BOTTOM}H${WIDE - RIGHT}`, class: "axis" }, svg);
  text(LEFT - 6, up(low), String(low), "end");
  text(LEFT - 6, up(high) + 10, String(high), "end");
  for (const x of xs) text(across(x), HIGH - BOTTOM + 15, String(x), "middle");
  text((LEFT + WIDE - RIGHT) / 2, HIGH - 6, model.get("x_label"), "middle");
  text(LEFT + 6, TOP + 4, model.get("y_label"), "start");
  const line = make("polyline", { class: "line" }, svg);
  const knobs = xs.map((x, at) => {
    const knob = make("circle", { cx: across(x), r: 7, tabindex: 0, role: "slider", "data-lm-suppress-shortcuts": true }, svg);
    knob.setAttribute("aria-orientation", "vertical");
    knob.setAttribute("aria-valuemin", low);
    knob.setAttribute("aria-valuemax", high);
    knob.setAttribute("aria-label", `${model.get("y_label")} at ${x}`);
    knob.onkeydown = (event) => keyed(event, at);
    return knob;
  });

  function draw() {
    const ys = model.get("ys");
    line.setAttribute("points", ys.map((y, at) => `${across(xs[at])},${up(y)}`).join(" "));
    knobs.forEach((knob, at) => {
      knob.setAttribute("cy", up(ys[at]));
      knob.setAttribute("aria-valuenow", ys[at]);
    });
  }
  function put(at, y) {
    const ys = [...model.get("ys")];
    ys[at] = round(y);
    model.set("ys", ys);
    draw();
  }
  function keyed(event, at) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (high - low) / (event.shiftKey ? 10 : 50), y = model.get("ys")[at];
    const to = { ArrowUp: y + step, ArrowDown: y - step, PageUp: y + 5 * step, PageDown: y - 5 * step, Home: low, End: high }[event.key];
    const other = knobs[at + ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? NaN)];
    if (to === undefined && !other) return;
    event.preventDefault();
    event.stopPropagation();
    if (other) return other.focus();
    put(at, to);
    model.save_changes();
  }
  function pulled(event) {
    const box = svg.getBoundingClientRect(), scale = WIDE / box.width;
    const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
    const away = xs.map((each) => Math.abs(across(each) - x)), at = away.indexOf(Math.min(...away));
    put(at, low + ((HIGH - BOTTOM - y) / (HIGH - TOP - BOTTOM)) * (high - low));
  }
  svg.onpointerdown = (event) => {
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    pulled(event);
    svg.onpointermove = pulled;
  };
  svg.onpointerup = svg.onpointercancel = () => {
    if (svg.onpointermove) model.save_changes();
    svg.onpointermove = null;
  };
  draw();
  model.on("change:ys", draw);
  el.append(svg);
  return () => model.off("change:ys", draw);
}

export default { render };
