import assert from 'node:assert/strict';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import type { ForestState } from '../../../lib/random-cut-forest/ForestState';
import { noise, uniformNoise } from '../../helpers/noise';
import { assertInvariants } from './invariants';

/** Bare nodes of a forest in full swing: how many stand above two leaves, and how many above something else. */
function bareNodes(
  kernel: 'compiled' | 'plain',
  next: () => number,
): { aboveLeaves: number; others: number } {
  const options = { dimensions: 6, numberOfTrees: 10, subSampleSize: 128, timeDecay: 500 };
  const forest = new RandomCutForest(options, kernel);
  for (let i = 0; i < 2000; i++) forest.update(Array.from({ length: 6 }, next));
  assertInvariants(forest);
  const { state } = forest as unknown as { state: ForestState };
  const count = { aboveLeaves: 0, others: 0 };
  const visit = (link: number) => {
    if (link < 0) return;
    const [left, right] = [state.node[4 * link]!, state.node[4 * link + 1]!];
    if (state.boxAt(link) < 0) count[left < 0 && right < 0 ? 'aboveLeaves' : 'others']++;
    visit(left);
    visit(right);
  };
  for (const root of state.root) visit(root);
  return count;
}

for (const kernel of ['compiled', 'plain'] as const) {
  describe(`the nodes without a box: ${kernel}`, () => {
    it('stand above two leaves, but for a few', () => {
      const { aboveLeaves, others } = bareNodes(kernel, noise(1));
      // 28 of 127 nodes in each of ten trees.
      assert.ok(aboveLeaves + others >= 270, `${aboveLeaves + others} nodes without a box`);
      assert.ok(others < 0.08 * aboveLeaves, `${others} against ${aboveLeaves} above two leaves`);
    });

    it('are fit for trees that are like chains, too', () => {
      const random = uniformNoise(2);
      const { aboveLeaves, others } = bareNodes(kernel, () => Math.exp(40 * random()));
      assert.ok(others < 0.1 * aboveLeaves, `${others} against ${aboveLeaves} above two leaves`);
    });
  });
}
