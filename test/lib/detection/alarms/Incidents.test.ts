import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SavedPart } from '../../../../lib/delivery/checkpoint/Keeping';
import type { Incident, IncidentRules, Sighting } from '../../../../lib/detection/alarms/Incident';
import { Incidents } from '../../../../lib/detection/alarms/Incidents';
import { pack } from '../../../../lib/windows/state/packed';
import { Checkpoint } from '../../../helpers/savedParts';

const rules = (more: Partial<IncidentRules> = {}): IncidentRules => ({
  grouped: true,
  cooldown: 0,
  breaches: 1,
  outOf: 1,
  escalateBy: '',
  tellEnd: false,
  ...more,
});
const make = (more: Partial<IncidentRules> = {}, maxKeys = 100) =>
  new Incidents(rules(more), maxKeys, 'node');

/** A record over 10 is an anomaly, and one under `clear` is calm. */
const sighting = (time: number, level: number, clear = 10): Sighting => ({
  time,
  level,
  worse: 1,
  breaks: level > 10,
  isClear: level <= clear,
  lasting: clear < 10,
});

/** What is told of anomalies of one key at these times. */
const tellsAt = (incidents: Incidents, times: readonly number[], key = 'a') =>
  times.map((time) => incidents.see(key, sighting(time, 11)).outcome === 'told');

/** For each of these values, one second apart, what is told: states of incidents, or why nothing is. */
const story = (incidents: Incidents, levels: readonly number[], clear = 10) =>
  levels.map((level, second) => {
    const { outcome, incidents: told } = incidents.see('a', sighting(second * 1000, level, clear));
    return told.length > 0 ? told.map(({ state }) => state).join(' ') : outcome;
  });

const told = (incidents: Incidents, levels: readonly number[], clear = 10): Incident[] =>
  levels.flatMap((level, second) => incidents.see('a', sighting(second * 1000, level, clear)).incidents);

