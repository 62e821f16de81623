// What axe does not look at. Each measure gives a list of [rule, element, what is wrong].
"use strict";

window.everyone = (() => {
  const name = (element) => {
    if (!element || !element.tagName) return "nothing";
    const id = element.id ? `#${element.id.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "KEY")}` : "";
    const kind = typeof element.className === "string" && element.className.trim()
      ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    return `${element.tagName.toLowerCase()}${id}${kind}`;
  };
  const path = (element) => {
    const parts = [];
    for (let here = element; here && here !== document.body && parts.length < 3; here = here.parentElement) {
      parts.unshift(name(here));
    }
    return parts.join(" > ");
  };
  const visible = (element) => element.checkVisibility() && element.getClientRects().length > 0;

  // WCAG 1.4.10: at this width nothing but tables and charts scrolls sideways.
  const reflow = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = Array.from(document.body.querySelectorAll("*")).filter((element) => {
      if (element.closest(".table-scroll, .visually-hidden")) return false;
      return element.getBoundingClientRect().right > width + 1;
    });
    const inmost = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    return inmost.slice(0, 3).map((element) => [
      "reflow", path(element), `${Math.round(element.getBoundingClientRect().right)} px of ${width}`,
    ]);
  };

  // The region into which changes are told is there before anything is told, and empty.
  const region = () => {
    const found = document.querySelectorAll("#announcements[aria-live]");
    return found.length === 1 ? [] : [["live-region", "#announcements", `${found.length} of them`]];
  };

  // WCAG 2.5.5: what is pressed is that large each way, a link within a sentence aside.
  const targets = (least) => {
    const pressed = document.querySelectorAll(
      "main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary",
    );
    return Array.from(pressed).filter(visible).flatMap((element) => {
      const sentence = element.tagName === "A" &&
        element.parentElement.textContent.trim() !== element.textContent.trim();
      const choice = element.matches("[type=checkbox], [type=radio]") && element.closest("label, .choice, .scale-choice");
      const box = (choice || element).getBoundingClientRect();
      if (sentence || (box.width >= least - 0.5 && box.height >= least - 0.5)) return [];
      return [["small-target", path(element), `${Math.round(box.width)} × ${Math.round(box.height)} px`]];
    });
  };

  // Blocks of words, each with the language that it says it is in.
  const blocks = () => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector("main") || document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim().replace(/\s+/g, " ");
      const holder = walker.currentNode.parentElement;
      if (text.split(" ").length >= 5 && visible(holder) && !holder.closest("textarea, code, pre")) {
        found.push([text, holder.closest("[lang]").lang, path(holder)]);
      }
    }
    return found;
  };

  // WCAG 2.4.7 and 2.4.11: whoever goes on by the Tab key sees where they are.
  const focus = () => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const style = window.getComputedStyle(here);
    // A link that goes over two lines has two boxes, and between them is nothing of it.
    const box = here.getClientRects()[0];
    if (!box) return { path: path(here), same: false, marked: true, covered: true };
    const middle = [
      Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), window.innerWidth - 1),
      Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), window.innerHeight - 1),
    ];
    const above = document.elementFromPoint(...middle);
    const labelled = here.labels && Array.from(here.labels).some((label) => label.contains(above));
    const same = window.everyoneWas === here;
    window.everyoneWas = here;
    return {
      path: path(here),
      same,
      marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
      covered: !(above && (here.contains(above) || above.contains(here) || labelled)),
    };
  };

  // The summary has the focus, leads to each field, and says what stands beside it.
  const errors = () => {
    const summary = document.getElementById("error-summary");
    if (!summary) return [["no-summary", path(document.querySelector("main")), "refused without a summary"]];
    const found = [];
    if (document.activeElement !== summary) {
      found.push(["summary-focus", path(document.activeElement), "has the focus in place of the summary"]);
    }
    const said = (text) => text.replace(/\s+/g, " ").trim();
    for (const link of summary.querySelectorAll("a")) {
      const place = document.getElementById(link.getAttribute("href").slice(1));
      if (!place) {
        found.push(["summary-link", link.getAttribute("href"), "leads nowhere"]);
        continue;
      }
      const field = place.matches("input, select, textarea, button, a[href], summary, [tabindex]")
        ? place : place.querySelector("input, select, textarea");
      if (!field || !visible(field)) {
        found.push(["summary-link", path(place), "leads to what cannot have the focus"]);
        continue;
      }
      const beside = field.closest(".field") || field.closest("fieldset") || field.closest("td, li, form");
      const told = beside ? said(beside.textContent) : "";
      if (!told.includes(said(link.textContent))) {
        found.push(["summary-words", path(field), `not beside the field: ${said(link.textContent)}`]);
      }
      if (!field.matches("[aria-invalid=true]") && !place.querySelector("[aria-invalid=true]")) {
        found.push(["summary-invalid", path(field), "not marked as invalid"]);
      }
      const described = (field.getAttribute("aria-describedby") ||
        (field.closest("fieldset") || field).getAttribute("aria-describedby") || "").split(" ");
      if (!described.some((id) => id && document.getElementById(id)
        && said(document.getElementById(id).textContent).includes(said(link.textContent)))) {
        found.push(["summary-described", path(field), "its error does not describe it"]);
      }
    }
    return found;
  };

  // A form as somebody leaves it who has understood nothing of it.
  const spoil = (form) => {
    form.noValidate = true;
    let fields = 0;
    for (const field of form.elements) {
      if (field.disabled || field.type === "hidden" || field.tagName === "BUTTON" || field.tagName === "FIELDSET") continue;
      fields += 1;
      if (field.type === "checkbox" || field.type === "radio") field.checked = false;
      else if (field.tagName === "TEXTAREA") field.value = "";
      else if (field.tagName === "INPUT" && field.type !== "file") {
        field.value = ["numeric", "decimal"].includes(field.inputMode) ? "zz" : "";
      }
    }
    return fields;
  };

  return { reflow, region, targets, blocks, focus, errors, spoil, path };
})();
