// Charts answer to the pointer: Vega draws over the server's drawing when it is first wanted.
(() => {
  const bundle = document.currentScript.dataset.vega;
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const phone = matchMedia("(max-width: 40rem)");
  const theme = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  let loading = null;

  const vega = () => loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = bundle;
    script.onload = () => done(window.vegaEmbed);
    script.onerror = failed;
    document.head.append(script);
  });

  const enliven = async (place) => {
    const slim = phone.matches && place.querySelector(".slim");
    const part = slim || place.firstElementChild;
    if (part.dataset.drawn === theme()) return;
    part.dataset.drawn = place.dataset.drawn = theme();
    try {
      const address = `${place.dataset.spec}&theme=${theme()}${slim ? "&slim" : ""}`;
      const [embed, answer] = await Promise.all([vega(), fetch(address)]);
      if (!answer.ok) return;
      const spec = await answer.json();
      const fresh = document.createElement("div");
      const still = part.querySelector("svg");
      const width = still ? still.getBoundingClientRect().width : 0;
      await embed(fresh, spec, {
        ast: true, actions: false, defaultStyle: false, renderer: "svg",
        tooltip: { disableDefaultStyle: true },
      });
      const drawn = fresh.querySelector("svg");
      drawn.setAttribute("aria-hidden", "true");
      drawn.setAttribute("width", width || drawn.getAttribute("width"));
      drawn.removeAttribute("height");
      part.replaceChildren(fresh);
    } catch {
      part.dataset.drawn = "failed"; // the server's drawing stays
    }
  };

  document.addEventListener("pointerover", (event) => {
    const place = event.target.closest?.(".drawing[data-spec]");
    if (place) enliven(place);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".drawing[data-spec]")) enliven(event.target);
  });
  document.addEventListener("saola:theme", () => {
    for (const place of document.querySelectorAll(".drawing[data-drawn]")) enliven(place);
  });
})();
