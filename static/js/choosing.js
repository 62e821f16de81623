// One box that ticks and clears all boxes of a name in its form. Without this the box stays hidden.
"use strict";

(() => {
  const boxes = (place) =>
    Array.from(place.closest("form").querySelectorAll(`input[type="checkbox"][name="${place.dataset.chooseAll}"]`));

  // The box says what the others say: all, none, or some.
  const follow = (place) => {
    const all = place.querySelector("input");
    const ticked = boxes(place).filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes(place).length;
    all.indeterminate = ticked > 0 && !all.checked;
  };

  const show = () => document.querySelectorAll("[data-choose-all]").forEach((place) => {
    place.hidden = boxes(place).length < 2;
    follow(place);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form");
    const place = form && form.querySelector("[data-choose-all]");
    if (!place) return;
    if (place.contains(event.target)) {
      boxes(place).forEach((box) => { box.checked = event.target.checked; });
    }
    follow(place);
  });

  document.addEventListener("htmx:afterSettle", show);
  // What the browser ticks again on the way back comes after the page.
  window.addEventListener("pageshow", show);
  show();
})();
