// The time left until a deadline, by the server's clock. Without this the exact time stands there.
// The reader's own clock is never asked: the page says what time it was at the server, and what has
// run since is measured by a clock that nobody can set.
"use strict";

(() => {
  const MINUTE = 60_000;
  const ANNOUNCED = [60, 10, 1];
  // A machine that slept may not have counted it, so the server is asked anew now and then.
  const ASK_AGAIN = 10 * MINUTE;
  const SLEPT = 2_000;

  const shown = () => Array.from(document.querySelectorAll("[data-countdown]"));
  if (!shown().length) return;

  // The server looked at its clock after the page had been asked for, so from then on nobody is
  // told that there is more time than there is.
  const [navigation] = performance.getEntriesByType("navigation");
  let server = Date.parse(shown()[0].dataset.now);
  let measured = navigation ? navigation.requestStart : performance.now();
  let asked = performance.now();
  let wall = Date.now() - performance.now();

  const now = () => server + performance.now() - measured;

  const ask = async () => {
    asked = performance.now();
    try {
      const answer = await fetch("/clock", { cache: "no-store" });
      if (!answer.ok) return;
      const told = Date.parse((await answer.json()).now);
      server = told;
      measured = asked;
    } catch {
      // The time goes on as it was known.
    }
  };

  const announce = (text) => {
    const region = document.getElementById("announcements");
    if (region) region.textContent = text;
  };

  const two = (number) => String(number).padStart(2, "0");

  const words = (place, left) => {
    const seconds = Math.max(0, Math.floor(left / 1000));
    const days = Math.floor(seconds / 86_400);
    const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
    const time = clock.map(two).join(":");
    return place.dataset.left.replace("{left}", days ? `${days} ${place.dataset.days} ${time}` : time);
  };

  const before = new WeakMap();

  const tick = () => {
    // Set or slept: what runs by itself is no longer what has passed.
    const drift = Date.now() - performance.now() - wall;
    if (Math.abs(drift) > SLEPT || performance.now() - asked > ASK_AGAIN) {
      wall += drift;
      ask();
    }
    for (const place of shown()) {
      const due = Date.parse(place.dataset.countdown);
      const left = due - now();
      // What passed while the page was on its way is announced, too.
      const last = before.has(place) ? before.get(place) : due - Date.parse(place.dataset.now);
      before.set(place, left);
      place.hidden = false;
      // The deadline's own second is still in time.
      if (left <= -1000) {
        if (place.dataset.state === "over") continue;
        place.dataset.state = "over";
        place.textContent = place.dataset.over;
        announce(place.dataset.over);
        continue;
      }
      place.textContent = words(place, left);
      place.dataset.state = left <= 10 * MINUTE ? "soon" : "running";
      for (const minutes of ANNOUNCED) {
        const edge = minutes * MINUTE;
        if (last > edge && left <= edge) {
          announce(place.getAttribute(`data-announce-${minutes}`));
        }
      }
    }
  };

  tick();
  window.setInterval(tick, 250);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
})();
