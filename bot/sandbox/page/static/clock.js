// The sandbox's time and how it is written. Times stand on the page in the
// viewer's language and time zone, and relative ones stay true as it passes.

import { h } from "./dom.js";
import { locale, t } from "./i18n.js";

let ahead = 0; // milliseconds between the sandbox and this machine
let learned = 0; // when that was last found out
const overtakes = 3000; // milliseconds by which one answer may overtake another

/** The sandbox's time. */
export function now() {
  return new Date(Date.now() + ahead);
}

/** Learns the sandbox's time; anything that is no time is passed over. */
export function setNow(iso) {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return;
  // The sandbox's time does not go back; it may be another sandbox's, though.
  if (at - Date.now() < ahead - 1000 && Date.now() - learned < overtakes) return;
  ahead = at - Date.now();
  learned = Date.now();
  refresh();
}

const listeners = new Set();

/** Calls f each second and at each move of the clock. */
export function onTick(f) {
  listeners.add(f);
}

export function startTicking() {
  setInterval(refresh, 1000);
  refresh();
}

function refresh() {
  if (document.hidden) return;
  for (const f of listeners) f(now());
  for (const el of document.querySelectorAll("time[data-live]")) {
    const text = relative(new Date(el.dateTime));
    if (el.textContent !== text) el.textContent = text;
  }
}

const formats = new Map();

function written(date, options) {
  if (Number.isNaN(date.getTime())) return "?";
  const key = locale() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), options));
  return formats.get(key).format(date);
}

const units = [["year", 31557600, 2629800], ["month", 2629800, 86400], ["day", 86400, 3600], ["hour", 3600, 60], ["minute", 60, 1], ["second", 1, 0]];

/** "in 2 hours", "3 days ago". */
export function relative(date) {
  const seconds = Math.round((date - now()) / 1000);
  if (Number.isNaN(seconds)) return "?";
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "always" });
  const size = Math.abs(seconds);
  // Half of the next smaller unit up, so that 3,599 s are an hour, not 60 minutes.
  const [unit, per] = units.find(([, s, smaller]) => size + smaller / 2 >= s) ?? units.at(-1);
  return format.format(Math.round(seconds / per), unit);
}

const shapes = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" },
};

/** A date in one of Discord's styles: t T d D f F R. */
export function stamp(date, style) {
  return style === "R" ? relative(date) : written(date, shapes[style] ?? shapes.f);
}

/** An element for a moment, which keeps itself true if it is relative. */
export function timeElement(date, style, className) {
  if (Number.isNaN(date.getTime())) return h("span", {}, "?");
  return h("time", {
    class: className ?? "moment", datetime: date.toISOString(), title: written(date, shapes.F),
    data: style === "R" ? { live: "1" } : {},
  }, stamp(date, style));
}

/** The whole date, for a hint. */
export function longTime(date) {
  return written(date, shapes.F);
}

/** The clock of the top bar. */
export function fullTime(date) {
  return written(date, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** "Today", "Yesterday", or the whole date: what parts the days in a channel. */
export function dayName(date) {
  return pretty(date) ?? written(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

function pretty(date) {
  const day = (d) => Math.round(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86400000);
  return { 0: t("today"), "-1": t("yesterday"), 1: t("tomorrow") }[day(date) - day(now())];
}

/** Whether two times fall on one day where the viewer is. */
export function sameDay(a, b) {
  return a.toDateString() === b.toDateString();
}

const tokens = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { dateStyle: "long" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { timeStyle: "short" },
  time_secs: { timeStyle: "medium" },
};

/** Slack's date format string, such as "{date_short_pretty} at {time}". */
export function slackDate(date, format) {
  return format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return relative(date);
    const near = name.endsWith("_pretty") ? pretty(date) : undefined;
    const shape = tokens[name.replace(/_pretty$/, "")];
    return near ? near.toLocaleLowerCase(locale()) : shape ? written(date, shape) : whole;
  });
}
