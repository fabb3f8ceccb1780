/** The colours of the target: by rank or by value, spread over the part that matters. */

import { shade } from '../../chart/colours.js';
import { segments } from '../../chart/controls.js';
import { button, cut, element, replace } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';
import { BY_RANK, CLOSEST } from '../../state/ranking.js';

const PIECES = 12;

export class ColourScale {
  /** @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(workbench) {
    this.workbench = workbench;
    this.by = segments(
      'Colour by',
      [
        { value: 'rank', text: 'Rank' },
        { value: 'value', text: 'Value' },
      ],
      (by) =>
        workbench.setColouring({ ...workbench.colouring, by: by === 'value' ? 'value' : 'rank' }),
    );
    this.ramp = element('span', { class: 'shades' });
    this.ends = ['Colours begin', 'Colours end'].map((label) =>
      element('input', {
        type: 'range',
        min: 0,
        max: 1,
        step: 0.01,
        'aria-label': label,
        on: { input: (/** @type {Event} */ event) => this.#spread(event) },
      }),
    );
    this.reset = button('Reset', () => workbench.setColouring(BY_RANK), {
      class: 'quiet',
      title: 'Colours by rank, over all trials',
    });
    this.legend = element('span', { class: 'legend' });
    this.node = element(
      'div',
      { class: 'colour-scale', role: 'group', 'aria-label': 'Colours of the target' },
      'Colour by',
      this.by.node,
      'worst',
      element('span', { class: 'ends' }, this.ramp, ...this.ends),
      'best',
      this.reset,
      this.legend,
    );
    this.update();
  }

  update() {
    const { by, ends } = this.workbench.colouring;
    this.by.set(by);
    this.ends.forEach((input, i) => {
      input.value = String(ends[i]);
      input.setAttribute(
        'aria-valuetext',
        `${percent(ends[i])} of the ${by === 'rank' ? 'ranks' : 'values'} from the worst`,
      );
    });
    const stops = Array.from({ length: PIECES + 1 }, (_, k) => {
      const at = ends[0] + (k / PIECES) * (ends[1] - ends[0]);
      return `${shade(k / PIECES)} ${100 * at}%`;
    });
    this.ramp.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
    this.reset.disabled = by === BY_RANK.by && ends.every((end, i) => end === BY_RANK.ends[i]);
  }

  /** What the bars and bands on the axes are. @param {{ estimates: boolean, ranges: boolean }} drawn */
  explain({ estimates, ranges }) {
    const { targetColumn } = this.workbench;
    const item = (/** @type {string} */ look, /** @type {string} */ text) =>
      element('span', {}, element('i', { class: `swatch ${look}` }), text);
    const expected = `${cut(targetColumn.title, 44)} expected there: longer = better`;
    replace(
      this.legend,
      ranges && item('band', 'promising'),
      estimates && item('estimate', expected),
    );
  }

  /** The end that is moved stops before the other one. @param {Event} event */
  #spread({ target }) {
    const [low, high] = this.ends.map((input) => Number(input.value));
    const ends = /** @type {[number, number]} */ (
      target === this.ends[0]
        ? [Math.min(low, high - CLOSEST), high]
        : [low, Math.max(high, low + CLOSEST)]
    );
    this.workbench.setColouring({ ...this.workbench.colouring, ends });
    this.update();
  }
}
