/** What the forest expects on every axis, given the ranges that are brushed on the others. */

/**
 * @typedef {{ edges?: number[], choices?: number[], mean: number[], density?: number[] }} Bins
 * @typedef {{ params: Record<string, Bins>, expected: number, spread: number }} Estimates
 */

const WAIT = 30; // ms that a drag may go on before the server is asked again

/**
 * Ask again whenever the brushes, the target or the guidance change; one question at a time.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {(estimates: Estimates | null) => void} tell
 * @returns {(changes: Set<string>) => void}
 */
export function watchEstimates(workbench, tell) {
  let asked = '';
  let isBusy = false;
  let isStale = false;

  async function ask() {
    const target = workbench.asked;
    const { guidance } = workbench;
    if (!guidance) {
      asked = '';
      tell(null);
      return;
    }
    const brush = JSON.stringify(brushedParams(workbench));
    const question = JSON.stringify([target, brush, guidance.n_trials, guidance.fitted_at]);
    if (question === asked) return;
    if (isBusy) {
      isStale = true;
      return;
    }
    isBusy = true;
    asked = question;
    try {
      tell(await workbench.api.get('estimates', { target, brush }));
    } catch {
      tell(null); // the effects of the guidance are shown in their place
    }
    setTimeout(() => {
      isBusy = false;
      if (isStale) {
        isStale = false;
        ask();
      }
    }, WAIT);
  }

  return (changes) => {
    if (['selection', 'target', 'guidance'].some((change) => changes.has(change))) ask();
  };
}

/** Brushed ranges of parameters as the server reads them. @param {import('./workbench.js').Workbench} workbench */
export function brushedParams(workbench) {
  /** @type {[string, unknown][]} */
  const found = [];
  for (const [key, brush] of workbench.brushes) {
    if (!key.startsWith('p:')) continue;
    const ranges = brush.choices ?? brush.intervals ?? [];
    if (ranges.length) found.push([key.slice(2), ranges]);
  }
  return Object.fromEntries(found);
}

/**
 * Bins of one parameter: the estimates of the server, or the effect in the guidance.
 *
 * @param {Estimates | null} estimates
 * @param {any} guidance of the parameter, or null
 * @param {string} name
 * @returns {{ edges: number[], mean: number[] } | null}
 */
export function binsOf(estimates, guidance, name) {
  if (estimates && Object.hasOwn(estimates.params, name)) {
    const { edges, choices, mean } = estimates.params[name];
    if (edges) return { edges, mean };
    if (choices) return { edges: [-0.5, ...mean.map((_, i) => i + 0.5)], mean };
  }
  return guidance ? { edges: guidance.effect.edges, mean: guidance.effect.mean } : null;
}
