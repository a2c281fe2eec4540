// Builds elements. Text only ever becomes a text node: nothing in this page
// parses HTML, so no member's words can become markup.

const properties = new Set(["value", "checked", "disabled", "hidden", "selected", "readOnly", "indeterminate"]);

/** An element: h("button", {class: "x", on: {click: f}, data: {id: 1}}, "text", node, [more]). */
export function h(tag, attributes, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) el.addEventListener(event, handler);
    } else if (name === "data") {
      for (const [key, v] of Object.entries(value)) if (v !== undefined) el.dataset[key] = v;
    } else if (name === "test") {
      el.dataset.testid = value;
    } else if (properties.has(name)) {
      el[name] = value;
    } else {
      el.setAttribute(name, value === true ? "" : value);
    }
  }
  add(el, children);
  return el;
}

function add(el, children) {
  for (const child of children) {
    if (child === undefined || child === null || child === false) continue;
    if (Array.isArray(child)) add(el, child);
    else el.append(child);
  }
}

/** A fragment of the children given. */
export function fragment(...children) {
  const f = document.createDocumentFragment();
  add(f, children);
  return f;
}

let serial = 0;

/** An id that no other element has. */
export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

/** href if it is a web address, else null: no javascript:, no data:. */
export function webAddress(href) {
  try {
    const url = new URL(href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the page, or plain text if href is no web address. */
export function link(href, ...children) {
  const url = webAddress(href);
  if (!url) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Waits until calls have ceased for so many milliseconds. */
export function debounce(ms, f) {
  let timer = 0;
  const run = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(...args), ms);
  };
  run.cancel = () => clearTimeout(timer);
  return run;
}

/** Places a popover beside its button, inside the window and if it can inside the pane. */
export function placeBeside(popover, button, width) {
  const at = button.getBoundingClientRect();
  if (width) popover.style.minWidth = `${Math.max(at.width, width)}px`;
  const box = popover.getBoundingClientRect();
  const right = Math.min(button.closest(".pane")?.getBoundingClientRect().right ?? innerWidth, innerWidth);
  const below = innerHeight - at.bottom;
  const top = below >= box.height + 8 || below >= at.top ? at.bottom + 4 : at.top - box.height - 4;
  const left = at.left + box.width > right - 4 ? at.right - box.width : at.left;
  popover.style.top = `${Math.max(4, Math.min(top, innerHeight - box.height - 4))}px`;
  popover.style.left = `${Math.max(4, Math.min(left, innerWidth - box.width - 4))}px`;
}
