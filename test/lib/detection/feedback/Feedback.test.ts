import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Feedback } from '../../../../lib/detection/feedback/Feedback';
import { parseFeedback, type FeedbackCommand } from '../../../../lib/detection/feedback/feedbackCommand';
import { likeness, type ToldIncident } from '../../../../lib/detection/feedback/likeness';
import { LocalClock } from '../../../../lib/detection/calendar/LocalClock';
import { Checkpoint } from '../../../helpers/savedParts';

const hour = 3_600_000;
const day = 24 * hour;
const sixAm = Date.parse('2026-03-02T06:00Z');
const job: ToldIncident = { id: 'job', key: 'web-1', direction: 'HIGH', size: 4, time: sixAm };
const said = (incident: string, relevant: boolean) => ({ incident, relevant, undo: false });
const undone = (incident: string) => ({ incident, relevant: false, undo: true });

/** A pattern that recurs: every morning at six or a little later, and about as large each time. */
const mornings = Array.from({ length: 10 }, (_, index): ToldIncident => {
  const time = sixAm + index * day + ((index * 7) % 10) * 60_000;
  return { ...job, id: `morning ${index}`, size: 4 + (index % 3) * 0.2, time };
});

function marked(incidents: readonly ToldIncident[], relevant: boolean): Feedback {
  const feedback = new Feedback('UTC');
  for (const incident of incidents) {
    feedback.tell(incident);
    feedback.obey(said(incident.id, relevant));
  }
  return feedback;
}

