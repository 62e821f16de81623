// How much of a file has been sent. Without this the form sends its file all the same.
"use strict";

(() => {
  const STEP = 25;
  const uploading = (event) => event.target.closest && event.target.closest("form[data-upload]");

  // Said where a screen reader listens even while the region of the form is marked as busy.
  const announce = (text) => {
    const region = document.getElementById("announcements");
    if (region) region.textContent = text;
  };

  let told = 0;
  let whole = false;

  const show = (form, percent, text) => {
    const line = form.querySelector(".upload-progress");
    if (!line) return;
    line.hidden = false;
    line.querySelector("progress").value = percent;
    line.querySelector(".upload-state").textContent = text;
  };

  const hide = (form) => {
    const line = form.querySelector(".upload-progress");
    if (line) line.hidden = true;
  };

  // A file too large is told of before it is sent, by the browser itself and beside its field.
  document.addEventListener("change", (event) => {
    const form = uploading(event);
    if (!form || event.target.type !== "file") return;
    const file = event.target.files[0];
    const tooLarge = file && file.size > Number(form.dataset.mostBytes);
    event.target.setCustomValidity(tooLarge ? form.dataset.tooLarge : "");
    if (tooLarge) event.target.reportValidity();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = uploading(event);
    if (!form || event.target !== form) return;
    told = 0;
    whole = false;
    show(form, 0, form.dataset.sent.replace("{percent}", "0"));
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const form = uploading(event);
    // What comes after the whole file has been sent is the answer on its way back.
    if (!form || whole || !event.detail.lengthComputable || !event.detail.total) return;
    const percent = Math.floor((100 * event.detail.loaded) / event.detail.total);
    whole = percent >= 100;
    const text = whole ? form.dataset.checking : form.dataset.sent.replace("{percent}", percent);
    show(form, percent, text);
    // Every step of a bar read aloud would drown everything else.
    if (whole || percent >= told + STEP) {
      told = percent - (percent % STEP);
      announce(text);
    }
  });

  ["htmx:sendError", "htmx:responseError", "htmx:afterRequest"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const form = uploading(event);
      if (form && event.target === form) hide(form);
    });
  });
})();