describe('incidents', () => {
  it('last while anomalies of the key keep coming within the cool-down', () => {
    assert.deepEqual(tellsAt(make({ cooldown: 10 }), [0, 10, 20, 30, 41]), [true, false, false, false, true]);
  });

  it('are not cut short by an anomaly that arrives late', () => {
    assert.deepEqual(tellsAt(make({ cooldown: 10 }), [100, 50, 109]), [true, false, false]);
  });

  for (const [what, more] of [
    ['a cool-down', { cooldown: 1000 }],
    ['a clearing value', {}],
    ['an end that is told', { tellEnd: true }],
  ] as const) {
    it(`are told again after a record whose time lay far in the future, with ${what}`, () => {
      const incidents = make(more);
      const year = 365 * 24 * 3_600_000;
      const clear = what === 'a clearing value' ? 5 : 10;
      const levels = [11, 0, 11, 0, 11];
      const outcomes = levels.map((level, index) => {
        const time = index === 0 ? 70 * year : index * 2000;
        return incidents.see('a', sighting(time, level, clear)).outcome;
      });
      assert.equal(outcomes[2], 'told');
      assert.equal(outcomes[4], 'told');
    });
  }

  it('are each anomaly when nothing holds anomalies together', () => {
    assert.deepEqual(tellsAt(make({ grouped: false }), [0, 0, 0]), [true, true, true]);
  });

  it('forget the key that was quiet longest beyond the bound', () => {
    const incidents = make({ cooldown: 1000 }, 2);
    for (const key of ['a', 'b', 'a', 'c']) tellsAt(incidents, [0], key);
    assert.deepEqual(
      ['a', 'c', 'b'].map((key) => tellsAt(incidents, [1], key)[0]),
      [false, false, true],
    );
  });

  it('remember nothing of keys that are calm', () => {
    const incidents = make({ cooldown: 1000 }, 1);
    tellsAt(incidents, [0], 'a');
    for (let i = 0; i < 10; i++) incidents.see(`calm ${i}`, sighting(1, 5));
    assert.deepEqual(tellsAt(incidents, [2], 'a'), [false]);
  });

  describe('with a clearing value', () => {
    it('last until the value is beyond it, however long that takes', () => {
      const levels = [11, 9, 11, 7, 11, 5, 11];
      assert.deepEqual(story(make(), levels, 6), [
        'open',
        'calm',
        'same-incident',
        'calm',
        'same-incident',
        'calm',
        'open',
      ]);
    });

    it('and a cool-down last as long again after it', () => {
      assert.deepEqual(story(make({ cooldown: 1000 }), [11, 5, 11, 5, 5, 11], 6), [
        'open',
        'calm',
        'same-incident',
        'calm',
        'calm',
        'open',
      ]);
    });
  });

  describe('of n of the last m records', () => {
    it('begin when so many were anomalies, and last while they are', () => {
      const levels = [11, 5, 11, 5, 11, 5, 5, 5, 11];
      assert.deepEqual(story(make({ breaches: 2, outOf: 4, tellEnd: true }), levels), [
        'too-few',
        'calm',
        'open',
        'calm',
        'same-incident',
        'calm',
        'close',
        'calm',
        'too-few',
      ]);
    });

    it('tell each anomaly that makes up the number when nothing groups them', () => {
      const levels = [11, 11, 11, 5, 11, 5, 5, 11];
      assert.deepEqual(story(make({ grouped: false, breaches: 2, outOf: 3 }), levels), [
        'too-few',
        'told',
        'told',
        'calm',
        'told',
        'calm',
        'calm',
        'too-few',
      ]);
    });

    it('forget a key when none of its last records was an anomaly', () => {
      const incidents = make({ grouped: false, breaches: 2, outOf: 3 });
      const checkpoint = new Checkpoint();
      story(incidents, [11]);
      assert.deepEqual(
        [checkpoint.take(incidents), [...checkpoint.saved.keys()]],
        [['incident/a'], ['incident/a']],
      );
      story(incidents, [5, 5]);
      assert.deepEqual([checkpoint.take(incidents), [...checkpoint.saved.keys()]], [['incident/a'], []]);
    });
  });

  describe('that get worse', () => {
    it('are told again with each full step above what was told last', () => {
      const incidents = told(make({ escalateBy: 5 }), [12, 16, 17, 21, 22, 14, 35]);
      assert.deepEqual(
        incidents.map(({ state, peak, count, escalation }) => [state, peak, count, escalation]),
        [
          ['open', 12, 1, 0],
          ['update', 17, 3, 1],
          ['update', 22, 5, 2],
          ['update', 35, 7, 3],
        ],
      );
      assert.equal(new Set(incidents.map(({ id }) => id)).size, 1);
    });

    it('are those whose values fall where low values are the anomaly', () => {
      const incidents = make({ escalateBy: 5 });
      const low = (time: number, level: number): Sighting => ({
        ...sighting(time, level),
        worse: -1,
        breaks: level < 10,
        isClear: level >= 10,
      });
      const seen = [8, 4, 9, 3].flatMap((level, time) => incidents.see('a', low(time, level)).incidents);
      assert.deepEqual(
        seen.map(({ state, peak }) => [state, peak]),
        [
          ['open', 8],
          ['update', 3],
        ],
      );
    });
  });

  describe('whose end is told', () => {
    it('say with the record that ends them how bad and how long they were', () => {
      const [open, close] = told(make({ tellEnd: true }), [5, 12, 15, 11, 5]);
      assert.deepEqual(close, {
        id: open!.id,
        key: 'a',
        state: 'close',
        since: 1000,
        until: 3000,
        peak: 15,
        count: 3,
        escalation: 0,
      });
    });

    it('end with the anomaly that begins the next one when the key was silent in between', () => {
      const incidents = make({ tellEnd: true, cooldown: 10 });
      tellsAt(incidents, [0]);
      const { incidents: both } = incidents.see('a', sighting(100, 11));
      assert.deepEqual(
        both.map(({ state, since }) => [state, since]),
        [
          ['close', 0],
          ['open', 100],
        ],
      );
    });

    it('do not end with a calm record that comes late', () => {
      const incidents = make({ tellEnd: true });
      tellsAt(incidents, [100]);
      assert.equal(incidents.see('a', sighting(99, 5)).outcome, 'calm');
      assert.equal(incidents.see('a', sighting(100, 5)).outcome, 'told');
    });
  });

  describe('have ids', () => {
    const idOf = (owner: string, key: string, time: number) =>
      new Incidents(rules(), 10, owner).see(key, sighting(time, 11)).incidents[0]!.id;

    it('that are the same for the same incident in another life', () => {
      assert.equal(idOf('node', 'a', 0), idOf('node', 'a', 0));
      assert.match(idOf('node', 'a', 0), /^[0-9a-f]{32}$/);
    });

    it('that differ between nodes, keys, times, and incidents that begin at the same time', () => {
      const first = idOf('node', 'a', 0);
      const incidents = make();
      const atOnce = [11, 5, 11].flatMap((level) => incidents.see('a', sighting(0, level)).incidents);
      const ids = [first, atOnce[1]!.id, idOf('other', 'a', 0), idOf('node', 'b', 0), idOf('node', 'a', 1)];
      assert.equal(atOnce[0]!.id, first);
      assert.equal(new Set(ids).size, ids.length);
    });
  });

  describe('that were saved', () => {
    const records = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        level: fc.integer({ min: 0, max: 40 }),
        later: fc.nat(3),
        saves: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const anyRules = fc.record({
      grouped: fc.boolean(),
      cooldown: fc.nat(4),
      breaches: fc.integer({ min: 1, max: 3 }),
      outOf: fc.integer({ min: 3, max: 5 }),
      escalateBy: fc.constantFrom<number | ''>('', 4),
      tellEnd: fc.boolean(),
    });

    it('go on as if nothing had happened, wherever they were interrupted', () => {
      fc.assert(
        fc.property(
          anyRules,
          records,
          fc.nat(60),
          fc.integer({ min: 1, max: 4 }),
          (some, all, cut, maxKeys) => {
            const alive = make(some, maxKeys);
            const restored = make(some, maxKeys);
            const checkpoint = new Checkpoint();
            let time = 0;
            all.forEach(({ key, level, later, saves }, index) => {
              time += later;
              if (saves) checkpoint.take(alive);
              if (index === cut) {
                checkpoint.take(alive);
                restored.restore(checkpoint.saved, restored.version);
              }
              const expected = alive.see(key, sighting(time, level, 6));
              if (index >= cut) assert.deepEqual(restored.see(key, sighting(time, level, 6)), expected);
            });
          },
        ),
      );
    });

    it('by the first version are taken over: anomalies within the cool-down belong to them', () => {
      const saved = (key: string, time: number, order: number): [string, SavedPart] => [
        key,
        { base: Buffer.from(JSON.stringify([time, order])), appended: [] },
      ];
      const incidents = make({ cooldown: 10, tellEnd: true, escalateBy: 5 });
      incidents.restore(new Map([saved('a', 100, 2), saved('b', 90, 1)]), 1);
      assert.equal(incidents.see('a', sighting(110, 12)).outcome, 'same-incident');
      assert.equal(incidents.see('a', sighting(111, 17)).incidents[0]!.state, 'update');
      const ended = incidents.see('b', sighting(200, 5)).incidents[0]!;
      assert.deepEqual([ended.state, ended.since, ended.count, ended.peak], ['close', 90, 1, undefined]);
    });

    it('by the first version are saved again in the form of this one', () => {
      const incidents = make({ cooldown: 10 });
      incidents.restore(new Map([['a', { base: Buffer.from('[100,1]'), appended: [] }]]), 1);
      const checkpoint = new Checkpoint();
      assert.deepEqual(checkpoint.take(incidents), ['a', 'incident/a']);
      assert.deepEqual([...checkpoint.saved.keys()], ['incident/a']);
      const again = make({ cooldown: 10 });
      again.restore(checkpoint.saved, again.version);
      assert.deepEqual(tellsAt(again, [105, 120]), [false, true]);
    });

    it('take no part for theirs that is of something else', () => {
      const incidents = make();
      incidents.restore(new Map([['other', { base: Buffer.from('?'), appended: [] }]]), incidents.version);
      assert.deepEqual(new Checkpoint().take(incidents), []);
    });

    const broken: [what: string, version: number, base: Uint8Array, expected: RegExp][] = [
      ['by a later version', 3, Buffer.from('[]'), /version 1 or 2, got 3/],
      ['damaged', 2, Buffer.from('[100,1]'), /incident of "a" cannot be read/],
      ['in another form', 2, pack([1, [], 0]), /incident of "a" is of another form/],
      ['in another form by the first version', 1, Buffer.from('["x"]'), /incident of "a" is of another form/],
    ];
    for (const [what, version, base, expected] of broken) {
      it(`${what} are refused by name, and nothing changes`, () => {
        const incidents = make({ cooldown: 10 });
        tellsAt(incidents, [0], 'b');
        const part = version === 1 ? 'a' : 'incident/a';
        assert.throws(() => incidents.restore(new Map([[part, { base, appended: [] }]]), version), expected);
        assert.deepEqual(tellsAt(incidents, [1], 'b'), [false]);
      });
    }
  });
});
