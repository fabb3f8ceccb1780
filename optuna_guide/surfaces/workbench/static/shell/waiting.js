/** What stands in a view until its answer is there: nothing at first, then for how long it lasts. */

import { element } from './dom.js';

const PATIENCE = 1000; // ms

/** @param {string} words what is done meanwhile */
export function waiting(words) {
  const said = element('span', { text: `${words} …` });
  const seconds = element('span', { 'aria-hidden': 'true' });
  const spinner = element('span', { class: 'spinner' });
  const node = element('p', { class: 'waiting', role: 'status' }, spinner, said, seconds);
  node.style.visibility = 'hidden';
  const start = performance.now();
  const timer = setInterval(() => {
    if (!node.isConnected) clearInterval(timer);
    node.style.visibility = '';
    seconds.textContent = ` ${Math.round((performance.now() - start) / 1000)} s`;
  }, PATIENCE);
  return node;
}
