export { RandomCutForest } from './RandomCutForest';
export { ln1p } from './deterministicMath';
export type { ForestOptions } from './options';
