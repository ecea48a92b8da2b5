"use strict";
// Says in words that no passkey came of it: django-allauth writes that to the console only.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const kind = event.detail.exception.name === "InvalidStateError" ? "present" : "absent";
  for (const said of document.querySelectorAll("[data-passkey]")) {
    document.querySelector("main h1").after(said);
    said.hidden = said.dataset.passkey !== kind;
  }
});
// Enter in the field of the name asks for the passkey, as the button does.
document.addEventListener("submit", (event) => {
  const credential = event.target.elements.credential;
  const button = event.target.querySelector("button[type=button]");
  if (credential && ["", "null"].includes(credential.value) && button) {
    event.preventDefault();
    button.click();
  }
});
