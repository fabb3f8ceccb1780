/** Talking to the server: JSON in both directions, errors as sentences. */

export class ApiError extends Error {
  /** @param {number} status 0 = the server cannot be reached @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @typedef {Record<string, string | number | null | undefined>} Query */

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
   * @param {string} path
   * @param {Query} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  get(path, query = {}, signal = undefined) {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined) words.set(name, String(value));
    }
    const tail = words.toString();
    return this.#ask(`${path}${tail ? `?${tail}` : ''}`, { signal });
  }

  /**
   * Change something.
   *
   * @param {string} path
   * @param {unknown} body
   * @returns {Promise<any>}
   */
  post(path, body) {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Guide-Token': this.token },
      body: JSON.stringify(body),
    });
  }

  /** @param {string} path @param {RequestInit} options */
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
