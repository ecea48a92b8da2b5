// Before the first paint: scripts run here, and the reader's own choice of light or dark, if any.
(() => {
  document.documentElement.dataset.script = "";
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* storage is switched off */ }
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
})();