describe('feedback', () => {
  it('changes nothing before anything was said', () => {
    const feedback = new Feedback('UTC');
    feedback.tell(job);
    assert.equal(feedback.adjust(83.4, job), 83.4);
  });

  it('silences a pattern that was marked not relevant ten times', () => {
    const feedback = marked(mornings, false);
    const next = { ...job, size: 4.3, time: sixAm + 10 * day };
    assert.ok(feedback.adjust(100, next) < 20);
    feedback.tell({ ...next, id: 'once more' });
    feedback.obey(said('once more', false));
    assert.equal(feedback.factorFor(next), 0);
  });

  for (const [what, other] of [
    ['the other direction', { ...job, direction: 'LOW' }],
    ['twice the size and more', { ...job, size: 9 }],
    ['half the size and less', { ...job, size: 2 }],
    ['another time of day', { ...job, time: sixAm + 4 * hour }],
    ['another series', { ...job, key: 'web-2' }],
  ] as const) {
    it(`leaves alone what is like such a pattern but of ${what}`, () => {
      assert.equal(marked(mornings, false).adjust(100, { ...other, time: other.time + 10 * day }), 100);
    });
  }

  it('lowers by marks as its table says, and silences with the tenth', () => {
    const after = [1, 2, 3, 5, 9, 10, 20].map((count) => {
      const incidents = Array.from({ length: count }, (_, index) => ({ ...job, id: `${index}` }));
      return marked(incidents, false).factorFor(job).toFixed(2);
    });
    assert.deepEqual(after, ['0.80', '0.64', '0.51', '0.33', '0.13', '0.00', '0.00']);
  });

  it('raises what is like relevant ones, at most so far and never above 100', () => {
    const after = [1, 2, 3, 10].map((count) => {
      const incidents = Array.from({ length: count }, (_, index) => ({ ...job, id: `${index}` }));
      return marked(incidents, true).factorFor(job).toFixed(2);
    });
    assert.deepEqual(after, ['1.25', '1.56', '1.95', '1.95']);
    assert.equal(marked([job], true).adjust(90, job), 100);
  });

  it('lets marks of both kinds make up for each other', () => {
    const feedback = marked([job, { ...job, id: 'again' }], false);
    feedback.tell({ ...job, id: 'one' });
    feedback.obey(said('one', true));
    assert.equal(feedback.factorFor(job), 0.8);
  });

  it('replaces what was said before of the same incident, and takes it back without a trace', () => {
    const feedback = marked([job], false);
    feedback.obey(said('job', true));
    assert.equal(feedback.factorFor(job), 1.25);
    assert.equal(feedback.obey(undone('job')).relevant, undefined);
    assert.equal(feedback.factorFor(job), 1);
    feedback.obey(undone('job'));
    assert.deepEqual(feedback.list(), [job]);
  });

  it('goes by the clock of its zone', () => {
    const winter = Date.parse('2026-01-05T05:00Z');
    const summer = Date.parse('2026-07-06T02:00Z');
    const factor = (timeZone: string) => {
      const feedback = new Feedback(timeZone);
      feedback.tell({ ...job, time: winter });
      feedback.obey(said('job', false));
      return feedback.factorFor({ ...job, time: summer });
    };
    // In Berlin 06:00 and 04:00, in UTC 05:00 and 02:00.
    assert.equal(factor('UTC'), 1);
    assert.equal(factor('Europe/Berlin'), 0.9);
  });

  it('finds an incident by its key as the latest that had begun by a time', () => {
    const feedback = new Feedback('UTC');
    for (const incident of mornings) feedback.tell(incident);
    const find = (time?: number) =>
      feedback.find({ key: 'web-1', relevant: true, undo: false, ...(time !== undefined && { time }) })?.id;
    assert.equal(find(), 'morning 9');
    assert.equal(find(sixAm + 3 * day + 12 * hour), 'morning 3');
    assert.equal(find(sixAm - 1), undefined);
  });

  it('refuses a mark for what nobody was told of', () => {
    const feedback = new Feedback('UTC');
    assert.throws(() => feedback.obey(said('x', true)), {
      name: 'RecordError',
      message: 'feedback.incident must be that of one of the latest 100 incidents, got "x"',
    });
    assert.throws(() => feedback.obey({ key: 'k', relevant: true, undo: false }), {
      message: /^feedback\.key /,
    });
  });

  it('follows an incident that grows after it was marked', () => {
    const feedback = marked([job], false);
    feedback.tell({ ...job, size: 40 });
    assert.equal(feedback.factorFor(job), 1);
    assert.equal(feedback.factorFor({ ...job, size: 40 }), 0.8);
  });

  it('lists what is or can be marked, the latest first', () => {
    const feedback = marked(mornings.slice(0, 2), false);
    feedback.tell(mornings[2]!);
    assert.deepEqual(
      feedback.list().map(({ id, relevant }) => [id, relevant]),
      [
        ['morning 2', undefined],
        ['morning 1', false],
        ['morning 0', false],
      ],
    );
  });

  it('keeps the latest 100 incidents, and 1000 marks, which outlast them', () => {
    const feedback = new Feedback('UTC');
    for (let index = 0; index < 1100; index++) {
      feedback.tell({ ...job, id: `${index}`, key: `key ${index}` });
      feedback.obey(said(`${index}`, false));
    }
    const factors = [0, 99, 100, 1099].map((index) => feedback.factorFor({ ...job, key: `key ${index}` }));
    assert.deepEqual(factors, [1, 1, 0.8, 0.8]);
    assert.equal(feedback.list().length, 1000);
    feedback.obey(undone('500'));
    assert.equal(feedback.factorFor({ ...job, key: 'key 500' }), 1);
    assert.equal(feedback.find(said('500', true)), undefined);
  });

  it('takes sizes that are no numbers for none', () => {
    for (const size of [NaN, -1, Infinity]) {
      const feedback = new Feedback('UTC');
      feedback.tell({ ...job, size });
      feedback.obey(said('job', false));
      assert.equal(feedback.adjust(80, job), 80);
    }
  });
});

