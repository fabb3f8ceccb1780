/** Which parameters and pairs matter: a matrix of dots with bars, sorted. */

import { onResize } from '../../chart/canvas.js';
import { button, cut, element, replace, svg } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';
import { hideTip, showTip } from '../../shell/tooltip.js';
import { missing } from '../../shell/missing.js';

export const title = 'Importance and interactions';
export const how =
  'Share of the variance that a parameter or a pair explains; whisker: spread over the trees. ' +
  'Click a row for its effect, tick squares for several together.';

const MOST_COLUMNS = 9;
const MOST_ROWS = 12;
const ROW = 22;
const DOT = 18;
const HEAD = 82;

/**
 * @typedef {import('../../wire.js').ParamGuidance} ParamGuidance
 * @typedef {import('../../wire.js').PairGuidance} PairGuidance
 * @typedef {{ names: string[], value: number, spread: number }} Row
 */

/** @type {Record<string, { text: string, main: (p: ParamGuidance) => number | null, pair: ((p: PairGuidance) => number | null) | null }>} */
const MEASURES = {
  variance: { text: 'variance explained', main: (p) => p.share, pair: (p) => p.share },
  top: { text: 'for reaching the top', main: (p) => p.importance_top, pair: null },
  ped: { text: 'PED-ANOVA, top decile', main: (p) => p.importance_ped, pair: null },
  ebm: { text: 'EBM, mean |score|', main: (p) => p.importance_ebm, pair: (p) => p.importance_ebm },
};

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  let measure = 'variance';
  let all = false;
  /** @type {string[]} */
  let chosen = [];
  const select = element(
    'select',
    {
      'aria-label': 'Measure',
      on: {
        change: () => {
          measure = select.value;
          draw();
        },
      },
    },
    ...Object.entries(MEASURES).map(([value, { text }]) => element('option', { value, text })),
  );
  const plot = element('div');
  const foot = element('p', { class: 'foot', 'aria-live': 'polite' });
  root.append(
    element(
      'div',
      { class: 'controls' },
      element('label', { class: 'control' }, 'Measure', select),
    ),
    plot,
    foot,
  );
  onResize(root, draw);

  async function askSubset() {
    const names = chosen;
    if (names.length < 2) {
      drawFoot();
      return;
    }
    try {
      const answer = await workbench.api.get('subset', {
        target: workbench.asked,
        params: JSON.stringify(names),
      });
      if (names !== chosen) return;
      foot.textContent =
        answer.state === 'ready'
          ? `Together, ${names.map((name) => cut(name, 20)).join(', ')} explain ${percent(answer.share)} of the variance; ` +
            `the sum of each alone is ${percent(answer.alone)}.`
          : answer.reason;
    } catch (error) {
      foot.textContent = String(/** @type {Error} */ (error).message);
    }
  }

  function drawFoot() {
    const { guidance } = workbench;
    foot.textContent =
      guidance && measure === 'variance' && workbench.showGuidance
        ? `${percent(guidance.unexplained)} of the variance is not explained. Only what unseen trials confirm is counted.`
        : '';
  }

  function rows() {
    const { main, pair } = MEASURES[measure];
    const { params, pairs } = /** @type {import('../../wire.js').Guidance} */ (workbench.guidance);
    /** @type {Row[]} */
    const found = params.map((p) => ({
      names: [p.name],
      value: main(p) ?? NaN,
      spread: measure === 'variance' ? p.spread : 0,
    }));
    if (pair) {
      found.push(
        ...pairs.map((p) => ({
          names: p.names,
          value: pair(p) ?? NaN,
          spread: measure === 'variance' ? p.spread : 0,
        })),
      );
    }
    return found
      .filter(({ value, names }) => value > 0 || (names.length === 1 && !Number.isNaN(value)))
      .sort((a, b) => b.value - a.value);
  }

  function draw() {
    const { guidance, focus } = workbench;
    if (!guidance || !workbench.showGuidance) {
      replace(plot, missing(workbench));
      foot.textContent = '';
      return;
    }
    const found = rows();
    const shown = found.slice(0, all ? found.length : MOST_ROWS);
    const inRows = new Set(shown.flatMap((row) => row.names));
    const columns = guidance.params
      .map((p) => p.name)
      .filter((/** @type {string} */ name) => inRows.has(name))
      .slice(0, MOST_COLUMNS);
    const width = Math.max(plot.clientWidth, 240);
    const left = columns.length * DOT + 8;
    const room = width - left - 42;
    const largest = Math.max(...shown.map((r) => r.value + r.spread), 1e-9);
    const node = svg('svg', {
      width,
      height: HEAD + shown.length * ROW + 4,
      class: 'upset',
      role: 'group',
      'aria-label': title,
    });
    columns.forEach((/** @type {string} */ name, /** @type {number} */ i) => {
      const x = i * DOT + DOT / 2;
      const isChosen = chosen.includes(name);
      const toggle = () => {
        chosen = isChosen ? chosen.filter((other) => other !== name) : [...chosen, name];
        draw();
        askSubset();
      };
      node.append(
        svg(
          'g',
          {
            class: 'head',
            tabindex: 0,
            role: 'checkbox',
            'aria-checked': String(isChosen),
            'aria-label': `${name} among those together`,
            on: { click: toggle, keydown: keys(toggle) },
          },
          svg('title', { text: `${name}: tick several for their importance together` }),
          svg('text', {
            x: x + 3,
            y: HEAD - 20,
            transform: `rotate(-42 ${x + 3} ${HEAD - 20})`,
            text: cut(name, 14),
            class: focus.includes(name) ? 'focused' : '',
          }),
          svg('rect', {
            x: x - 5,
            y: HEAD - 15,
            width: 10,
            height: 10,
            rx: 2,
            class: isChosen ? 'box on' : 'box',
          }),
        ),
      );
    });
    shown.forEach((/** @type {any} */ row, /** @type {number} */ r) =>
      node.append(drawRow(row, r)),
    );
    replace(
      plot,
      node,
      found.length > MOST_ROWS &&
        button(
          all ? 'Show fewer' : `Show all ${found.length}`,
          () => {
            all = !all;
            draw();
          },
          { class: 'quiet more' },
        ),
    );
    if (chosen.length < 2) drawFoot();

    /** @param {{ names: string[], value: number, spread: number }} row @param {number} r */
    function drawRow({ names, value, spread }, r) {
      const y = HEAD + r * ROW + ROW / 2;
      const isPair = names.length > 1;
      const isFocused =
        JSON.stringify(names) === JSON.stringify(focus) ||
        (!isPair && focus[0] === names[0] && focus.length === 1);
      const open = () => workbench.setFocus(isFocused ? [] : names);
      const words = `${names.join(' × ')}: ${percent(value)}${spread ? ` ± ${percent(spread)}` : ''}`;
      const group = svg(
        'g',
        {
          class: `row${isFocused ? ' focused' : ''}`,
          tabindex: 0,
          role: 'button',
          'aria-label': words,
          'aria-pressed': String(isFocused),
          on: {
            click: open,
            keydown: keys(open),
            pointermove: (/** @type {PointerEvent} */ e) =>
              showTip(
                e.clientX,
                e.clientY,
                element('b', { text: names.map((n) => cut(n, 40)).join(' × ') }),
                element('div', {
                  text: `${percent(value)}${spread ? ` ± ${percent(spread)} over the trees` : ''}`,
                }),
              ),
            pointerleave: hideTip,
          },
        },
        svg('rect', { x: 0, y: y - ROW / 2, width, height: ROW, class: 'back' }),
      );
      const at = names.map((name) => columns.indexOf(name)).filter((i) => i >= 0);
      columns.forEach((/** @type {string} */ _, /** @type {number} */ i) => {
        group.append(
          svg('circle', {
            cx: i * DOT + DOT / 2,
            cy: y,
            r: 4.5,
            class: at.includes(i) ? 'dot on' : 'dot',
          }),
        );
      });
      if (at.length > 1) {
        group.append(
          svg('line', {
            x1: at[0] * DOT + DOT / 2,
            x2: at[1] * DOT + DOT / 2,
            y1: y,
            y2: y,
            class: 'joint',
          }),
        );
      }
      const long = (value / largest) * room;
      group.append(
        svg('rect', {
          x: left,
          y: y - 7,
          width: Math.max(long, 1),
          height: 14,
          rx: 2,
          class: isPair ? 'bar pair' : 'bar',
        }),
      );
      if (spread) {
        const [a, b] = [Math.max(0, value - spread), value + spread].map(
          (v) => left + (v / largest) * room,
        );
        group.append(svg('line', { x1: a, x2: b, y1: y, y2: y, class: 'whisker' }));
      }
      group.append(
        svg('text', {
          x: left + ((value + spread) / largest) * room + 5,
          y: y + 4,
          class: 'number',
          text: percent(value),
        }),
      );
      return group;
    }
  }

  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (changes.has('target')) chosen = [];
      if (['guidance', 'target', 'focus'].some((c) => changes.has(c))) draw();
    },
  };
}

/** @param {() => void} act */
function keys(act) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    act();
  };
}
