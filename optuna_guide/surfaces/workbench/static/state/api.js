/** Talking to whoever answers about a study: JSON in both directions, errors as sentences. */

export class ApiError extends Error {
  /** @param {number} status 0 = nobody can be reached @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * @typedef {import('../wire.js').Reads} Reads
 * @typedef {import('../wire.js').Writes} Writes
 * @typedef {Record<string, string | number | null | undefined>} Query
 * @typedef {{ data: unknown[], layout: Record<string, unknown> }} Figure  for plotly
 * @typedef {{ path: string, query?: Record<string, string>, body?: unknown }} Request
 *   with a body it changes something
 * @typedef {(request: Request, signal?: AbortSignal) => Promise<any>} Send
 */

/** One study, and the way to ask about it. */
export class Api {
  /**
   * @param {Send} send
   * @param {{ readOnly: boolean, pageOf: (study: number) => string | null }} about
   *   pageOf: address of the page of a study; null where there are no pages
   */
  constructor(send, { readOnly, pageOf }) {
    this.send = send;
    this.readOnly = readOnly;
    this.pageOf = pageOf;
  }

  /**
   * Ask for `path` of the study.
   *
   * @template {keyof Reads} P
   * @param {P} path
   * @param {Query} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Reads[P]>}
   */
  get(path, query = {}, signal = undefined) {
    return this.send({ path, query: texts(query) }, signal);
  }

  /**
   * A panel, as the dashboard shows it.
   *
   * @param {string} panel
   * @param {Query} query
   * @returns {Promise<Figure>}
   */
  figure(panel, query) {
    return this.send({ path: `figure/${panel}`, query: texts(query) });
  }

  /**
   * Change something.
   *
   * @template {keyof Writes} P
   * @param {P} path
   * @param {unknown} body
   * @returns {Promise<Writes[P]>}
   */
  post(path, body) {
    return this.send({ path, body });
  }
}

/** What is asked, as texts; what is not said is left out. @param {Query} query */
function texts(query) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) found[name] = String(value);
  }
  return found;
}
