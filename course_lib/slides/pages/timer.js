// Think, pair, share: a clock of three stages. It is silent, and a screen reader hears stages and whole minutes only.
class Timer {
  constructor(box) {
    this.box = box;
    this.stages = JSON.parse(box.dataset.stages).map(([name, seconds]) => ({ name, seconds }));
    this.bars = [...box.querySelectorAll("[data-stage]")];
    this.face = box.querySelector(".clock");
    this.told = box.querySelector("[role=status]");
    this.button = box.querySelector("[data-do=start]");
    box.querySelector("[data-do=reset]").onclick = () => this.reset();
    box.querySelector("[data-do=next]").onclick = () => this.go(this.stage + 1);
    this.button.onclick = () => this.turn();
    this.reset();
  }
  reset() {
    this.pause();
    this.told.textContent = "";
    this.enter(0);
    this.draw();
  }
  turn() {
    if (this.ticking) return this.pause();
    if (this.left <= 0) this.enter(0);
    this.since = performance.now();
    this.ticking = setInterval(() => this.tick(), 200);
    this.button.textContent = "Pause";
    this.say(`${this.now.name}, ${this.words(this.left)}`);
    this.draw();
  }
  pause() {
    clearInterval(this.ticking);
    this.ticking = null;
    this.button.textContent = "Start";
    this.draw();
  }
  get now() { return this.stages[this.stage ?? 0]; }
  enter(stage) {
    this.stage = stage;
    this.left = this.stages[stage].seconds;
    this.since = performance.now();
  }
  /** To a later stage, or to the end behind the last. */
  go(stage) {
    if (stage < this.stages.length) {
      this.enter(stage);
      this.say(`${this.now.name}, ${this.words(this.left)}`);
    } else {
      this.left = 0;
      this.pause();
      this.say("Time is up.");
    }
    this.draw();
  }
  tick() {
    const now = performance.now(), before = this.left;
    this.left -= (now - this.since) / 1000;
    this.since = now;
    const minutes = Math.ceil(this.left / 60);
    if (this.left <= 0) this.go(this.stage + 1);
    else if (minutes < Math.ceil(before / 60)) this.say(`${this.words(minutes * 60)} left`);
    this.draw();
  }
  words(seconds) {
    const minutes = seconds / 60;
    return seconds < 60 ? `${Math.round(seconds)} seconds` : `${+minutes.toFixed(1)} minute${minutes === 1 ? "" : "s"}`;
  }
  say(words) { this.told.textContent = words; }
  draw() {
    if (this.stage === undefined) return;
    const left = Math.max(0, Math.ceil(this.left)), over = this.left <= 0;
    this.face.textContent = over ? "0:00" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.box.dataset.state = over ? "over" : this.ticking ? "running" : "waiting";
    this.bars.forEach((bar, place) => {
      const done = over || place < this.stage ? 1 : place > this.stage ? 0 : 1 - this.left / this.now.seconds;
      bar.querySelector("i").style.width = `${100 * done}%`;
      if (place === this.stage && !over) bar.setAttribute("aria-current", "step"); else bar.removeAttribute("aria-current");
    });
  }
}
