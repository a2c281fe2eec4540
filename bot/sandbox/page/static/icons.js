// The few drawings of the page, on a grid of 20.

const NS = "http://www.w3.org/2000/svg";

const paths = {
  hash: "M7.500 3 6 17M14 3l-1.500 14M3.500 7.500h14M2.500 12.500h14",
  lock: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
  eye: "M1.500 10S4.500 4.500 10 4.500 18.500 10 18.500 10 15.500 15.500 10 15.500 1.500 10 1.500 10zM10 7.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  dots: "M4 10h.01M10 10h.01M16 10h.01",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3 10 17 3.500 12.500 17 9.500 11zM9.500 11 17 3.500",
  smile: "M10 2.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 0 0 0-15zM6.800 11.500a3.600 3.600 0 0 0 6.400 0M7.500 7.800h.01M12.500 7.800h.01",
  down: "M5 8l5 5 5-5",
  picture: "M3 4h14v12H3zM3 13l4-4 3.500 3.500L13 10l4 3.500M12.500 7.500h.01",
  file: "M5 2.500h6.500L15 6v11.500H5zM11.500 2.500V6H15",
  reply: "M16 15v-2.500a3 3 0 0 0-3-3H4M8 5.500l-4 4 4 4",
  warn: "M10 3 18 16.500H2zM10 8v4M10 14.300h.01",
  out: "M8 3.500H4v13h4M12 6.500l4 3.500-4 3.500M16 10H8",
  back: "M12 3.500h4v13h-4M8 6.500 4 10l4 3.500M4 10h8",
  open: "M8 4.500H4.500v11h11V12M11 4.500h4.500V9M15.500 4.500 9.500 10.500",
};

/** A decorative drawing; whoever uses it gives the words. */
export function icon(name) {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

/** The colours of people to whom the sandbox gives none. */
const colours = ["#c2410c", "#a21caf", "#1d4ed8", "#0f766e", "#b91c1c", "#4d7c0f", "#6d28d9", "#0369a1"];

/** A person's picture: their initials on their colour. */
export function avatar(person, extra) {
  const name = person?.display || person?.name || "?";
  const span = document.createElement("span");
  span.className = `avatar ${extra ?? ""}`;
  span.setAttribute("aria-hidden", "true");
  span.textContent = initials(name);
  span.style.backgroundColor = person?.colour || colours[[...name].reduce((sum, c) => sum + c.codePointAt(0), 0) % colours.length];
  return span;
}

function initials(name) {
  const words = name.split(/[\s\-_.]+/).filter(Boolean);
  const first = words.length > 1 ? [words[0], words.at(-1)] : words;
  return first.map((w) => [...w][0].toUpperCase()).join("") || "?";
}
