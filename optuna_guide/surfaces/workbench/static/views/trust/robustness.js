/** How many trials it takes: measured when it is asked for, as models have to be fitted. */

import { button, element } from '../../shell/dom.js';
import { plotly } from '../../shell/plotly.js';

/**
 * A button, and the figure that it asks for.
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @returns {{ node: HTMLElement, forget: () => void }} `forget` hides what is out of date.
 */
export function robustness(workbench) {
  const chart = element('div', { class: 'plot' });
  const words = element('p', { class: 'mute small', role: 'status' });
  const ask = button('How many trials does it take?', draw, { class: 'quiet' });
  let version = 0;
  chart.hidden = true;

  async function draw() {
    const own = ++version;
    words.textContent = 'Fitting models to growing parts of the trials …';
    try {
      const [Plotly, figure] = await Promise.all([
        plotly(),
        workbench.api.figure('robustness', { target: workbench.asked }),
      ]);
      if (own !== version) return;
      chart.hidden = false;
      words.textContent = '';
      const look = { displayModeBar: false, responsive: true };
      await Plotly.react(chart, figure.data, figure.layout, look);
    } catch (error) {
      if (own === version) words.textContent = String(/** @type {Error} */ (error).message);
    }
  }

  function forget() {
    version++;
    chart.hidden = true;
    words.textContent = '';
  }

  return { node: element('div', {}, ask, words, chart), forget };
}
