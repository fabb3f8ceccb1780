/** Trials that a person asks for: from one trial its children, in the queue, and beside it. */

import { element } from '../../shell/dom.js';
import { Bench } from './bench.js';
import { drawCandidates } from './candidates.js';
import { drawChildren } from './children.js';
import { Form } from './form.js';
import { Parent } from './parent.js';
import { drawQueue } from './queue.js';
import { redraw } from './words.js';

export const title = '';
export const how = '';

const WAIT = 2000; // ms between two looks at the queue

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new Experiments(root, workbench);
}

class Experiments {
  /**
   * @param {HTMLElement} root
   * @param {import('../../shell/workbench.js').Workbench} workbench
   */
  constructor(root, workbench) {
    this.root = root;
    this.workbench = workbench;
    this.bench = new Bench(workbench, (part) => this.#draw(part));
    this.parent = new Parent(this.bench);
    this.form = new Form(this.bench);
    this.candidates = element('div', {});
    this.said = element('p', { class: 'said', role: 'status' });
    this.queue = card('Queue', 'bench-queue');
    this.children = card('Children', 'bench-children');
    const middle = card('Candidates', 'bench-candidates');
    middle.append(this.said, this.candidates, this.form.node);
    root.append(
      element(
        'div',
        { class: 'bench' },
        element(
          'div',
          { class: 'bench-grid' },
          this.parent.node,
          middle,
          this.queue,
          this.children,
        ),
      ),
    );
    this.#look();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const { bench, workbench } = this;
    const { wish } = workbench;
    if (changes.has('target')) this.#retarget();
    if (wish) {
      workbench.wish = null;
      this.#follow(wish);
    } else if (bench.parent === null && workbench.order.length) {
      bench.setParent(workbench.data.number[workbench.order[0]]);
      this.parent.makeAblations();
    }
    if (['data', 'kept', 'guidance', 'region', 'theme'].some((c) => changes.has(c)))
      this.#draw('parent');
  }

  /** @param {import('../../shell/workbench.js').Wish} wish */
  #follow({ trial, how: what }) {
    this.bench.setParent(trial);
    if (what === 'edit') this.bench.edit();
    else if (what === 'vary') this.parent.makeVariations();
    else this.parent.makeAblations();
  }

  /** What was expected was expected of another target. */
  #retarget() {
    const { bench } = this;
    if (bench.parent === null) return;
    bench.made = null;
    this.#draw('made');
    bench.lookAtFamily();
  }

  /** Look at the queue while somebody sees it. */
  async #look() {
    if (!document.hidden && this.root.offsetParent !== null)
      await this.bench.look().catch(() => null); // the header says that the server is away
    setTimeout(() => this.#look(), WAIT);
  }

  /** @param {import('./bench.js').Part} part */
  #draw(part) {
    const { bench } = this;
    if (part === 'parent') this.parent.draw();
    if (part === 'made' || (part === 'parent' && bench.isEditing)) this.form.show(bench.isEditing);
    if (part === 'made') {
      this.candidates.hidden = bench.isEditing;
      redraw(this.candidates, () => drawCandidates(this.candidates, bench));
    }
    if (part === 'family') this.form.checkAgain();
    if (part === 'queue') redraw(this.queue, () => drawQueue(this.queue, bench));
    if (part === 'family' || part === 'queue')
      redraw(this.children, () => drawChildren(this.children, bench));
    if (part === 'said') {
      this.said.textContent = bench.said;
      this.said.hidden = !bench.said;
      this.said.classList.toggle('wrong', bench.isWrong);
    }
  }
}

/** @param {string} name @param {string} kind */
function card(name, kind) {
  return element('section', { class: `card ${kind}`, 'aria-label': name });
}
