/** A follow-up study in the narrower space. */

import { button, cut, element, replace } from '../../shell/dom.js';
import { toRegion } from './draft.js';

/**
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {() => import('./draft.js').Draft} draft the one of the moment
 */
export function drawNextStudy({ api, data }, draft) {
  const name = element('input', {
    type: 'text',
    placeholder: `${cut(data.study.name, 20)}-next`,
    'aria-label': 'Name of the next study',
    maxlength: 500,
  });
  const done = element('small', { class: 'block', role: 'status' });
  const create = async () => {
    try {
      const answer = await api.post('next_study', {
        name: name.value,
        region: toRegion(draft()),
      });
      const href = api.pageOf(answer.id);
      const text = cut(answer.name, 40);
      replace(done, 'Created: ', href === null ? text : element('a', { href, text }));
    } catch (error) {
      done.textContent = String(/** @type {Error} */ (error).message);
    }
  };
  return element(
    'details',
    {},
    element('summary', { text: 'Next study' }),
    element('p', {
      class: 'how',
      text: 'A new study that goes on from this one in the narrower space; the trials in these ranges are taken along.',
    }),
    element('div', { class: 'limit' }, name, button('Create', create, { class: 'quiet' })),
    done,
  );
}
