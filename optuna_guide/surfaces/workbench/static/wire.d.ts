/** Written by optuna_guide/surfaces/workbench/contract.py: change it there. */

/** What to do with a parameter. */
export interface Advice {
  /** What to do. */
  kind: 'narrow' | 'widen' | 'log' | 'freeze' | 'avoid' | 'none';
  /** The same in words. */
  text: string;
  /** What is kept (narrow, freeze) or left out (avoid). */
  range: Intervals | Choices | null;
  /** Which one to widen. */
  bound: 'low' | 'high' | null;
  /** Where the range is worse than the rest, such as optimizer = sgd; empty where nothing is known. */
  unless: string;
}

/** A file of a trial, where the dashboard serves it. */
export interface ArtifactAnswer {
  name: string;
  type: string;
  url: string;
}

/** Target of some trials. */
export interface BatchAnswer {
  numbers: number[];
  n: number;
  best: number | null;
  median: number | null;
  mean: number | null;
  std: number | null;
}

/** One of the best trials. */
export interface BestTrial {
  /** Trial number. */
  number: number;
  /** Of the target, as measured. */
  value: number;
  /** Internal values of the active parameters. */
  params: Record<string, number>;
  /** What it reached by each of the study's own objectives. */
  objectives: Record<string, number>;
  /** Value of the context within which it is one of the best; empty without one. */
  context: string;
}

/** Means of the target along a parameter: between the edges, or one for each choice. */
export interface BinsAnswer {
  mean: (number | null)[];
  spread: (number | null)[];
  density: number[];
  edges?: number[];
  choices?: number[];
}

/** What became of the trials with one choice that brings parameters with it. */
export interface Branch {
  /** The categorical parameter. */
  param: string;
  /** The choice as text. */
  choice: string;
  /** Parameters that are active with it, and not with every other one. */
  params: string[];
  /** Complete trials. */
  n_complete: number;
  /** Pruned trials. */
  n_pruned: number;
  /** Failed trials. */
  n_failed: number;
  /** Best value of the target; None where no trial has one. */
  best: number | null;
  /** Its trials on the Pareto front; None where the target is not the Pareto rank. */
  n_front: number | null;
}

/** A trial that could be run; sizes are shares of the parent's. */
export interface CandidateAnswer {
  kind: 'ablation' | 'path' | 'variation' | 'crafted' | 'repeat';
  params: Record<string, number>;
  change: string;
  changes: Change[];
  forecast: ExpectedOutcome | null;
  untold: string;
  tried: number[];
  size: Record<string, number>;
  verdict: string;
  is_new: boolean;
  merit: string;
  warnings: string[];
}

/** A column of the complete trials cut into cells; a code of 255 is none of them. */
export interface CellsAnswer {
  labels: string[];
  codes: Coded;
  ranges: RangeAnswer[];
}

/** A parameter that differs from the parent's. */
export interface Change {
  /** The parameter. */
  name: string;
  /** Internal value of the parent; None = inactive. */
  before: number | null;
  /** Internal value of the child; None = inactive. */
  after: number | null;
  /** Both, such as lr 0.1 → 0.01, + momentum 0.9 or − layer2_units. */
  text: string;
  /** Whether it only follows from another change, which opens or closes its branch. */
  follows: boolean;
}

/** Region and drawer after a change. */
export interface ChangedAnswer {
  current: RegionEntryAnswer | null;
  paused: boolean;
  proposed: RegionEntryAnswer | null;
  suggested: Record<string, RangeAnswer>;
  history: RegionEntryAnswer[];
  can_undo: boolean;
  next: NextAnswer;
  code: string;
  kept: number[];
}

/** A check of the search. */
export interface CheckAnswer {
  name: string;
  number: number | null;
  threshold: number;
  reason: string;
  sentence: string;
  state: 'flagged' | 'well' | 'unknown';
  counted: string;
}

/** What would become of a configuration, and which parameters it asks for. */
export interface CheckedAnswer {
  active: string[];
  problems: ProblemAnswer[];
  candidate: CandidateAnswer | null;
}

/** All checks, flagged ones first. */
export interface ChecksAnswer {
  checks: CheckAnswer[];
}

