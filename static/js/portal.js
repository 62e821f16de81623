// What a page does besides htmx: announce, keep the focus, show that work is under way or saved.
// Everything here only adds to pages that work without it.
"use strict";

(() => {
  const announce = (text) => {
    const region = document.getElementById("announcements");
    if (!region || !text) return;
    region.textContent = "";
    // A screen reader notices a change, not a repetition.
    window.setTimeout(() => { region.textContent = text; }, 50);
  };

  const flashes = () =>
    Array.from(document.querySelectorAll("#flashes .flash"), (flash) => flash.textContent.trim());

  const tell = (text) => {
    const place = document.getElementById("flashes");
    if (place && text) {
      const notice = document.createElement("div");
      notice.className = "notice notice-danger";
      notice.textContent = text;
      place.setAttribute("role", "region");
      place.setAttribute("aria-label", place.dataset.label || "");
      place.replaceChildren(notice);
    }
    announce(text);
  };

  const focusOn = (element) => {
    if (!element) return;
    if (!element.hasAttribute("tabindex") && !element.matches("a[href], button, input, select, textarea, summary")) {
      element.setAttribute("tabindex", "-1");
    }
    element.focus();
  };

  // An error summary is read first, on a page just loaded as well as in a region just swapped.
  const summary = document.getElementById("error-summary");
  if (summary) focusOn(summary);

  const busy = (event, state) => {
    const region = event.detail.target;
    if (region && region !== document.body) {
      if (state) region.setAttribute("aria-busy", "true");
      else region.removeAttribute("aria-busy");
    }
    const form = event.detail.elt.closest ? event.detail.elt.closest("form") : null;
    // Where each key asks, a button that comes and goes would take Enter from whoever presses it.
    if (!form || form.matches("[data-autosave], [data-live]")) return;
    form.querySelectorAll("button[type=submit]").forEach((button) => {
      button.disabled = state;
    });
  };

  // Where the focus was, when the button that had it is disabled or swapped away meanwhile.
  let focused = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const active = document.activeElement;
    focused = active && active !== document.body ? active.id || null : null;
    busy(event, true);
  });
  document.addEventListener("htmx:afterRequest", (event) => busy(event, false));

  document.addEventListener("htmx:afterSettle", (event) => {
    const region = document.getElementById(event.detail.target.id) || event.detail.target;
    if (region.id === "flashes") return;
    const wrong = region.querySelector("#error-summary");
    if (wrong) {
      focusOn(wrong);
    } else if (document.activeElement === document.body || !document.activeElement) {
      focusOn(
        (focused && document.getElementById(focused)) ||
        region.querySelector("h1, h2, h3, legend") || region
      );
    }
    // Without words of its own a region is told by its heading, which says how many were found.
    const heading = region.querySelector("h1, h2, h3");
    // A line that has come in the place of another is no live region yet: what could not be saved is told.
    const unsaved = region.id === "save-state" && region.dataset.state === "failed" && region.textContent.trim();
    announce(flashes().join(" ") || region.dataset.announce || (heading && heading.textContent.trim()) || unsaved);
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.elt.closest("form[data-autosave]")) tell(document.body.dataset.requestFailed);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.elt.closest("form[data-autosave]")) tell(document.body.dataset.noConnection);
  });

  // A draft that saves itself says how it stands.
  const saveState = (state) => {
    const line = document.getElementById("save-state");
    if (!line || line.dataset.state === state) return;
    // After a conflict both texts stay in sight until one of them is chosen.
    const choosing = line.dataset.state === "conflict";
    if (choosing && state !== "leaving") return;
    line.dataset.state = state;
    if (!choosing) line.textContent = line.dataset[state] || "";
  };
  const draft = (event) => event.target.closest && event.target.closest("form[data-autosave]");

  let typedMeanwhile = false;
  document.addEventListener("input", (event) => {
    if (!draft(event)) return;
    typedMeanwhile = true;
    saveState("unsaved");
  });
  // A button pressed while the draft is being saved waits for that, whichever form of the page it
  // is in: the answer may bring the revision that the form must send.
  let saving = false;
  let held = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!draft(event)) return;
    const line = document.getElementById("save-state");
    if (line && line.dataset.state === "leaving") {
      event.preventDefault();
      return;
    }
    saving = true;
    typedMeanwhile = false;
    saveState("saving");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!draft(event)) return;
    saving = false;
    // An answer that is swapped in, 422 as well, tells itself how the saving went.
    if (!event.detail.successful) saveState("failed");
    else if (typedMeanwhile) saveState("unsaved");
    if (held) {
      const { form, button } = held;
      held = null;
      // The answer may have brought the button anew; it must not be taken for another one.
      const again = form.contains(button) ? button : form.querySelector(`button[name="${button.name}"]`);
      if (again) form.requestSubmit(again);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    const line = document.getElementById("save-state");
    if (line && ["unsaved", "saving"].includes(line.dataset.state)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    // What htmx sends has been sent already.
    if (saving && !event.defaultPrevented) {
      event.preventDefault();
      held = { form: event.target, button: event.submitter };
    } else if (draft(event)) {
      saveState("leaving");
    }
  });

  // The menu of the reader closes on Escape and on a press elsewhere.
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".user-menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    const menu = document.querySelector(".user-menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
})();
