/** Changes, told to all who listen, at most once a frame. */

/** @typedef {(changes: Set<string>) => void} Listener */

export class News {
  constructor() {
    /** @type {Set<Listener>} */
    this.listeners = new Set();
    /** @type {Set<string>} */
    this.pending = new Set();
    this.frame = 0;
  }

  /** @param {string[]} changes */
  say(changes) {
    for (const change of changes) this.pending.add(change);
    if (this.frame === 0 && this.listeners.size) {
      this.frame = requestAnimationFrame(() => this.flush());
    }
  }

  /** @param {Listener} listener @returns {() => void} what ends it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tell now what would be told in the next frame. */
  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const changes = this.pending;
    this.pending = new Set();
    if (changes.size) for (const listener of this.listeners) listener(changes);
  }
}
