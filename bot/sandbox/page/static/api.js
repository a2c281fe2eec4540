// Talks to the sandbox: the control interface of one platform, and the clock.

async function ask(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) {
    const text = (await response.text()).trim();
    throw new Error(text.slice(0, 300) || `${response.status}`);
  }
  return response.json();
}

export function getJSON(path) {
  return ask(path, { headers: { Accept: "application/json" } });
}

export function postJSON(path, body, signal) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });
}

/** One platform's control interface, as one person. */
export class Control {
  constructor(platform) {
    this.base = `/api/${platform}/`;
    this.as = "";
  }

  get(what, parameters) {
    return getJSON(`${this.base}${what}?${new URLSearchParams({ as: this.as, ...parameters })}`);
  }

  state() {
    return this.get("state", {});
  }

  async messages(channel) {
    return (await this.get("messages", { channel })) ?? [];
  }

  act(action) {
    return postJSON(`${this.base}act`, { as: this.as, ...action });
  }

  async complete(action, signal) {
    return (await postJSON(`${this.base}complete`, { as: this.as, ...action }, signal)) ?? [];
  }
}

/**
 * The stream of what changes. It is let go while the page is hidden, since a
 * browser holds few connections to one address and a person may keep a tab
 * per member; onOpen is called whenever it flows again, to ask what was
 * missed.
 */
export class Feed {
  constructor(control, { onOpen, onLost, onEvent }) {
    Object.assign(this, { control, onOpen, onLost, onEvent });
    this.source = null;
    this.wait = 0;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.start()));
    addEventListener("pagehide", () => this.stop());
  }

  start() {
    this.stop();
    if (!this.control.as) return;
    const source = new EventSource(`${this.control.base}feed?${new URLSearchParams({ as: this.control.as })}`);
    this.source = source;
    source.onopen = () => {
      this.wait = 0;
      this.onOpen();
    };
    source.onmessage = (e) => this.read(e.data);
    source.onerror = () => {
      if (this.source !== source) return;
      // The browser's own patience is longer, and ends at an answer that is no stream.
      source.close();
      this.onLost();
      this.later();
    };
  }

  later() {
    this.wait = Math.min(10000, (this.wait || 150) * 2);
    this.timer = setTimeout(() => this.start(), this.wait);
  }

  read(data) {
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    this.onEvent(event);
  }

  stop() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
