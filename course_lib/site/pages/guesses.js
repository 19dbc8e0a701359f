// Guesses on a page or a slide: what is written into a field stands beside what came out, until the window is closed.
(() => {
  const shown = (id) => [...document.querySelectorAll("[data-guess]")].filter((cell) => cell.dataset.guess === id);
  for (const field of document.querySelectorAll("[data-guess-for]")) {
    const id = field.dataset.guessFor, name = `course-guess-${id}`, empty = shown(id).map((cell) => cell.textContent);
    const tell = () => shown(id).forEach((cell, at) => { cell.textContent = field.value.trim() || empty[at]; });
    field.closest(".guess").hidden = false;
    try { field.value = sessionStorage.getItem(name) ?? ""; } catch { /* nothing is kept; the page has it */ }
    tell();
    field.addEventListener("input", () => {
      tell();
      try { sessionStorage.setItem(name, field.value); } catch { /* as above */ }
    });
  }
})();
