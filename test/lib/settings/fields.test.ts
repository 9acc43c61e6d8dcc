import assert from 'node:assert/strict';
import { choice, flag, integer, list, number, object, text } from '../../../lib/settings/fields';
import { defineSettings } from '../../../lib/settings/Settings';
import { SettingError } from '../../../lib/settings/SettingError';

describe('settings', () => {
  const settings = defineSettings(
    {
      trees: integer({ default: 500, min: 1, max: 1000 }),
      ratio: number({ default: 0.5, min: 0, max: 1 }),
      mode: choice(['fast', 'slow'], 'fast'),
      stream: text({ required: true }),
      fields: list(text({ required: true })),
      verbose: flag(false),
      aggregates: list(object({ name: text({ required: true }), fn: choice(['count', 'sum'], 'count') })),
    },
    ({ trees, ratio }) => {
      if (ratio * 1000 > trees) {
        throw new SettingError('smallerThan', { other: 'trees', limit: trees, seen: ratio * 1000 }, 'ratio');
      }
    },
  );
  const parse = (config: object) => settings.parse({ stream: 's', ...config });

  it('take their defaults when the flow leaves them out', () => {
    assert.deepEqual(parse({}), {
      trees: 500,
      ratio: 0.5,
      mode: 'fast',
      stream: 's',
      fields: [],
      verbose: false,
      aggregates: [],
    });
  });

  it('take numbers, flags and lists as text too, as environment variables deliver them', () => {
    const parsed = parse({ trees: '700', ratio: ' 0.25 ', verbose: 'true', fields: 'a, b.c' });
    assert.deepEqual(
      [parsed.trees, parsed.ratio, parsed.verbose, parsed.fields],
      [700, 0.25, true, ['a', 'b.c']],
    );
  });

  const wrong: [object, string][] = [
    [{ trees: 0 }, 'setting "trees" must be a whole number from 1 to 1000, got 0'],
    [{ trees: 1.5 }, 'setting "trees" must be a whole number from 1 to 1000, got 1.5'],
    [{ trees: '' }, 'setting "trees" must be a whole number from 1 to 1000, got ""'],
    [{ trees: '${TREES}' }, 'setting "trees" must be a whole number from 1 to 1000, got "${TREES}"'],
    [{ ratio: NaN }, 'setting "ratio" must be a number from 0 to 1, got NaN'],
    [{ mode: 'x' }, 'setting "mode" must be one of fast, slow, got "x"'],
    [{ stream: '' }, 'setting "stream" is required'],
    [{ stream: 5 }, 'setting "stream" must be text, got 5'],
    [{ fields: {} }, 'setting "fields" must be a list, got an empty object'],
    [{ fields: ['a', 5] }, 'setting "fields[1]" must be text, got 5'],
    [
      { aggregates: [{ name: 'n', fn: 'max' }] },
      'setting "aggregates[0].fn" must be one of count, sum, got "max"',
    ],
    [{ aggregates: ['n'] }, 'setting "aggregates[0]" must be an object, got "n"'],
    [{ verbose: 1 }, 'setting "verbose" must be true or false, got 1'],
  ];
  for (const [config, message] of wrong) {
    it(`refuse ${JSON.stringify(config)}`, () => {
      assert.throws(
        () => parse(config),
        (error: Error) => error instanceof SettingError && error.message === message,
      );
    });
  }

  it('refuse what breaks a rule between two of them', () => {
    assert.doesNotThrow(() => parse({ trees: 500, ratio: 0.5 }));
    assert.throws(
      () => parse({ trees: 499, ratio: 0.5 }),
      /setting "ratio" must be smaller than trees \(499\), got 500/,
    );
  });

  it('tell the dialog what is wrong with one of them, and where in it', () => {
    assert.equal(settings.problem('trees', { trees: 10 }), undefined);
    assert.equal(settings.problem('trees', { trees: 'x' })?.problem, 'integer');
    assert.equal(settings.problem('stream', {})?.problem, 'required');
    assert.equal(settings.problem('aggregates', { aggregates: [{}] })?.path, 'aggregates[0].name');
  });

  describe('in a dialog where several are wrong', () => {
    const several = defineSettings(
      {
        least: integer({ default: 1, min: 0, max: 100 }),
        most: integer({ default: 10, min: 0, max: 100 }),
        usual: integer({ default: 5, min: 0, max: 100 }),
      },
      ({ least, most }) => {
        if (least > most) throw new SettingError('smallerThan', { other: 'most', limit: most }, 'least');
      },
      ({ usual, most }) => {
        if (usual > most) throw new SettingError('smallerThan', { other: 'most', limit: most }, 'usual');
      },
    );
    const wrong = (config: object) =>
      (['least', 'most', 'usual'] as const).filter((name) => several.problem(name, config));

    it('every rule says what it finds, whatever the others find', () => {
      assert.deepEqual(wrong({ least: 20, usual: 30 }), ['least', 'usual']);
      assert.deepEqual(wrong({ least: 20, usual: 'x' }), ['least', 'usual']);
    });

    it('a rule is silent while another setting that it reads is wrong or comes from the environment', () => {
      assert.deepEqual(wrong({ least: 20, most: 'x' }), ['most']);
      assert.deepEqual(wrong({ least: 20, most: '${MOST}' }), []);
      assert.deepEqual(wrong({ least: '${LEAST}', most: 0, usual: 0 }), []);
    });
  });

  it('are called by the labels of the dialog, with the name in the flow beside it', () => {
    const labels: Record<string, string> = { trees: 'Number of trees', aggregates: 'Aggregates' };
    const said = (error: SettingError) => error.labelled((name) => labels[name]).message;
    const nested = settings.problem('aggregates', { aggregates: [{ name: '' }] })!;
    assert.equal(said(nested), 'setting "Aggregates" (aggregates[0].name) is required');
    const between = settings.problem('ratio', { trees: 499, ratio: 0.5 })!;
    assert.equal(said(between), 'setting "ratio" must be smaller than Number of trees (499), got 500');
  });
});
