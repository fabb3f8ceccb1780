/** A study in the kernel of a notebook, asked by messages. */

import { Api, ApiError } from './api.js';

/**
 * @typedef {{
 *   get: (name: string) => any, set: (name: string, value: unknown) => void,
 *   save_changes: () => void, send: (content: unknown) => void,
 *   on: (event: string, listener: (...args: any[]) => void) => void,
 *   off: (event: string, listener: (...args: any[]) => void) => void,
 * }} Model  of anywidget
 * @typedef {{ question: string, resolve: (answer: any) => void, reject: (error: Error) => void }}
 *   Waiting
 */

/**
 * A kernel that runs a cell answers nothing, but tells news by itself: an answer to the last
 * question. It is taken for the answer where just that question waits, or is asked next.
 */
export class Messages {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Map<string, Waiting>} */
    this.waiting = new Map();
    /** What was told before anybody asked, by question. @type {Map<string, any>} */
    this.told = new Map();
    /** Hears of what changed. @type {(path: string) => void} */
    this.onNews = () => {};
    this.nAsked = 0;
    this.receive = this.#receive.bind(this);
    this.api = new Api((request, signal) => this.#send(request, signal), {
      readOnly: model.get('_read_only'),
      pageOf: () => null,
    });
    model.on('msg:custom', this.receive);
  }

  stop() {
    this.model.off('msg:custom', this.receive);
  }

  /** @type {import('./api.js').Send} */
  #send({ path, query = {}, body }, signal) {
    const question = body === undefined ? JSON.stringify([path, query]) : '';
    const known = this.told.get(question);
    if (known !== undefined) {
      this.told.delete(question);
      return Promise.resolve(known);
    }
    return new Promise((resolve, reject) => {
      this.nAsked += 1;
      const id = `${Date.now()}-${this.nAsked}-${Math.random().toString(36).slice(2)}`;
      this.waiting.set(id, { question, resolve, reject });
      signal?.addEventListener('abort', () => {
        this.waiting.delete(id);
        reject(new DOMException('no longer wanted', 'AbortError'));
      });
      this.model.send({ id, path, query, body });
    });
  }

  /** @param {{ id?: string, status?: number, answer?: string, path?: string, query?: object }} message */
  #receive({ id, status = 200, answer = 'null', path, query }) {
    const content = JSON.parse(answer);
    if (id !== undefined) {
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (status === 200) asked?.resolve(content);
      else asked?.reject(new ApiError(status, content.error));
    } else if (path !== undefined) this.#hear(path, JSON.stringify([path, query]), content);
  }

  /** @param {string} path @param {string} question @param {any} content */
  #hear(path, question, content) {
    const asked = [...this.waiting].filter(([, one]) => one.question === question);
    for (const [key, one] of asked) {
      this.waiting.delete(key);
      one.resolve(content);
    }
    if (asked.length) return;
    this.told.clear();
    this.told.set(question, content);
    this.onNews(path);
  }
}