/** A trial that was made from another one. */
export interface ChildAnswer {
  number: number;
  parent: number;
  state: string;
  params: Record<string, number>;
  change: string;
  changes: Change[];
  origin: Origin | null;
  value: number | null;
  delta: Delta | null;
  as_expected: boolean | null;
  n_same: number;
  attributes: Record<string, number>;
  curve: SparkAnswer;
  seconds: number | null;
  pruned: PrunedAnswer | null;
}

/** A choice; what JSON does not know is tagged. */
export type Choice = null | boolean | number | string | { float: 'nan' | 'inf' | '-inf' } | { tuple: Choice[] } | { list: Choice[] } | { text: string };

/** A part of a categorical range: indices into the declared choices, ascending. */
export interface Choices {
  indices: number[];
}

/** A column: the kind of its numbers, and their little-endian bytes, place by place, in base64. */
export interface Coded {
  t: 'f64' | 'f32' | 'i32' | 'u8';
  b: string;
}

/** A column of texts. */
export interface CodesAnswer {
  labels: string[];
  codes: Coded;
}

/** What nobody would choose, such as the data set: no parameter to the models, never advised. */
export interface Context {
  /** Parameters and user attributes. */
  names: string[];
  /** Whether a person set them; else they were found by their names and values. */
  chosen: boolean;
  /** Those within which the target is given; empty where it is as measured. */
  within: string[];
  /** How it is given. "centred": minus the median of the trials with the same context; "min-max": their lowest as 0, their highest as 1; "ranks": the share of them that is lower, 0 to 1. None where within is empty. */
  how: 'centred' | 'min-max' | 'ranks' | null;
  /** Value of the context to its number of trials, for those with enough to be compared. */
  groups: Record<string, number>;
}

/** What nobody would choose, whether a person said so, and how values are to be given. */
export interface ContextsAnswer {
  names: string[];
  chosen: boolean;
  how: 'centred' | 'min-max' | 'ranks' | null;
}

/** How many trials of a follow-up study are copied. */
export interface CopiedAnswer {
  n: number;
  n_copied: number;
  error: string | null;
}

/** The same; None where they all are. */
export interface CopyingAnswer {
  copying: CopiedAnswer | null;
}

/** What was narrowed to, or suggested, from a trial on. */
export interface CorridorAnswer {
  start: number;
  version: number;
  kind: 'narrowed' | 'suggested';
  region: Record<string, RangeAnswer>;
}

/** What was reported step by step, and the share of its gain in the last quarter. */
export interface CurveAnswer {
  steps: number[];
  values: number[];
  gain: number | null;
}

/** Curves of some trials, in the order in which they were asked for. */
export interface CurvesAnswer {
  curves: ReportedAnswer[];
}

/** What a child has more than its parent, in units of the target. */
export interface Delta {
  /** Mean of the child's configuration less that of the parent's. */
  value: number;
  /** Lower end of its 95 % interval by the noise of repeated trials; None without any. */
  low: number | null;
  /** Upper end. */
  high: number | null;
  /** The difference in standard deviations of the noise. */
  in_noise: number | null;
  /** Whether the child is better; "unknown" without repeated trials. */
  verdict: 'better' | 'worse' | 'within noise' | 'unknown';
}

/** Everything about a trial. */
export interface DetailAnswer {
  number: number;
  state: string;
  values: (number | null)[] | null;
  params: Record<string, string>;
  constraints: Record<string, number | null>;
  started: string | null;
  ended: string | null;
  attributes: Record<string, unknown>;
  origin: Origin | null;
  artifacts: ArtifactAnswer[];
}

/** Some trials in detail, in the order in which they were asked for. */
export interface DetailsAnswer {
  trials: DetailAnswer[];
}

/** What an objective declared for a parameter. */
export type Distribution = { float: number[]; log: boolean; step: number | null } | { int: number[]; log: boolean; step: number | null } | { choices: Choice[] };

/** What became of one trial, or of what was to become one. */
export interface Done {
  /** The trial; None where none was made. */
  number: number | null;
  /** Its change, or what it is. */
  text: string;
  /** enqueued, cancelled, failed, or why nothing was done. */
  outcome: string;
  /** Whether what was asked for was done. */
  is_done: boolean;
}

