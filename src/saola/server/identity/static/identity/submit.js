"use strict";
// The answer of a sign-in goes to the service that asked; without scripts a button sends it.
document.addEventListener("DOMContentLoaded", () => document.getElementById("answer").submit());
