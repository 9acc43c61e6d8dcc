/** What becomes of the models of rcf-score when its settings change. */
import assert from 'node:assert/strict';
import { RandomCutForest, withTimeDecay } from '../../lib/random-cut-forest';
import type { Found } from '../../nodes/rcf-score/generations';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import { settings } from '../../nodes/rcf-score/settings';
import { KeptParts } from '../helpers/KeptParts';
import { noise } from '../helpers/noise';
import { feed, ScorerBench, seen, small } from '../helpers/ScorerBench';

describe('rcf-score under other settings', () => {
  let bench: ScorerBench;
  beforeEach(() => (bench = new ScorerBench()));
  afterEach(() => bench.close());

  const foundWith = (config: object) => {
    const all: Found[] = [];
    const scorer = bench.restarted(config, { found: (found) => all.push(found) });
    assert.equal(all.length, 1);
    return { scorer, found: all[0]! };
  };

  it('keeps models that the change does not matter to', () => {
    const scorer = bench.scorer();
    feed(scorer, 'a', 3);
    bench.kept.take(scorer);
    const { found, scorer: again } = foundWith({
      maxKeys: 5,
      missing: 'skip',
      maxMemory: 7,
      timeDecay: 77,
    });
    assert.deepEqual(found, { models: 'kept', count: 1 });
    assert.equal(seen(again, 'a'), 4);
  });

  it('says which settings were changed, from what to what', () => {
    const scorer = bench.scorer({ fields: ['x'] });
    feed(scorer, 'a');
    bench.kept.take(scorer);
    assert.deepEqual(foundWith({ numberOfTrees: 3, fields: ['y'] }).found, {
      models: 'set-aside',
      count: 1,
      changes: [
        { setting: 'fields', from: ['x'], to: ['y'] },
        { setting: 'numberOfTrees', from: 5, to: 3 },
      ],
    });
  });

  it('sets models aside as they are, one generation of them, and takes them back', () => {
    const trees = (numberOfTrees: number) => ({ numberOfTrees });
    const first = bench.scorer(trees(1));
    feed(first, 'a', 2001);
    feed(first, 'b', 30);
    feed(first, 'c', 30);
    bench.kept.take(first);
    feed(first, 'b', 5);
    bench.kept.take(first);
    const expected = ['a', 'b'].map((topic) => feed(first, topic, 20));

    const second = foundWith(trees(2));
    assert.deepEqual([second.found.models, second.found.count], ['set-aside', 3]);
    assert.equal(seen(second.scorer, 'a'), 1);
    bench.kept.take(second.scorer);
    assert.deepEqual([...bench.kept.parts.keys()].sort(), ['before/a', 'before/b', 'before/c', 'now/a']);

    const back = foundWith(trees(1));
    assert.deepEqual(back.found, { models: 'taken-back', count: 3 });
    assert.deepEqual(feed(back.scorer, 'a', 20), expected[0]);
    bench.kept.take(back.scorer);
    // From the checkpoint in which the models had been exchanged, with what one had learned since.
    assert.deepEqual([...bench.kept.parts.keys()].sort(), ['before/a', 'now/a', 'now/b', 'now/c']);
    const again = foundWith(trees(1));
    assert.deepEqual(again.found, { models: 'kept', count: 3 });
    assert.deepEqual(feed(again.scorer, 'b', 20), expected[1]);

    const third = foundWith(trees(3)).scorer;
    assert.equal(seen(third, 'a'), 1);
    bench.kept.take(third);
    assert.deepEqual([...bench.kept.parts.keys()].sort(), ['before/a', 'before/b', 'before/c', 'now/a']);
    assert.deepEqual(foundWith(trees(2)).found.models, 'set-aside');
  });

  it('has models wait through a checkpoint in which nothing learned', () => {
    const first = bench.scorer();
    feed(first, 'a', 3);
    bench.kept.take(first);
    bench.kept.take(bench.restarted({ seed: 1 }));
    assert.deepEqual([...bench.kept.parts.keys()], ['before/a']);
    assert.equal(foundWith({ seed: 2 }).found.models, 'kept');
    const { scorer, found } = foundWith({});
    assert.deepEqual(found, { models: 'taken-back', count: 1 });
    assert.equal(seen(scorer, 'a'), 4);
    bench.kept.take(scorer);
    assert.deepEqual([...bench.kept.parts.keys()], ['now/a']);
    assert.equal(seen(bench.restarted(), 'a'), 5);
  });

  it('sets nothing aside before a checkpoint says so', () => {
    const first = bench.scorer();
    feed(first, 'a', 3);
    bench.kept.take(first);
    feed(bench.restarted({ seed: 1 }), 'a', 3);
    assert.equal(seen(bench.restarted(), 'a'), 4);
  });

  it('forgets at the new rate from the change on, whatever it had learned before and wherever it lay', () => {
    const numbers = (count: number, seed: number) => {
      const random = noise(seed);
      return Float64Array.from({ length: 2 * count }, () => random());
    };
    const options = { ...settings.parse(small), dimensions: 2 };
    for (const before of [30, 2001, 2600]) {
      const first = bench.scorer();
      bench.kept = new KeptParts();
      for (let done = 0; done < before; done += 1001) {
        feed(first, 'a', Math.min(1001, before - done), done);
        bench.kept.take(first);
      }
      const old = new RandomCutForest(options);
      for (let done = 0; done < before; done += 1001) {
        const records = numbers(Math.min(1001, before - done), done);
        old.scoreAndUpdateAll(records, new Float64Array(records.length / 2));
      }
      const forest = RandomCutForest.from(withTimeDecay(old.snapshot(), 50));
      const expected = new Float64Array(150);
      forest.scoreAndUpdateAll(numbers(150, 9), expected);
      const rest = new Float64Array(40);
      forest.scoreAndUpdateAll(numbers(40, 10), rest);

      const scores = (outcomes: readonly unknown[]) => outcomes.map((outcome) => (outcome as Anomaly).score);
      const second = bench.restarted({ timeDecay: 50 });
      assert.deepEqual(scores(feed(second, 'a', 150, 9)), [...expected]);
      bench.kept.take(second);
      assert.deepEqual(scores(feed(bench.restarted({ timeDecay: 50 }), 'a', 40, 10)), [...rest]);
    }
  });
});
