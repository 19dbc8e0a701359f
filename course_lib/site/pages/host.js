// Explorers on a page without a kernel: the same ES modules as in a notebook, on the state that the notebook's run left.
// A page opened from a file may load scripts and nothing else, so modules and states come as scripts, when first needed.
const course = (() => {
  const kinds = new Map(), states = new Map(), waiting = new Map();
  const AWAY = "A new text goes through the model, and this page has none: open the lesson in JupyterLab for that.";

  const decode = (value, parts) => {
    if (Array.isArray(value)) return value.map((inner) => decode(inner, parts));
    if (value === null || typeof value !== "object") return value;
    if ("$bytes" in value) return new DataView(parts.slice(...value.$bytes).buffer);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner, parts)]));
  };

  /** The state of an explorer out of base64: its JSON, a zero, the bytes it points to; deflated. */
  async function opened(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const whole = new Uint8Array(await new Response(inflated).arrayBuffer());
    const end = whole.indexOf(0);
    return decode(JSON.parse(new TextDecoder().decode(whole.subarray(0, end))), whole.subarray(end + 1));
  }

  /** What an explorer takes for its model. Choices stay on the page; a question for the kernel is answered at once. */
  class Model {
    constructor(state) {
      this.state = state;
      this.heard = new Map();
    }
    get(name) { return this.state[name]; }
    set(name, value) {
      if (this.state[name] === value) return;
      this.state[name] = value;
      for (const act of [...(this.heard.get(`change:${name}`) ?? [])]) act();
    }
    on(name, act) { this.heard.set(name, [...(this.heard.get(name) ?? []), act]); }
    off(name, act) { this.heard.set(name, (this.heard.get(name) ?? []).filter((other) => other !== act)); }
    async save_changes() {
      await new Promise((done) => setTimeout(done)); // an answer never comes while the question is still being asked
      if ("request" in this.state && this.state.request !== this.state.answered) {
        this.set("trouble", AWAY);
        this.set("answered", this.state.request);
      }
    }
  }

  /** Load a script once. -> a promise; it fails when the file is missing */
  function load(file) {
    if (!waiting.has(file)) {
      waiting.set(file, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.onload = done;
        script.onerror = () => failed(new Error(`${file} is missing`));
        script.src = file;
        document.head.append(script);
      }));
    }
    return waiting.get(file);
  }

  /** Put the live view in the place of the still picture. */
  async function start(place) {
    if (place.dataset.started) return;
    place.dataset.started = "yes";
    const { kind, state, kindSrc, stateSrc } = place.dataset;
    try {
      await Promise.all([load(kindSrc), load(stateSrc)]);
      const { module } = kinds.get(kind), { default: widget } = await module;
      const live = document.createElement("div");
      live.className = "live";
      place.append(live);
      await widget.render({ model: await states.get(state), el: live });
      place.classList.add("is-live");
      place.dispatchEvent(new Event("live"));
    } catch (error) {
      const told = place.appendChild(document.createElement("p"));
      told.textContent = `The explorer could not start (${error.message}); the picture shows what it began with.`;
      throw error;
    }
  }

  return {
    load,
    start,
    /** Called by the script of a kind of explorer. */
    kind(name, source, style) {
      document.head.appendChild(document.createElement("style")).textContent = style;
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      kinds.set(name, { module: import(url) });
    },
    /** Called by the script of one explorer's state. */
    state(id, text) { states.set(id, opened(text).then((state) => new Model(state))); },
    /** A promise of the model of an explorer whose script was loaded. */
    model(id) { return states.get(id); },
    /** Start what is on the screen or will be soon, and the rest when it comes near. */
    watch() {
      const places = document.querySelectorAll(".explorer[data-kind]");
      const near = new IntersectionObserver((seen) => {
        for (const { target, isIntersecting } of seen) if (isIntersecting) { near.unobserve(target); start(target); }
      }, { rootMargin: "600px" });
      for (const place of places) near.observe(place);
    },
  };
})();
