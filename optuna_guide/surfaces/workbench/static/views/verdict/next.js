/** What the next trial keeps to, in one line. */

import { element } from '../../shell/dom.js';
import { time } from '../../shell/time.js';

/** @param {import('../../wire.js').NextAnswer} next */
export function drawNext({ kind, said, who, at, since, running }) {
  const about = [who, at && time(at), since !== null && `since trial ${since}`];
  const told = who ? ` (${about.filter(Boolean).join(', ')})` : '';
  return element(
    'p',
    { class: `next ${kind}`, role: 'status' },
    element('span', {}, 'Next trial: ', element('b', { text: said }), told),
    element('span', { text: `${running}.` }),
  );
}