/** Marginal of the forest along one parameter: the target averaged over everything else. */
export interface Effect {
  /** Middles of the cells. */
  x: number[];
  /** One more than the cells; half-integers around the index for choices. */
  edges: number[];
  /** Marginal of the averaged forest. */
  mean: number[];
  /** Standard deviation over the trees. It is no confidence interval. */
  spread: number[];
  /** Trials per cell. */
  counts: number[];
  /** The same as mean where the *other* parameters are in their promising ranges; None where no other one has a range. */
  promising: number[] | null;
}

/** Expected target under ranges, and along each axis under those of all others. */
export interface EstimatesAnswer {
  state: 'ready';
  target: string;
  direction: 'minimize' | 'maximize';
  expected: number | null;
  spread: number | null;
  n_inside: number;
  params: Record<string, BinsAnswer>;
}

/** What the trials in which the parameter was active say about its promising range. */
export interface Evidence {
  /** Trials inside the range. */
  n_inside: number;
  /** Trials in which the parameter was active. */
  n_active: number;
  /** Share of the trials inside that belong to the top decile of those in which it was active. */
  top_inside: number;
  /** The same outside; None where no trial lies outside. */
  top_outside: number | null;
  /** Share of the top decile that lies inside. */
  coverage: number;
  /** Overlap of the range with the EBM's better half of the axis, 0 to 1; None without an EBM. */
  agreement: number | null;
}

/** Whether guidance helped with a target. */
export interface EvidenceAnswer {
  evidence: NarrowingAnswer;
}

/** What is expected of a configuration before it runs, in units of the target. */
export interface ExpectedOutcome {
  /** Expected value. */
  value: number;
  /** Lower end of the interval that holds a trial of it with 95 %. */
  low: number;
  /** Upper end. */
  high: number;
  /** Expected value less that of the parent; None where there is no parent. */
  delta: number | null;
  /** Lower end of the interval that holds, with 95 %, what a trial of it has more than a trial of the parent. */
  delta_low: number | null;
  /** Upper end. */
  delta_high: number | null;
  /** Probability that it is worse than the parent, both without noise; None where nobody can say, as both may reach the same value, see may_tie. */
  p_worse: number | null;
}

/** Candidates that were made from a trial, and why of some parameters there is none. */
export interface ExperimentAnswer {
  kind: 'ablation' | 'path' | 'variation' | 'crafted' | 'repeat';
  parent: number;
  value: number;
  target: string;
  direction: 'minimize' | 'maximize';
  candidates: CandidateAnswer[];
  left_out: string[];
  notes: string[];
}

/** A trial and all that was made from it; sizes are those attributes that are costs. */
export interface FamilyAnswer {
  parent: number;
  value: number | null;
  n_same: number;
  attributes: Record<string, number>;
  sizes: string[];
  target: string;
  direction: 'minimize' | 'maximize';
  children: ChildAnswer[];
  descendants: ChildAnswer[];
  cancelled: number[];
  notes: string[];
}

/** A field of the form: internal value, whether it is asked for, and when. */
export interface FieldAnswer {
  name: string;
  value: number | null;
  active: boolean;
  where: string;
}

/** A tested sentence about some trials; of where trials fail, only the corrected p is known. */
export interface FindingAnswer {
  kind: string;
  sentence: string;
  effect: number;
  n: number;
  p_value: number | null;
  q_value: number;
  where: Record<string, RangeAnswer>;
}

/** What can be said about the trials. */
export interface FindingsAnswer {
  findings: FindingAnswer[];
  answers: QuestionAnswer[];
  target?: string;
}

/** The fields of a configuration, in the order of the study. */
export interface FormAnswer {
  fields: FieldAnswer[];
}

