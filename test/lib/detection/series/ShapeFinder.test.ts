import assert from 'node:assert/strict';
import { ShapeFinder } from '../../../../lib/detection/series/ShapeFinder';
import { noise } from '../../../helpers/noise';
import { plantedSeries } from '../../../helpers/plantedSeries';
import { shapes } from '../../../helpers/shapes';

describe('the shape of a series', () => {
  /** Feeds values in. @returns how often the shape became another one */
  const feed = (finder: ShapeFinder, values: readonly number[]) =>
    values.filter((value) => finder.learn(value)).length;

  for (const [shape, kinds] of [
    ['skewed', ['bytes, lognormal', 'bytes, Pareto', 'bytes by day']],
    ['sparse', ['rare events', 'clustered counts', 'bursts of errors', 'orders of a small shop']],
    ['plain', ['ratio of counts', 'normal noise', 'counts of twenty']],
  ] as const) {
    for (const kind of kinds) {
      it(`is ${shape} of ${kind}, whatever happens in between`, () => {
        const finder = new ShapeFinder();
        const changes = feed(finder, plantedSeries(kind, 2).values);
        assert.equal(finder.shape, shape);
        assert.ok(changes <= 1, `${changes} changes`);
      });
    }
  }

  for (const [name, shape] of Object.entries(shapes)) {
    if (name === 'lognormal' || name === 'sparse counts') continue;
    it(`is plain of ${name}, at all times`, () => {
      const finder = new ShapeFinder();
      const next = shape(3);
      assert.equal(feed(finder, Array.from({ length: 10_000 }, next)), 0);
      assert.equal(finder.shape, 'plain');
    });
  }

  it('becomes another when the series plainly is', () => {
    const finder = new ShapeFinder();
    const random = noise(5);
    feed(
      finder,
      Array.from({ length: 1000 }, () => 100 + random()),
    );
    assert.equal(finder.shape, 'plain');
    feed(
      finder,
      Array.from({ length: 10_000 }, () => Math.exp(10 + 2 * random())),
    );
    assert.equal(finder.shape, 'skewed');
    assert.ok(finder.small < finder.middle);
    feed(
      finder,
      Array.from({ length: 10_000 }, (_, i) => (i % 20 === 0 ? 1 : 0)),
    );
    assert.equal(finder.shape, 'sparse');
  });

  it('is plain for ever once a value was negative', () => {
    const finder = new ShapeFinder();
    finder.learn(-1);
    feed(finder, new Array<number>(1000).fill(0));
    assert.equal(finder.shape, 'plain');
  });

  it('goes on from its state', () => {
    const { values } = plantedSeries('bytes by day', 3);
    const original = new ShapeFinder();
    feed(original, values.slice(0, 3000));
    const copy = new ShapeFinder(original.state());
    for (const each of [original, copy]) feed(each, values.slice(3000, 6000));
    assert.deepEqual(copy.state(), original.state());
  });
});
