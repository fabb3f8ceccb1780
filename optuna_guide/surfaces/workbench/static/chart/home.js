/** Where the page lives: in a document of its own, or inside of somebody else's. */

/** @type {HTMLElement[]} */
const homes = [];

/** The element that holds what is drawn, the one that was entered last of those that are shown. */
export function home() {
  return homes.find((node) => node.isConnected) ?? document.body;
}

/** Live inside of an element from now on. @param {HTMLElement} node */
export function enter(node) {
  const at = homes.indexOf(node);
  if (at >= 0) homes.splice(at, 1);
  homes.unshift(node);
}

/** Live there no longer. @param {HTMLElement} node */
export function leave(node) {
  const at = homes.indexOf(node);
  if (at >= 0) homes.splice(at, 1);
}
