import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { slice, Slices } from '../../../lib/node-red/Slices';
import type { Steps } from '../../../lib/steps/Steps';
import { until } from '../../helpers/until';

describe('slices', () => {
  let seen: string[];
  let calledBack: Set<object>;
  let works: number;
  let states: { underWay: Promise<void> | undefined };
  let slices: Slices;

  beforeEach(() => {
    seen = [];
    calledBack = new Set();
    works = 0;
    states = { underWay: undefined };
    slices = new Slices(states, (msg) => {
      works++;
      return {
        goOn(part) {
          if (calledBack.has(msg)) return false;
          part();
          return true;
        },
        end: () => void works--,
      };
    });
  });

  /** So many slices of work, each with its trace. */
  function* work(name: string, count: number): Steps {
    for (let at = 0; at < count; at++) {
      seen.push(`${name}${at}`);
      yield slice;
    }
  }
  // eslint-disable-next-line require-yield -- it fails before
  function* failing(): Steps {
    throw new Error('no');
  }
  const settled = (message: string) =>
    until(
      () => seen.includes(message),
      () => message,
    );

  it('do at once what is less than one', () => {
    function* little(): Steps {
      yield slice - 1;
      seen.push('little');
    }
    assert.equal(slices.run({}, little()), undefined);
    assert.deepEqual(seen, ['little']);
    assert.equal(works, 0);
  });

  it('give others a turn after each', async () => {
    const all = slices.run({}, work('a', 3));
    void setImmediate().then(() => seen.push('other'));
    await all;
    assert.deepEqual(seen, ['a0', 'a1', 'other', 'a2']);
  });

  it('do the work of messages in their order, small ones too, also when one fails', async () => {
    const first = slices.run({}, work('a', 3));
    const failed = slices.run({}, failing());
    const last = slices.run({}, work('b', 1));
    await first;
    await assert.rejects(failed as Promise<void>, /no/);
    await last;
    assert.deepEqual(seen, ['a0', 'a1', 'a2', 'b0']);
    assert.equal(works, 0);
  });

  it('throw at once what fails at once', () => {
    assert.throws(() => slices.run({}, failing()), /no/);
    assert.equal(works, 0);
  });

  it('say that they are under way until all is done, and let a checkpoint come before what is next', async () => {
    const first = slices.run({}, work('a', 3));
    const next = slices.run({}, work('b', 2));
    assert.ok(states.underWay);
    await states.underWay;
    assert.deepEqual(seen, ['a0', 'a1', 'a2']);
    assert.equal(states.underWay, undefined);
    await Promise.all([first, next]);
    assert.equal(states.underWay, undefined);
  });

  it('give up the work of a message that was called back, begun or not, and go on with others', async () => {
    const [begun, waiting] = [{}, {}];
    const ends: string[] = [];
    void slices.run(begun, work('a', 3))!.then(() => ends.push('begun'));
    void slices.run(waiting, work('b', 3))!.then(() => ends.push('waiting'));
    const other = slices.run({}, work('c', 2));
    calledBack.add(begun).add(waiting);
    await other;
    assert.deepEqual(seen, ['a0', 'c0', 'c1']);
    assert.deepEqual(ends, []);
    assert.equal(works, 0);
  });

  it('give everything up when they are closed, and are not under way any more', async () => {
    const ends: string[] = [];
    void slices.run({}, work('a', 3))!.then(() => ends.push('a'));
    void slices.run({}, work('b', 3))!.then(() => ends.push('b'));
    const { underWay } = states;
    slices.close();
    await underWay;
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    assert.deepEqual(seen, ['a0']);
    assert.deepEqual(ends, []);
    assert.equal(works, 0);
  });

  it('give nobody a turn while very many messages wait, until they are fewer', async () => {
    void slices.run({}, work('a', 3));
    for (let count = 0; count < 20_000; count++) void slices.run({}, work('', 0));
    void slices.run({}, work('last', 2));
    await setImmediate();
    assert.deepEqual(seen, ['a0', 'a1', 'a2']);
    await settled('last1');
  });
});
