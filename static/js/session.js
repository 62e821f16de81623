// Warns before the log-in ends, lets the reader go on, and says when it has ended. Without this the
// page says when it ends and has a button to go on.
"use strict";

(() => {
  const place = document.getElementById("session-end");
  if (!place || typeof HTMLDialogElement === "undefined") return;
  const MINUTE = 60_000;
  const warning = document.getElementById("session-warning");
  const over = document.getElementById("session-over");
  const form = place.querySelector("form");

  // As much as is left by the server's clock, from the time at which the page had been asked for.
  const [navigation] = performance.getEntriesByType("navigation");
  let left = Date.parse(place.dataset.ends) - Date.parse(place.dataset.now);
  let measured = Date.now() - (navigation ? performance.now() - navigation.requestStart : 0);
  let told = "";

  const remaining = () => left - (Date.now() - measured);

  const announce = (text) => {
    const region = document.getElementById("announcements");
    if (region) region.textContent = text;
  };

  const know = (answer) => {
    left = Date.parse(answer.ends) - Date.parse(answer.now);
    measured = Date.now();
    told = "";
    if (warning.open) warning.close();
    if (over.open) over.close();
  };

  const answered = async (request) => {
    const answer = await fetch(...request);
    // Who is no longer logged in is sent to the page of logging in, which is no answer.
    if (!answer.ok || answer.redirected) return null;
    return answer.json();
  };

  const goOn = async () => {
    try {
      const answer = await answered([form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      }]);
      if (answer) {
        know(answer);
        announce(place.dataset.renewed);
        return;
      }
    } catch {
      // The button of the page is left.
    }
    form.requestSubmit();
  };

  const end = () => {
    if (told === "over") return;
    told = "over";
    if (warning.open) warning.close();
    over.showModal();
    announce(place.dataset.over);
  };

  const warn = async () => {
    if (told) return;
    told = "asking";
    // Another page of the same browser may have let the log-in go on.
    try {
      const answer = await answered([place.dataset.stateUrl, { headers: { Accept: "application/json" } }]);
      if (!answer) {
        end();
        return;
      }
      know(answer);
    } catch {
      // Without a connection the warning is given all the same.
    }
    if (remaining() > Number(place.dataset.warnMinutes) * MINUTE) return;
    told = "warned";
    warning.showModal();
    announce(place.dataset.warned.replace("{minutes}", Math.max(1, Math.floor(remaining() / MINUTE))));
  };

  const tick = () => {
    const rest = remaining();
    if (rest <= 0) end();
    else if (rest <= Number(place.dataset.warnMinutes) * MINUTE) warn();
  };

  document.getElementById("session-go-on").addEventListener("click", goOn);
  document.getElementById("session-back").addEventListener("click", () => over.close());
  warning.addEventListener("close", () => { if (told === "asking") told = ""; });
  tick();
  window.setInterval(tick, 1000);
})();
