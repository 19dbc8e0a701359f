(() => {
  let kept = null;
  try { kept = localStorage.getItem("course-theme"); } catch { /* a browser may forbid it; the system's choice holds */ }
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.jpThemeLight = String(!dark);
})();