/** What the complete trials of a study teach about its parameters. */
export interface Guidance {
  /** The study. */
  study_name: string;
  /** Name of what is explained. */
  target: string;
  /** Which way the target is better. */
  direction: 'minimize' | 'maximize';
  /** Trials that the guidance rests on. */
  n_trials: number;
  /** Largest trial number among them. */
  last_trial: number;
  /** Finished trials of the study when it was fitted, whatever their state. */
  n_finished: number;
  /** ISO time in UTC. */
  fitted_at: string;
  /** How long the fit took. */
  seconds: number;
  /** What was random in the fit follows from it. */
  seed: number;
  /** How far to trust it. */
  trust: Trust;
  /** Most important first. */
  params: ParamGuidance[];
  /** Strongest interaction first. */
  pairs: PairGuidance[];
  /** Share of the variance that the forest does not explain, or explains by more than two parameters. */
  unexplained: number;
  /** Mean of the target as the EBM sees it; None without an EBM. */
  intercept: number | null;
  /** The best trials, best first; that of each context where values are given within one. */
  best: BestTrial[];
  /** Trials on the Pareto front; None where the target is not the Pareto rank. */
  n_front: number | null;
  /** Trials as good as the last of best, or better: where values tie, more than those that are shown, and which are is arbitrary; 0 = not counted, within a context. */
  n_best: number;
  /** Share of the top tenth that lies inside all promising ranges; None where there is no range. */
  kept_top: number | null;
  /** Parameters that trials had and the models do not see. */
  left_out: LeftOut[];
  /** Each choice that brings parameters with it; the best of a parameter first. */
  branches: Branch[];
  /** What nobody would choose; None where there is nothing of the kind. */
  context: Context | null;
  /** How many trials the models see as better than they are, and where; empty where none. */
  cut: string;
  /** What a reader should know. */
  notes: string[];
  /** Counts the refits of a study; 0 = not stored. */
  version: number;
  schema: number;
}

/** How far the fit is, and the guidance where the page does not have it: same. */
export interface GuidanceAnswer {
  state: 'ready' | 'not_ready' | 'fitting' | 'failed';
  tag: string;
  n_known: number;
  n_finished: number;
  fitting: boolean;
  seconds: number | null;
  expected: number;
  reason: string | null;
  n_missing?: number | null;
  same?: true;
  guidance?: Guidance | null;
  terms?: Record<string, TermAnswer>;
}

/** Past versions of the guidance, corridors, and how to read what the sampler does. */
export interface HistoryAnswer {
  versions: VersionSummary[];
  corridors: CorridorAnswer[];
  sampler: string;
}

/** A part of a numeric range: disjoint closed intervals, ascending, in its own units. */
export interface Intervals {
  intervals: [number, number][];
}

/** Numbers of the trials in the drawer. */
export interface KeptAnswer {
  kept: number[];
}

/** A context, or a user attribute that is a text or a flag. */
export interface LabelAnswer {
  labels: string[];
  codes: Coded;
  name: string;
  is_context: boolean;
}

/** One block of a stack. */
export interface Layer {
  /** The number in its names. */
  index: number;
  /** Name of the parameter that chooses what it is; empty = none. */
  type: string;
  /** Name of the one that says how large it is. */
  size: string;
  /** Name of the one that says what share of it is left out. */
  dropout: string;
  /** Names of all others. */
  others: string[];
}

/** A parameter that trials had and the models do not see. */
export interface LeftOut {
  /** The parameter. */
  name: string;
  /** Declared distribution, the widest where it changed. */
  distribution: Distribution;
  /** Why, such as never varied. */
  reason: string;
  /** The part of another parameter in which this one is active; empty where it always is, or nothing tells. */
  where: Record<string, Intervals | Choices>;
}

/** Numbers and places of trials, and the share of the distances that the axes show. */
export interface MapAnswer {
  numbers: Coded;
  x: Coded;
  y: Coded;
  share: number;
}

/** Whether guidance helped. */
export interface NarrowingAnswer {
  target: string;
  before: BatchAnswer;
  guided: BatchAnswer;
  explored: BatchAnswer;
  p_before: number | null;
  p_explored: number | null;
  beats_explored: number | null;
  interval: [number, number] | null;
  improvements_guided: number | null;
  improvements_explored: number | null;
  versions: VersionEvidenceAnswer[];
  summary: string;
}

/** A trial that is near to a configuration. */
export interface NeighbourAnswer {
  number: number;
  distance: number;
  value: number | null;
}

