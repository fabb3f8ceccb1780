/** What a person chose, kept in this browser; private pages forget it. */

/**
 * @template T
 * @param {string} name
 * @param {T} otherwise what holds while nothing is kept
 * @returns {T}
 */
export function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`guide-${name}`) ?? 'null') ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} name @param {unknown} value null = as if nothing was chosen */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(`guide-${name}`);
    else localStorage.setItem(`guide-${name}`, JSON.stringify(value));
  } catch {
    // private pages forget the choice
  }
}
