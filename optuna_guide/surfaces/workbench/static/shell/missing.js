/** What a view says while there is no guidance, or no trial to draw. */

import { element } from './dom.js';

/** @typedef {import('./workbench.js').Workbench} Workbench */

/** @param {Workbench} workbench @returns {HTMLElement} */
export function missing(workbench) {
  const isFitting = !workbench.guidance && workbench.guidanceStatus.state === 'fitting';
  return element(
    'p',
    { class: 'empty', role: 'status' },
    isFitting && element('span', { class: 'spinner' }),
    sayMissing(workbench),
  );
}

/** @param {Workbench} workbench */
export function sayMissing({ guidance, showGuidance, guidanceStatus: { state, reason } }) {
  if (guidance && !showGuidance) return 'Guidance is switched off in the bar above.';
  if (state === 'fitting') return 'The guidance is being fitted …';
  return reason || 'There is no guidance yet.';
}

/** Why no complete trial is left. @param {Workbench} workbench */
export function sayNone({ order }) {
  return order.length ? 'No complete trial passes the filter.' : 'No trial is complete yet.';
}