/** What the next trial keeps to: who set it and when, since which trial, how to guide it. */
export interface NextAnswer {
  kind: 'confined' | 'guided' | 'modelled' | 'free' | 'paused';
  is_guided: boolean;
  said: string;
  who: string;
  at: string;
  since: number | null;
  advice: string;
  running: string;
}

/** A follow-up study that was created. */
export interface NextStudyAnswer {
  id: number;
  name: string;
  n: number;
  n_copied: number;
  error: string | null;
}

/** There are no models yet. */
export interface NotReadyAnswer {
  state: 'not_ready';
  reason: string;
}

/** Why a trial was asked for. */
export interface Origin {
  /** ablation, path, variation, crafted or repeat. */
  kind: string;
  /** What differs from the parent, in words. */
  change: string;
  /** Who asked; empty where nobody said. */
  author: string;
  /** Why, in a person's words. */
  comment: string;
  /** ISO time in UTC. */
  at: string;
  /** What was expected, by name. */
  target: string;
  /** Expected target; None where it could not be told. */
  expected: number | null;
  /** Lower end of its interval. */
  low: number | null;
  /** Upper end. */
  high: number | null;
  /** Expected target less the parent's. */
  delta: number | null;
  /** Lower end of its interval. */
  delta_low: number | null;
  /** Upper end. */
  delta_high: number | null;
}

/** Interaction of two parameters. */
export interface PairGuidance {
  /** The two parameters, the more important first. */
  names: [string, string];
  /** Variance share of the interaction alone, scaled by the out-of-bag R2. */
  share: number;
  /** Standard deviation of that share over the trees. */
  spread: number;
  /** Mean absolute score of the EBM's pair term; None where the EBM has no such term. */
  importance_ebm: number | null;
  /** That both add up, by an F test on the trials, times the number of all pairs; None beyond the strongest ones. */
  p_value: number | null;
  /** Marginal of the forest; None beyond the strongest pairs. */
  surface: Surface | null;
  /** The EBM's main + main + pair; None where it has no such term. */
  ebm_surface: Surface | null;
}

/** A parameter: a number has ends, others have choices, each with a letter; NaN = inactive. */
export interface ParamAnswer {
  name: string;
  kind: 'float' | 'int' | 'categorical';
  log: boolean;
  values: Coded;
  cells: CellsAnswer;
  low?: number;
  high?: number;
  step?: number | null;
  choices?: string[];
  letters?: string[];
}

/** What was learnt about one parameter. */
export interface ParamGuidance {
  /** The parameter. */
  name: string;
  /** Declared distribution, the widest where it changed. */
  distribution: Distribution;
  /** Its part of the explained variance; all parameters sum to 1. An interaction counts half for each partner (Shapley effect up to pairs; Owen 2014). */
  importance: number;
  /** Variance share of the main effect alone, scaled by the out-of-bag R2 (fANOVA; Hutter et al. 2014). */
  share: number;
  /** Standard deviation of that share over the trees. It is no confidence interval. */
  spread: number;
  /** Importance for reaching the top, normalised: the fANOVA of the better half of the losses. */
  importance_top: number;
  /** PED-ANOVA of the top decile, normalised (Watanabe et al. 2023). */
  importance_ped: number;
  /** Mean absolute score of the EBM's terms, normalised; None without an EBM. */
  importance_ebm: number | null;
  /** Share of the trials in which it was active. */
  active_share: number;
  /** Where the best trials lie; None while the gate is closed or where nothing is narrower than the range. */
  promising: Intervals | Choices | null;
  /** What supports promising. */
  evidence: Evidence | null;
  /** What to do. */
  advice: Advice;
  /** Marginal of the forest. */
  effect: Effect;
  /** Shape function of the EBM; None without one. */
  shape: Shape | null;
  /** The part of another parameter in which this one is active; empty where it always is, or nothing tells. */
  where: Record<string, Intervals | Choices>;
}

/** Parameters that came later, in their order; none where the trials have another tag now. */
export interface ParamsAnswer {
  tag: string;
  params: ParamAnswer[];
}

/** A part of the verdict: a question, its answer in a few words, and what stands behind it. */
export interface PartAnswer {
  topic: 'trust' | 'matters' | 'try' | 'search';
  question: string;
  said: string;
  more: string;
}

