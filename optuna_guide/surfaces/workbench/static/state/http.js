/** A study on the server that this page came from. */

import { Api, ApiError } from './api.js';

/** @param {string} study id of the study @returns {Api} */
export function onServer(study) {
  const token = meta('guide-token');
  /** @type {import('./api.js').Send} */
  const send = ({ path, query = {}, body }, signal) => {
    const words = new URLSearchParams(query).toString();
    const address = `/guide/api/studies/${study}/${path}${words ? `?${words}` : ''}`;
    if (body === undefined) return ask(address, { signal });
    return ask(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Guide-Token': token },
      body: JSON.stringify(body),
    });
  };
  return new Api(send, {
    readOnly: meta('guide-read-only') === 'true',
    pageOf: (other) => `/guide/studies/${other}`,
  });
}

/** @param {string} address @param {RequestInit} options @returns {Promise<any>} what the server says it is */
async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'AbortError') throw error;
    throw new ApiError(0, 'The server does not answer.');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const reason = answer?.error ?? `The server answered ${response.status}.`;
    throw new ApiError(response.status, reason);
  }
  return answer;
}

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}
