// The search of every page: what was found is announced, and gone through with the arrow keys.
// And long work: how far it is is announced when that has changed, not every time it is asked.
"use strict";

(() => {
  const place = () => document.getElementById("search-hits");
  const field = () => document.getElementById("site-search");

  document.addEventListener("htmx:afterSettle", (event) => {
    const told = event.detail.target.querySelector("[data-announce]");
    const region = document.getElementById("announcements");
    if (!told || !region || !event.detail.target.querySelector("#found")) return;
    region.textContent = "";
    window.setTimeout(() => { region.textContent = told.textContent.trim(); }, 50);
  });

  const workTold = () => (document.getElementById("work") || { dataset: {} }).dataset.told;
  let told = workTold();
  document.addEventListener("htmx:afterSettle", (event) => {
    const region = document.getElementById("announcements");
    if (event.detail.target.id !== "work" || !region || told === workTold()) return;
    told = workTold();
    region.textContent = told;
  });

  const close = () => place() && place().replaceChildren();

  document.addEventListener("keydown", (event) => {
    const hits = place();
    if (!hits || !hits.firstElementChild) return;
    const inside = hits.contains(document.activeElement);
    if (!inside && document.activeElement !== field()) return;
    if (event.key === "Escape") {
      close();
      field().focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [field(), ...hits.querySelectorAll("a")];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (!stops[next]) return;
      event.preventDefault();
      stops[next].focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".site-search-place")) close();
  });
})();
