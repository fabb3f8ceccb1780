/** What a view says while there is no guidance. */

import { element } from './dom.js';

/**
 * @param {import('./workbench.js').Workbench} workbench
 * @returns {HTMLElement}
 */
export function missing(workbench) {
  if (workbench.guidance && !workbench.showGuidance) {
    return element('p', { class: 'empty', text: 'Guidance is switched off in the bar above.' });
  }
  const { state, reason } = workbench.guidanceStatus;
  if (state === 'fitting') {
    return element(
      'p',
      { class: 'empty', role: 'status' },
      element('span', { class: 'spinner' }),
      'The guidance is being fitted …',
    );
  }
  return element('p', { class: 'empty', text: reason || 'There is no guidance yet.' });
}