describe('the state of feedback', () => {
  const keeping = (feedback: Feedback) => ({ version: 1, changes: () => feedback.changes(), restore() {} });

  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ tell: fc.integer({ min: 0, max: 150 }), size: fc.integer({ min: 1, max: 9 }) }),
    },
    { weight: 4, arbitrary: fc.record({ mark: fc.integer({ min: 0, max: 150 }), relevant: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ undo: fc.integer({ min: 0, max: 150 }) }) },
    { weight: 1, arbitrary: fc.constant({ save: true }) },
  );

  it('goes on exactly where it was saved, whatever came before', () => {
    const steps = fc.array(step, { maxLength: 800, size: 'max' });
    fc.assert(
      fc.property(steps, (steps) => {
        const feedback = new Feedback('UTC');
        const checkpoint = new Checkpoint();
        const say = (command: FeedbackCommand) => void (feedback.find(command) && feedback.obey(command));
        for (const each of steps) {
          if ('tell' in each)
            feedback.tell({ ...job, id: `${each.tell}`, key: `${each.tell % 3}`, size: each.size });
          else if ('mark' in each) say(said(`${each.mark}`, each.relevant));
          else if ('undo' in each) say(undone(`${each.undo}`));
          else checkpoint.take(keeping(feedback));
        }
        checkpoint.take(keeping(feedback));
        const restored = new Feedback('UTC');
        restored.restore(checkpoint.saved);
        assert.deepEqual(restored.list(), feedback.list());
        for (const key of ['0', '1', '2']) {
          for (const size of [1, 3, 5]) {
            const kind = { ...job, key, size };
            assert.equal(restored.factorFor(kind), feedback.factorFor(kind));
          }
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is short however long the history was', () => {
    const feedback = new Feedback('UTC');
    const checkpoint = new Checkpoint();
    for (let round = 0; round < 3000; round++) {
      feedback.tell(job);
      feedback.obey(said('job', round % 2 === 0));
      checkpoint.take(keeping(feedback));
    }
    const { base, appended } = checkpoint.saved.get('feedback')!;
    assert.ok(base!.length + appended.reduce((sum, { length }) => sum + length, 0) < 100_000);
  });

  it('says nothing when nothing has changed, and vanishes with a reset', () => {
    const feedback = marked([job], false);
    const checkpoint = new Checkpoint();
    checkpoint.take(keeping(feedback));
    assert.deepEqual(feedback.changes(), []);
    feedback.reset();
    checkpoint.take(keeping(feedback));
    const restored = new Feedback('UTC');
    restored.restore(checkpoint.saved);
    assert.deepEqual(restored.list(), []);
    assert.equal(feedback.factorFor(job), 1);
  });

  it('begins anew without a part', () => {
    const feedback = marked([job], false);
    feedback.restore(new Map());
    assert.deepEqual(feedback.list(), []);
    assert.deepEqual(feedback.changes(), []);
  });

  for (const saved of ['x', '{}', '{"kind":"told"}', '{"kind":"marked","relevant":true}', '[]']) {
    it(`is refused when it is none, and nothing is lost: ${saved}`, () => {
      const feedback = marked([job], false);
      const parts = new Map([['feedback', { base: Buffer.from(saved), appended: [] }]]);
      assert.throws(() => feedback.restore(parts), /^Error: the saved feedback must be a history/);
      assert.equal(feedback.factorFor(job), 0.8);
    });
  }
});

describe('likeness', () => {
  const clock = LocalClock.in('UTC');
  const alike = (other: Partial<ToldIncident>) => likeness(job, { ...job, ...other }, clock);

  it('fades with the size and with the time of day, whichever is the larger or later', () => {
    assert.deepEqual(
      [4, 5, 6.5, 8, 9].map((size) => alike({ size })),
      [1, 1, 0.5, 0, 0],
    );
    assert.deepEqual(
      [3.2, 2, 0].map((size) => alike({ size })),
      [1, 0, 0],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 12, 22, 24].map((hours) => alike({ time: sixAm - hours * hour })),
      [1, 1, 0.5, 0, 0, 0.5, 1],
    );
    assert.equal(alike({ size: 6.5, time: sixAm + 2 * hour }), 0.25);
  });

  it('is whole between two of no size', () => {
    assert.equal(likeness({ ...job, size: 0 }, { ...job, size: 0 }, clock), 1);
  });
});

describe('a feedback command', () => {
  it('names an incident, or a key and a time', () => {
    assert.deepEqual(parseFeedback({ incident: 'a', relevant: true }), said('a', true));
    assert.deepEqual(parseFeedback({ incident: 'a', undo: true }), undone('a'));
    assert.deepEqual(parseFeedback({ key: '', time: 5, relevant: false }), {
      key: '',
      time: 5,
      relevant: false,
      undo: false,
    });
    assert.deepEqual(parseFeedback({ key: 'k', undo: true }), { key: 'k', relevant: false, undo: true });
  });

  for (const [raw, field] of [
    [true, 'feedback'],
    [{ incident: 'a' }, 'feedback.relevant'],
    [{ incident: 'a', relevant: 'no' }, 'feedback.relevant'],
    [{ incident: 5, relevant: true }, 'feedback.incident'],
    [{ relevant: true }, 'feedback.key'],
    [{ key: 'k', time: 'now', relevant: true }, 'feedback.time'],
    [{ incident: 'a', relevant: true, undo: 1 }, 'feedback.undo'],
  ] as const) {
    it(`is refused by the name of its field: ${JSON.stringify(raw)}`, () => {
      assert.throws(() => parseFeedback(raw), { name: 'RecordError', field });
    });
  }
});
