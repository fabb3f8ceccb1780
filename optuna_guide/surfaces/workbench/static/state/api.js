/** Talking to the server: JSON in both directions, errors as sentences. */

export class ApiError extends Error {
  /** @param {number} status 0 = the server cannot be reached @param {string} message */
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
 */

/** One study on the server. */
export class Api {
  /** @param {string} study id of the study */
  constructor(study) {
    this.study = study;
    this.token = meta('guide-token');
    this.readOnly = meta('guide-read-only') === 'true';
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
    return this.#read(path, query, signal);
  }

  /**
   * A panel, as the dashboard shows it.
   *
   * @param {string} panel
   * @param {Query} query
   * @returns {Promise<Figure>}
   */
  figure(panel, query) {
    return this.#read(`figure/${panel}`, query);
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
    return this.#ask(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Guide-Token': this.token },
      body: JSON.stringify(body),
    });
  }

  /** @param {string} path @param {Query} query @param {AbortSignal} [signal] */
  #read(path, query, signal = undefined) {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined) words.set(name, String(value));
    }
    const tail = words.toString();
    return this.#ask(`${path}${tail ? `?${tail}` : ''}`, { signal });
  }

  /** @param {string} path @param {RequestInit} options @returns {Promise<any>} what the server says it is */
  async #ask(path, options) {
    let response;
    try {
      response = await fetch(`/guide/api/studies/${this.study}/${path}`, options);
    } catch (error) {
      if (/** @type {Error} */ (error).name === 'AbortError') throw error;
      throw new ApiError(0, 'The server does not answer.');
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok) {
      throw new ApiError(
        response.status,
        answer?.error ?? `The server answered ${response.status}.`,
      );
    }
    return answer;
  }
}

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}
