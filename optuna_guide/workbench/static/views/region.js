/** The control panel: what the coming trials keep to; edit it, see what it would keep, apply it. */

import { onResize } from '../canvas.js';
import { button, cut, element, replace } from '../dom.js';
import { takeRegion } from '../live.js';
import { number, paramAxis, percent } from '../scales.js';
import { paramKey } from '../selection.js';
import { describeRange, fromRegion, isSameDraft, toRegion, withRange } from './region/draft.js';
import { drawSlider } from './region/slider.js';

export const title = 'Region';
export const how =
  'What the coming trials keep to. Grey: where the best tenth of the trials lie; orange: the range.';

const BEST = 0.1;
const FEW = 6; // parameters that are shown though they have no range
const WAIT = 250; // ms of rest before the preview is asked for

/**
 * @param {HTMLElement} root
 * @param {import('../workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new RegionView(root, workbench);
}

class RegionView {
  /** @param {HTMLElement} root @param {import('../workbench.js').Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {import('./region/draft.js').Draft} */
    this.draft = new Map();
    /** Whether a person changed the draft: what the server suggests then no longer replaces it. */
    this.isEdited = false;
    this.showsAll = false;
    this.timer = 0;
    this.state = element('p', { class: 'region-state', role: 'status' });
    this.preview = element('p', { class: 'preview', 'aria-live': 'polite' });
    this.params = element('div', { class: 'region-params' });
    this.actions = element('div', { class: 'actions' });
    this.more = element('div');
    root.append(this.state, this.params, this.preview, this.actions, this.more);
    onResize(root, () => this.#drawParams());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('selection')) this.#drawActions();
    if (!has('region', 'guidance', 'data', 'target')) return;
    if (!this.isEdited) this.#reset();
    this.#drawState();
    this.#drawParams();
    this.#drawActions();
    if (has('region')) this.#drawMore();
    if (has('region', 'guidance', 'target')) this.#askPreview();
  }

  /** Start again from what is applied, or suggested. */
  #reset() {
    const { region } = this.workbench;
    this.draft = fromRegion(region?.current?.region ?? region?.suggested);
    this.isEdited = false;
  }

  #drawState() {
    const { region, api } = this.workbench;
    if (!region) {
      replace(this.state, 'Asking the server …');
      return;
    }
    const { current, paused } = region;
    const who =
      current && `${current.author ? `by ${cut(current.author, 24)}, ` : ''}${time(current.at)}`;
    const words = current
      ? [element('b', { text: paused ? 'Applied, but paused' : 'Applied' }), ` ${who}`]
      : [
          element('b', { text: paused ? 'Paused' : 'Not applied' }),
          Object.keys(region.suggested).length ? ': this is what the guidance suggests' : '',
        ];
    replace(
      this.state,
      ...words,
      api.readOnly && element('span', { class: 'chip', text: 'read-only' }),
      !region.is_guided &&
        element('span', {
          class: 'mute block',
          text: 'No GuidedSampler works on this study: a region is kept for when one does.',
        }),
    );
  }

  /** The important parameters, and all that have a range. */
  #shown() {
    const { data, guidance } = this.workbench;
    const order = guidance?.params.map((/** @type {any} */ p) => p.name) ?? [];
    const names = [...new Set([...order, ...data.params.map((p) => p.name)])];
    const params = names.map((name) => data.param(name)).filter((p) => p !== undefined);
    const ranged = params.filter((p) => this.draft.has(p.name));
    const shown = this.showsAll
      ? params
      : [...ranged, ...params.filter((p) => !this.draft.has(p.name))].slice(
          0,
          Math.max(ranged.length, FEW),
        );
    return { params, shown: params.filter((p) => shown.includes(p)) };
  }

  #drawParams() {
    const width = Math.max(80, this.params.clientWidth - 12);
    if (this.params.clientWidth === 0) return;
    const { params, shown } = this.#shown();
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.getAttribute(
      'aria-label',
    );
    replace(
      this.params,
      ...shown.map((param) => this.#param(param, width)),
      params.length > FEW &&
        button(
          this.showsAll ? 'Show fewer' : `All ${params.length} parameters`,
          () => {
            this.showsAll = !this.showsAll;
            this.#drawParams();
          },
          { class: 'plain more' },
        ),
    );
    if (focused && !this.params.contains(document.activeElement)) {
      for (const node of this.params.querySelectorAll('[aria-label]')) {
        if (node.getAttribute('aria-label') === focused) /** @type {HTMLElement} */ (node).focus();
      }
    }
  }

  /** @param {import('../data.js').Param} param @param {number} width */
  #param(param, width) {
    const { workbench, draft } = this;
    const axis = paramAxis(param);
    const range = draft.get(param.name);
    const { readOnly } = workbench.api;
    const best = Float64Array.from(
      workbench.order.slice(0, Math.max(5, Math.round(BEST * workbench.order.length))),
      (row) => param.values[row],
    );
    const words = range ? describeRange(axis, range) : 'whole range';
    const advice = workbench.guidanceOf(param.name)?.advice;
    const head = element(
      'div',
      { class: 'region-head' },
      element('span', { class: 'region-name', title: param.name, text: cut(param.name, 28) }),
      element('span', {
        class: range ? 'region-range' : 'mute',
        title: words,
        text: cut(words, 34),
      }),
      range &&
        !readOnly &&
        button('✕', () => this.#edit(withRange(draft, param, null), true), {
          class: 'plain',
          'aria-label': `Whole range of ${param.name}`,
          title: 'Whole range',
        }),
    );
    const body =
      param.kind === 'categorical'
        ? this.#chips(param, range, best)
        : drawSlider({
            param,
            axis,
            best,
            width,
            disabled: readOnly,
            intervals: range?.intervals ?? [[param.low, param.high]],
            change: (intervals, isDone) =>
              this.#edit(withRange(this.draft, param, { intervals }), isDone),
          });
    const hint =
      advice && ['widen', 'freeze', 'avoid'].includes(advice.kind)
        ? element('small', { class: 'block', text: advice.text })
        : null;
    return element('div', { class: 'region-param' }, head, body, hint);
  }

  /** @param {import('../data.js').Param} param @param {import('./region/draft.js').Range | undefined} range @param {Float64Array} best */
  #chips(param, range, best) {
    const chosen = range?.choices ?? param.choices.map((_, i) => i);
    const counts = param.choices.map((_, i) => best.filter((v) => v === i).length);
    return element(
      'div',
      { class: 'choices' },
      ...param.choices.map((choice, i) => {
        const isOn = chosen.includes(i);
        return button(
          cut(choice, 22),
          () => {
            const choices = isOn
              ? chosen.filter((c) => c !== i)
              : [...chosen, i].sort((a, b) => a - b);
            if (choices.length) this.#edit(withRange(this.draft, param, { choices }), true);
          },
          {
            class: `chip${isOn && range ? ' ranged' : ''}`,
            'aria-pressed': String(isOn),
            disabled: this.workbench.api.readOnly,
            title: `${choice}: ${percent(counts[i] / Math.max(best.length, 1))} of the best tenth of the trials`,
          },
        );
      }),
    );
  }

  /** @param {import('./region/draft.js').Draft} draft @param {boolean} isDone */
  #edit(draft, isDone) {
    this.draft = draft;
    this.isEdited = true;
    this.#drawParams();
    if (isDone) {
      this.#drawActions();
      this.#askPreview();
    }
  }

  #askPreview() {
    clearTimeout(this.timer);
    if (!this.draft.size) {
      this.preview.textContent = 'No range: every trial is kept.';
      return;
    }
    this.preview.textContent = 'Looking at what it would keep …';
    this.timer = window.setTimeout(async () => {
      const { workbench, draft } = this;
      try {
        const answer = await workbench.api.get('region/preview', {
          region: JSON.stringify(toRegion(draft)),
          target: workbench.asked,
        });
        if (draft !== this.draft) return;
        this.preview.textContent =
          answer.state === 'ready'
            ? `Keeps ${percent(answer.share)} of the trials and ${percent(answer.top_share)} of the top decile; ` +
              `expected ${cut(workbench.targetColumn.name, 24)} ${number(answer.expected)} ± ${number(answer.spread, 2)} ` +
              `(everywhere ${number(answer.everywhere)}).`
            : answer.reason;
      } catch (error) {
        this.preview.textContent = String(/** @type {Error} */ (error).message);
      }
    }, WAIT);
  }

  #drawActions() {
    const { region, api, brushes, data } = this.workbench;
    const isApplied =
      Boolean(region?.current) && isSameDraft(this.draft, fromRegion(region.current.region));
    const brushed = [...brushes].filter(([key]) => key.startsWith('p:'));
    replace(
      this.actions,
      !api.readOnly &&
        button(
          'Apply to the running study',
          () => this.#write('region', { region: toRegion(this.draft) }),
          {
            disabled: !this.draft.size || isApplied,
            class: 'main',
            title: 'All workers keep to it from their next trial on',
          },
        ),
      !api.readOnly &&
        button('Clear', () => this.#write('region/clear', {}), {
          class: 'quiet',
          disabled: !region?.current,
          title: 'Take the applied region back',
        }),
      !api.readOnly &&
        button(
          region?.paused ? 'Resume' : 'Pause',
          () => this.#write(region?.paused ? 'region/resume' : 'region/pause', {}),
          {
            class: 'quiet',
            title: region?.paused
              ? 'Guide again'
              : 'Leave the coming trials to the base sampler alone',
          },
        ),
      !api.readOnly &&
        button('Undo', () => this.#write('region/undo', {}), {
          class: 'quiet',
          disabled: !region?.can_undo,
          title: 'Return to what held before the last change',
        }),
      this.isEdited &&
        button(
          'Reset',
          () => {
            this.#reset();
            this.update(new Set(['region']));
          },
          { class: 'quiet', title: 'Forget the changes that were not applied' },
        ),
      button(
        'From the brushes',
        () => {
          let draft = new Map(this.draft);
          for (const [key, brush] of this.workbench.brushes) {
            const param = key.startsWith('p:') ? data.param(key.slice(2)) : undefined;
            if (!param) continue;
            if (brush.choices?.length) draft = withRange(draft, param, { choices: brush.choices });
            else if (brush.intervals?.length)
              draft = withRange(draft, param, { intervals: brush.intervals });
          }
          this.#edit(draft, true);
        },
        {
          class: 'quiet',
          disabled: !brushed.length,
          title: 'Take the ranges that are brushed in the parallel coordinates',
        },
      ),
      button(
        'Select',
        () => {
          const next = new Map(this.workbench.brushes);
          for (const [name, range] of this.draft) next.set(paramKey(name), { ...range });
          this.workbench.select({ brushes: next }, 'region');
        },
        { class: 'quiet', disabled: !this.draft.size, title: 'Select the trials inside' },
      ),
      this.#copy(),
    );
  }

  #copy() {
    const node = button(
      'Copy as code',
      async () => {
        const answer = this.draft.size
          ? await this.workbench.api
              .get('region/preview', {
                region: JSON.stringify(toRegion(this.draft)),
                target: this.workbench.asked,
              })
              .catch(() => null)
          : null;
        const code = answer?.code ?? this.workbench.region?.code ?? '';
        try {
          await navigator.clipboard.writeText(code);
          node.textContent = 'Copied';
          setTimeout(() => {
            node.textContent = 'Copy as code';
          }, 1500);
        } catch {
          replace(this.more, element('pre', { class: 'code', tabindex: 0, text: code }));
        }
      },
      {
        class: 'quiet',
        title: 'The suggest_* lines with these ranges, to paste into an objective',
      },
    );
    return node;
  }

  #drawMore() {
    const { region, api, data } = this.workbench;
    const past = [...(region?.history ?? [])].reverse();
    const isOpen = [...this.more.querySelectorAll('details')].map((d) => d.open);
    const history = element(
      'details',
      {},
      element('summary', { text: `History (${past.length})` }),
      element(
        'ol',
        { class: 'history' },
        ...past.slice(0, 40).map((entry) =>
          element(
            'li',
            {},
            element('b', {
              text:
                entry.source === 'model'
                  ? 'model'
                  : entry.cleared
                    ? 'cleared'
                    : entry.paused
                      ? 'paused'
                      : 'applied',
            }),
            ` ${entry.author ? `${cut(entry.author, 20)}, ` : ''}${time(entry.at)}`,
            element('small', {
              class: 'block',
              title: entry.comment ?? '',
              text: cut(describeRegion(data, entry.region) || entry.comment || '', 90),
            }),
            Object.keys(entry.region).length > 0 &&
              button('edit', () => this.#edit(fromRegion(entry.region), true), {
                class: 'plain link',
                title: 'Take it as a draft',
              }),
          ),
        ),
      ),
    );
    const name = element('input', {
      type: 'text',
      placeholder: `${cut(data.study.name, 20)}-next`,
      'aria-label': 'Name of the next study',
      maxlength: 500,
    });
    const done = element('small', { class: 'block', role: 'status' });
    const next = element(
      'details',
      {},
      element('summary', { text: 'Next study' }),
      element('p', {
        class: 'how',
        text: 'A new study that goes on from this one in the narrower space; the trials inside are taken along.',
      }),
      element(
        'div',
        { class: 'limit' },
        name,
        button(
          'Create',
          async () => {
            try {
              const answer = await api.post('next_study', {
                name: name.value,
                region: toRegion(this.draft),
              });
              replace(
                done,
                'Created: ',
                element('a', { href: `/guide/studies/${answer.id}`, text: cut(answer.name, 40) }),
              );
            } catch (error) {
              done.textContent = String(/** @type {Error} */ (error).message);
            }
          },
          { class: 'quiet' },
        ),
      ),
      done,
    );
    replace(this.more, past.length > 0 && history, !api.readOnly && next);
    [...this.more.querySelectorAll('details')].forEach((d, i) => {
      d.open = isOpen[i] ?? false;
    });
  }

  /** @param {string} path @param {any} body */
  async #write(path, body) {
    const { workbench } = this;
    for (const node of this.actions.querySelectorAll('button')) node.disabled = true;
    try {
      const answer = await workbench.api.post(path, body);
      this.isEdited = false;
      takeRegion(workbench, answer);
    } catch (error) {
      workbench.report(error);
    }
    this.#drawActions();
  }
}

/** @param {import('../data.js').Data} data @param {any} region */
function describeRegion(data, region) {
  return Object.entries(region ?? {})
    .map(([name, range]) => {
      const param = data.param(name);
      return `${cut(name, 20)}: ${param ? describeRange(paramAxis(param), /** @type {any} */ (range)) : '?'}`;
    })
    .join('; ');
}

/** @param {string} iso in UTC */
function time(iso) {
  const at = new Date(/[Z+]|-\d\d:\d\d$/.test(iso) ? iso : `${iso}Z`);
  if (Number.isNaN(at.getTime())) return '';
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday
    ? at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
}
