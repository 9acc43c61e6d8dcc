export { RandomCutForest } from './RandomCutForest';
export { applyChanges, changesBetween } from './changes';
export { withTimeDecay } from './withTimeDecay';
export { expm1, ln1p } from './deterministicMath';
export type { ForestOptions } from './options';
export type { Estimate } from './Imputer';
export type { Expectation, ExpectationOptions } from './Inquiry';
export type { Neighbour } from './neighbours';
