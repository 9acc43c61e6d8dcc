export { RandomCutForest } from './RandomCutForest';
export { ln1p } from './deterministicMath';
export { defaultOptions, type ForestOptions } from './options';
