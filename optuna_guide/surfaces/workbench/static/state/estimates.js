/** What the forest expects on every axis, given the ranges that are brushed on the others. */

/**
 * @typedef {import('../wire.js').EstimatesAnswer} Estimates
 * @typedef {{ edges: number[], mean: (number | null)[] }} AxisBins  edges: half-integers around the index of a choice
 */

const WAIT = 30; // ms that a drag may go on before the server is asked again

/**
 * Keep the estimates of the page in step with brushes, target and guidance; one question at a time.
 *
 * @param {import('../shell/workbench.js').Workbench} workbench
 */
export function keepEstimates(workbench) {
  let asked = '';
  let isBusy = false;
  let isStale = false;

  async function ask() {
    const { guidance, asked: target } = workbench;
    const brush = JSON.stringify(brushedParams(workbench));
    const question = JSON.stringify([target, brush, guidance?.n_trials, guidance?.fitted_at]);
    if (question === asked) return;
    if (isBusy) {
      isStale = true;
      return;
    }
    asked = question;
    if (!guidance) {
      workbench.setEstimates(null);
      return;
    }
    isBusy = true;
    const answer = await workbench.api.get('estimates', { target, brush }).catch(() => null);
    // without an answer, views show the effects that the guidance holds
    if (target === workbench.asked)
      workbench.setEstimates(answer?.state === 'ready' ? answer : null);
    setTimeout(() => {
      isBusy = false;
      if (isStale) {
        isStale = false;
        ask();
      }
    }, WAIT);
  }

  workbench.subscribe((changes) => {
    if (['selection', 'target', 'guidance'].some((change) => changes.has(change))) ask();
  });
}

/** Brushed ranges of parameters as the server reads them. @param {import('../shell/workbench.js').Workbench} workbench */
export function brushedParams(workbench) {
  /** @type {[string, unknown][]} */
  const found = [];
  for (const [key, brush] of workbench.brushes) {
    const ranges = brush.choices ?? brush.intervals ?? [];
    if (key.startsWith('p:') && ranges.length) found.push([key.slice(2), ranges]);
  }
  return Object.fromEntries(found);
}

/**
 * Bins of one parameter: the estimates of the server, or the effect in the guidance.
 *
 * @param {import('../shell/workbench.js').Workbench} workbench
 * @param {string} name
 * @returns {AxisBins | null}
 */
export function binsOf({ estimates, guidance }, name) {
  if (estimates && Object.hasOwn(estimates.params, name)) {
    const { edges, choices, mean } = estimates.params[name];
    if (edges) return { edges, mean };
    if (choices) return { edges: [-0.5, ...mean.map((_, i) => i + 0.5)], mean };
  }
  const found = guidance?.params.find((p) => p.name === name);
  return found ? { edges: found.effect.edges, mean: found.effect.mean } : null;
}
