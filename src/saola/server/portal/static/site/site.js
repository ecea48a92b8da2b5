// What pages gain with JavaScript; none of them needs it.
(() => {
  const root = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;

  const button = document.querySelector("[data-theme-switch]");
  if (button) {
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    show();
    prefersDark.addEventListener("change", show);
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* this page only */ }
      show();
      document.dispatchEvent(new CustomEvent("saola:theme"));
    });
  }

  // Forms that only choose a view answer at once.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-view]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
})();