/** The way from the defaults to a trial; interactions are gains that do not add up. */
export interface PathAnswer {
  state: 'ready';
  start: StartAnswer;
  steps: StepAnswer[];
  interactions: string[];
  notes: string[];
}

/** A map of trials; None where there is none. */
export interface PlacedAnswer {
  map: MapAnswer | null;
}

/** What is expected of a configuration; None where the trials do not tell. */
export interface PredictionAnswer {
  state: 'ready';
  target: string;
  direction: 'minimize' | 'maximize';
  forecast: ExpectedOutcome | null;
  untold: string;
  nearest: NeighbourAnswer[];
  extrapolates: boolean;
  reasons: string[];
  conditions: Record<string, string>;
  inactive: string[];
  unmodelled: string[];
}

/** What a region would keep, the median that its trials reached, and what is predicted. */
export interface PreviewAnswer {
  state: 'ready';
  n: number;
  n_inside: number;
  top_share: number;
  top_inside: number | null;
  median: number | null;
  expected: number | null;
  spread: number | null;
  everywhere: number | null;
  code: string;
}

/** Why a value cannot be run; no name = the whole configuration. */
export interface ProblemAnswer {
  name: string;
  text: string;
}

/** How a pruned child stood beside its parent at its last step. */
export interface PrunedAnswer {
  step: number;
  value: number;
  parent_value: number;
  delta: number;
  lost: boolean;
}

/** A question, and its answer in one sentence. */
export interface QuestionAnswer {
  question: string;
  sentence: string;
}

/** What waits, in the order in which it will run, and what runs. */
export interface QueueAnswer {
  waiting: QueuedAnswer[];
  running: QueuedAnswer[];
  seconds_each: number | null;
  is_watched: boolean;
  is_stopping: boolean;
  hints: string[];
}

/** A trial that waits or runs. */
export interface QueuedAnswer {
  number: number;
  state: 'waiting' | 'running';
  parent: number | null;
  text: string;
  origin: Origin | null;
  curve: SparkAnswer;
  progress: number | null;
  seconds: number | null;
  is_silent: boolean;
}

/** What was done, trial by trial, and the queue after it. */
export interface QueuedNowAnswer {
  waiting: QueuedAnswer[];
  running: QueuedAnswer[];
  seconds_each: number | null;
  is_watched: boolean;
  is_stopping: boolean;
  hints: string[];
  steps: Done[];
}

/** A part of a parameter's range: closed intervals, or indices of choices. */
export interface RangeAnswer {
  intervals?: [number, number][];
  choices?: number[];
}

/** What is answered on each path that is read. */
export interface Reads {
  trials: TrialsAnswer | SameAnswer;
  params: ParamsAnswer;
  guidance: GuidanceAnswer;
  curves: CurvesAnswer;
  tracks: TracksAnswer;
  details: DetailsAnswer;
  estimates: EstimatesAnswer | NotReadyAnswer;
  subset: SubsetAnswer | NotReadyAnswer;
  predict: PredictionAnswer | NotReadyAnswer;
  verdict: VerdictAnswer;
  findings: FindingsAnswer;
  diagnostics: ChecksAnswer;
  history: HistoryAnswer;
  evidence: EvidenceAnswer;
  configuration_map: PlacedAnswer;
  prediction_map: PlacedAnswer;
  region: RegionAnswer;
  'region/preview': PreviewAnswer | UnseenAnswer;
  kept: KeptAnswer;
  copying: CopyingAnswer;
  'experiments/queue': QueueAnswer;
  'experiments/children': FamilyAnswer;
  'experiments/ablations': ExperimentAnswer;
  'experiments/variations': ExperimentAnswer;
  'experiments/path': PathAnswer | NotReadyAnswer;
  'experiments/form': FormAnswer;
  'experiments/check': CheckedAnswer;
}

/** The region now, what is suggested, and what held before. */
export interface RegionAnswer {
  current: RegionEntryAnswer | null;
  paused: boolean;
  proposed: RegionEntryAnswer | null;
  suggested: Record<string, RangeAnswer>;
  history: RegionEntryAnswer[];
  can_undo: boolean;
  next: NextAnswer;
  code: string;
}

