// Sliders beside the number fields of a what-if form; without JavaScript the fields do the same.
(() => {
  const moved = (form) => form.dispatchEvent(new CustomEvent("saola:moved"));

  const slide = (field) => {
    const range = document.createElement("input");
    range.type = "range";
    for (const name of ["min", "max", "step"]) range.setAttribute(name, field.getAttribute(name));
    range.value = field.value;
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    range.setAttribute("aria-label", label ? label.textContent : field.name);
    range.addEventListener("input", () => { field.value = range.value; moved(field.form); });
    field.addEventListener("input", () => {
      if (field.validity.valid && field.value !== "") { range.value = field.value; moved(field.form); }
    });
    field.parentElement.prepend(range);
  };

  for (const form of document.querySelectorAll("form[data-what-if]")) {
    for (const field of form.querySelectorAll("input[name^='r.']")) slide(field);
    const rank = form.querySelector("input[name=rank]");
    if (rank) rank.addEventListener("input", () => { if (rank.validity.valid && rank.value !== "") moved(form); });
  }
})();
