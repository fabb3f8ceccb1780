/** The rows of the importances: parameters and pairs by one of five measures, sorted. */

/**
 * @typedef {import('../../wire.js').Guidance} Guidance
 * @typedef {import('../../wire.js').ParamGuidance} ParamGuidance
 * @typedef {import('../../wire.js').PairGuidance} PairGuidance
 * @typedef {{ names: string[], value: number, spread: number, of: string }} Row
 */

/** @type {Record<string, { text: string, of: string, main: (p: ParamGuidance) => number | null, pair: ((p: PairGuidance, explained: number) => number | null) | null }>} */
export const MEASURES = {
  importance: {
    text: 'importance, of what is explained',
    of: 'of what is explained',
    main: (p) => p.importance,
    pair: shareOfPair,
  },
  variance: { text: 'alone, of the variance', of: 'of the variance', main: (p) => p.share, pair: (p) => p.share },
  top: { text: 'for reaching the top', of: 'of what is explained among the better half', main: (p) => p.importance_top, pair: null },
  ped: { text: 'PED-ANOVA, top tenth', of: 'of what sets the top tenth apart', main: (p) => p.importance_ped, pair: null },
  ebm: { text: 'EBM, mean |score|', of: 'of what the terms of the EBM move', main: (p) => p.importance_ebm, pair: (p) => p.importance_ebm },
};

/** Share of what is explained, beyond what each of the two explains alone. @param {PairGuidance} pair @param {number} explained */
export function shareOfPair({ share }, explained) {
  return share / Math.max(explained, share, 1e-9);
}

/**
 * @param {Guidance} guidance
 * @param {string} measure
 * @returns {Row[]}
 */
export function rowsOf({ params, pairs, unexplained }, measure) {
  const { main, pair, of } = MEASURES[measure];
  const spread = (/** @type {{ spread: number }} */ p) => (measure === 'variance' ? p.spread : 0);
  const found = [
    ...params.map((p) => ({ names: [p.name], value: main(p) ?? NaN, spread: spread(p), of })),
    ...(pair
      ? pairs.map((p) => ({ names: p.names, value: pair(p, 1 - unexplained) ?? NaN, spread: spread(p), of }))
      : []),
  ];
  return found
    .filter(({ value, names }) => value > 0 || (names.length === 1 && !Number.isNaN(value)))
    .sort((one, other) => other.value - one.value);
}
