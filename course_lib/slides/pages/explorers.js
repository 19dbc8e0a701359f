// Explorers on slides: started when their slide is shown, as large as the slide allows, with their keys to themselves.
// reveal.js takes every section for a slide, and explorers are made of sections: so they live on a stage of their own
// above the slides. In the overview and on paper the picture that stands in their place is seen.
const explorers = (() => {
  const LARGE = 1.7, SMALL = 0.8, READABLE = 1, STEP = 0.05;
  const stage = document.querySelector(".stage"), twins = new Map(); // place on the slide -> where it lives
  let now = null;

  /** The largest scale at which the whole explorer stands in its frame; its layout depends on the width it is given.
      One that would get too small to be read is shown at a readable size, and scrolls. */
  function fit(twin) {
    const live = twin.querySelector(":scope > .live");
    if (!live || twin.hidden) return;
    const { clientWidth: wide, clientHeight: high } = twin;
    let scale = LARGE;
    const spills = () => {
      live.style.width = `${wide / scale}px`;
      return live.offsetHeight * scale > high || live.scrollWidth > live.clientWidth + 1;
    };
    while (spills() && scale > SMALL - STEP / 2) scale -= STEP;
    if (scale < SMALL - STEP / 2) scale = READABLE;
    scale *= Number(twin.dataset.zoom ?? 1);
    live.style.width = `${wide / scale}px`;
    live.style.transform = `scale(${scale})`;
    twin.classList.toggle("scrolls", live.offsetHeight * scale > high + 1);
    twin.dataset.scale = scale.toFixed(2);
  }

  /** Put a twin exactly over its place. */
  function lay(place, twin) {
    const scale = Reveal.getScale(), frame = stage.parentElement.getBoundingClientRect(), box = place.getBoundingClientRect();
    const style = { left: `${box.left - frame.left}px`, top: `${box.top - frame.top}px`, transform: `scale(${scale})` };
    Object.assign(twin.style, style, { width: `${place.clientWidth}px`, height: `${place.clientHeight}px` });
  }

  function twinOf(place) {
    const twin = stage.appendChild(document.createElement("div"));
    twin.className = "explorer";
    Object.assign(twin.dataset, place.dataset);
    twin.setAttribute("data-prevent-swipe", "");
    twin.addEventListener("live", () => { // some draw later, and some grow with what is chosen
      place.classList.add("is-covered");
      new ResizeObserver(() => fit(twin)).observe(twin.querySelector(":scope > .live > *"));
    });
    twins.set(place, twin);
    return twin;
  }

  /** Show the explorers of this slide and no others; none in the overview, under a panel, or without a slide. */
  function show(slide) {
    now = slide;
    const hidden = !slide || Reveal.isOverview() || slide.querySelector(".panel:not([hidden])");
    for (const twin of twins.values()) twin.hidden = true;
    document.body.classList.toggle("stage-empty", Boolean(hidden));
    if (hidden) return;
    for (const place of slide.querySelectorAll(".explorer[data-kind]")) {
      const twin = twins.get(place) ?? twinOf(place);
      twin.hidden = false;
      lay(place, twin);
      if (twin.dataset.started) fit(twin); else course.start(twin);
    }
  }

  /** Larger or smaller than what fits; what then lies outside is scrolled to. */
  function zoom(factor) {
    for (const twin of twins.values()) {
      if (twin.hidden) continue;
      twin.dataset.zoom = Math.min(3, Math.max(1, Number(twin.dataset.zoom ?? 1) * factor));
      fit(twin);
    }
  }

  return { show, zoom, again: () => show(now), inside: (node) => node instanceof Element && node.closest(".stage") };
})();