/** A region that was set, by a person or by the model. */
export interface RegionEntryAnswer {
  source: string;
  author: string | null;
  comment: string;
  paused: boolean;
  cleared: boolean;
  restores: number | null;
  at: string;
  version: number;
  region: Record<string, RangeAnswer>;
  trials: [number, number] | null;
}

/** Intermediate values of a trial, and the lists among its attributes. */
export interface ReportedAnswer {
  steps: number[];
  values: number[];
  gain: number | null;
  number: number;
  series: Record<string, CurveAnswer>;
}

/** The page has these rows. */
export interface SameAnswer {
  same: true;
  tag: string;
  n: number;
}

/** Shape function of an EBM main term: what a value adds to the mean target. */
export interface Shape {
  /** Bin edges, one more than the bins; half-integers around the index for choices. */
  edges: number[];
  /** What each bin adds to the intercept. */
  score: number[];
  /** Standard deviation of the score over the outer bags. */
  error: number[];
  /** Trials per bin, of those that the EBM was fitted to. */
  counts: number[];
  /** Score of trials in which the parameter is inactive; None where it never is. */
  inactive: number | null;
  /** Part of the range whose score is clearly worse than the mean, and whose trials are so where the other parameters are promising; None where there is none. */
  avoid: Intervals | Choices | null;
}

/** Skill of the forest on n of the trials, means over resamples. */
export interface SkillPoint {
  /** Number of trials. */
  n: number;
  /** Rank correlation of predictions with the target, on trials that the forest did not see. */
  spearman: number;
  /** Its standard deviation over the resamples. */
  spearman_std: number;
  /** Coefficient of determination, pooled. */
  r2: number;
  /** Mean squared error in squared target units, outliers clipped. */
  mse: number;
  /** Mean reciprocal rank of the best trial among the predicted ones. */
  mrr: number;
}

/** Reported values by step. */
export interface SparkAnswer {
  steps: number[];
  values: (number | null)[];
}

/** Layers whose names begin alike, in the order of their indices. */
export interface Stack {
  /** What stands before the index. */
  prefix: string;
  /** Two at least. */
  layers: Layer[];
}

/** Where a path begins. */
export interface StartAnswer {
  candidate: CandidateAnswer;
  value: number | null;
  measured: number | null;
}

/** A step of a path. */
export interface StepAnswer {
  candidate: CandidateAnswer;
  value: number | null;
  measured: number | null;
  names: string[];
  gain: number | null;
}

/** The study that an answer is about. */
export interface StudyAnswer {
  id: number;
  name: string;
}

/** Share of the variance that some parameters explain together, and each alone added up. */
export interface SubsetAnswer {
  state: 'ready';
  params: string[];
  share: number;
  alone: number;
}

/** Target over two parameters; rows follow the first one. */
export interface Surface {
  /** Middles of the cells along the first parameter. */
  x: number[];
  /** Middles of the cells along the second parameter. */
  y: number[];
  /** Main + main + interaction, in the target's units. */
  total: number[][];
  /** The interaction alone. */
  interaction: number[][];
}

/** A target: NaN = the trial has none; rank 0 = best, -1 = none. */
export interface TargetAnswer {
  name: string;
  title: string;
  kind: 'objective' | 'pareto_rank' | 'duration' | 'attribute';
  direction: 'minimize' | 'maximize';
  constrained: boolean;
  is_size: boolean;
  values: Coded;
  rank: Coded;
  reach: [number, number] | null;
  cells: CellsAnswer;
}

/** The forest beside a main term of the EBM: its curve, shifted to the mean of the trials. */
export interface TermAnswer {
  forest: number[];
  note: string;
}

/** Some points of the curves of all trials; track i is that of trial number[i]. */
export interface TracksAnswer {
  number: Coded;
  starts: Coded;
  steps: Coded;
  steps_known: Coded;
  best: Coded;
}

/** The trials from a row on; of what hangs on all trials, all of them. */
export interface TrialsAnswer {
  study: StudyAnswer;
  tag: string;
  n: number;
  from: number;
  settled: number;
  params: ParamAnswer[];
  later: number[];
  blocks: (string | Stack)[];
  targets: TargetAnswer[];
  default_target: string;
  states: string[];
  number: Coded;
  state: Coded;
  generation: Coded;
  parent: Coded;
  rung: Coded;
  version: Coded;
  last_step: Coded;
  last_value: Coded;
  feasible: Coded;
  batch: Coded;
  bracket: Coded;
  decision: CodesAnswer;
  sampler: CodesAnswer;
  labels: LabelAnswer[];
  contexts: ContextsAnswer;
}

/** How far the guidance can be trusted. */
export interface Trust {
  /** Whether suggestions are shown and applied. */
  is_open: boolean;
  /** What is predicted. "values": ranks and values; "ranks": the order alone; "closed": neither. */
  state: 'values' | 'ranks' | 'closed';
  /** One sentence that says why, or what is missing. */
  reason: string;
  /** Out-of-bag rank correlation of the forest. */
  spearman: number;
  /** Its one-sided 95 % lower bound; the gate opens above threshold. */
  spearman_lower: number;
  /** What the lower bound has to exceed. */
  threshold: number;
  /** Pooled out-of-bag R2 of the forest, outliers clipped. */
  r2: number;
  /** Pooled cross-validated R2 of a linear model, the baseline. */
  r2_linear: number;
  /** Pooled cross-validated R2 of the EBM; None without one. */
  r2_ebm: number | null;
  /** Pooled out-of-bag mean squared error, in squared target units. */
  mse: number;
  /** Median of the absolute out-of-bag errors, in target units. */
  typical_error: number;
  /** Reciprocal rank of the truly best trial in the out-of-bag order. */
  mrr: number;
  /** Distinct configurations that the skill was measured on. */
  n_trials: number;
  /** Trials that are probably missing until the gate opens; 0 where it is open, None where nobody can tell. */
  n_missing: number | null;
  /** How concentrated the sampling is, 0 (uniform) to 1: mean Jensen-Shannon distance of the parameters from uniform. */
  skew: number;
  /** Skill against the number of trials. */
  curve: SkillPoint[];
}

/** The same without models. */
export interface UnseenAnswer {
  state: 'not_ready';
  reason: string;
  code: string;
}

/** What a person wants to know first; the warning is empty where nothing is flagged. */
export interface VerdictAnswer {
  parts: PartAnswer[];
  warning: string;
  is_checked: boolean;
}

/** Trials that one proposal guided, against those before the first one. */
export interface VersionEvidenceAnswer {
  version: number;
  after: BatchAnswer;
  p_value: number | null;
}

/** One version of a study's guidance in brief; numbers are rounded. */
export interface VersionSummary {
  /** Counts the refits of the study. */
  version: number;
  /** Trials that it rests on. */
  n_trials: number;
  /** Finished trials of the study when it was fitted. */
  n_finished: number;
  /** Largest trial number that it rests on. */
  last_trial: number;
  /** ISO time in UTC. */
  fitted_at: string;
  /** Name of what is explained. */
  target: string;
  /** Whether suggestions were shown. */
  is_open: boolean;
  /** Out-of-bag rank correlation. */
  spearman: number;
  /** Its lower bound, which the gate looks at. */
  spearman_lower: number;
  /** Parameter to importance, most important first. */
  importances: Record<string, number>;
  /** Parameter to promising range, where it has one. */
  promising: Record<string, Intervals | Choices>;
}

/** What is answered on each path that changes something. */
export interface Writes {
  region: ChangedAnswer;
  'region/clear': ChangedAnswer;
  'region/pause': ChangedAnswer;
  'region/resume': ChangedAnswer;
  'region/undo': ChangedAnswer;
  kept: ChangedAnswer;
  context: ChangedAnswer;
  direction: ChangedAnswer;
  next_study: NextStudyAnswer;
  'experiments/enqueue': QueuedNowAnswer;
  'experiments/repeat': QueuedNowAnswer;
  'experiments/cancel': QueuedNowAnswer;
  'experiments/reorder': QueuedNowAnswer;
  'experiments/stop': QueuedNowAnswer;
  'experiments/fail': QueuedNowAnswer;
}
