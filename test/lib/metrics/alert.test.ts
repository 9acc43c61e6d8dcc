import assert from 'node:assert/strict';
import fc from 'fast-check';
import { alertOf } from '../../../lib/metrics/alert';
import type { Impact, Incident } from '../../../lib/metrics/Incident';

const dimensions = ['country', 'platform'];
const spec = { name: 'orders', fn: 'SUM', field: 'orders' } as const;
const since = Date.UTC(2026, 0, 5, 6);

function impact(country: string, platform: string, value: number, deviation: number, usual = 100): Impact {
  const expected = { value: usual, lower: usual - 10, upper: usual + 10 };
  const key = `${country}|${platform}`;
  return {
    key,
    dimensions: [country, platform],
    time: since,
    value,
    severity: 90,
    score: 3,
    direction: 'LOW',
    expected,
    silent: 0,
    deviation,
  };
}

function alert(
  impacts: readonly Impact[],
  related: Parameters<typeof alertOf>[3] = [],
  more: Partial<Incident> = {},
) {
  const byKey = new Map(impacts.map((each) => [each.key, each]));
  const incident: Incident = {
    id: 'abc',
    measure: 'orders',
    kind: { key: 'orders', size: 3, time: since },
    since,
    onset: since,
    last: since + 3_600_000,
    severity: 92.5,
    count: 2,
    quiet: 0,
    impacts: byKey,
    ...more,
  };
  return alertOf({ state: 'open', incident }, spec, dimensions, related);
}

describe('an alert', () => {
  const two = [impact('DE', 'web', 40, 60), impact('DE', 'ios', 80, 20), impact('FR', 'web', 80, 20)];

  it('names every impacted series with what it was, should have been, and its share, the greatest first', () => {
    const { impactedMetric } = alert(two);
    assert.deepEqual(impactedMetric.relevantTimeSeries[0], {
      timeSeriesId: 'DE|web',
      dimensions: [
        { dimensionName: 'country', dimensionValue: 'DE' },
        { dimensionName: 'platform', dimensionValue: 'web' },
      ],
      metricValue: 40,
      expectedValue: 100,
      expectedLower: 90,
      expectedUpper: 110,
      direction: 'LOW',
      severity: 90,
      contribution: 60,
      timestamp: '2026-01-05T06:00:00.000Z',
    });
    assert.deepEqual(
      impactedMetric.relevantTimeSeries.map(({ timeSeriesId }) => timeSeriesId),
      ['DE|web', 'DE|ios', 'FR|web'],
    );
  });

  it('says how much each value of a dimension contributes', () => {
    assert.deepEqual(alert(two).impactedMetric.dimensionContribution, [
      {
        dimensionName: 'country',
        dimensionValueContributions: [
          { dimensionValue: 'DE', contribution: 80 },
          { dimensionValue: 'FR', contribution: 20 },
        ],
      },
      {
        dimensionName: 'platform',
        dimensionValueContributions: [
          { dimensionValue: 'web', contribution: 80 },
          { dimensionValue: 'ios', contribution: 20 },
        ],
      },
    ]);
  });

  it('shares by severity what nothing was expected of', () => {
    const unknown = two.map((each) => ({ ...each, deviation: 0, expected: undefined }));
    const shares = alert(unknown).impactedMetric.relevantTimeSeries.map(({ contribution }) => contribution);
    assert.deepEqual(shares, [33.4, 33.3, 33.3]);
  });

  it('shares to 100 percent, however many there are', () => {
    const tenths = (parts: readonly { contribution: number }[]) =>
      parts.reduce((sum, { contribution }) => sum + Math.round(10 * contribution), 0);
    const deviations = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(deviations, (all) => {
        const { relevantTimeSeries, dimensionContribution } = alert(
          all.map((deviation, index) => impact(`C${index % 7}`, String(index), 40, deviation)),
        ).impactedMetric;
        assert.equal(tenths(relevantTimeSeries), 1000);
        for (const { dimensionValueContributions } of dimensionContribution) {
          assert.equal(tenths(dimensionValueContributions), 1000);
        }
      }),
    );
  });

  it('shares what is as large as numbers get', () => {
    const huge = [impact('DE', 'web', 0, Number.MAX_VALUE), impact('FR', 'web', 0, Number.MAX_VALUE)];
    const shares = alert(huge).impactedMetric.relevantTimeSeries.map(({ contribution }) => contribution);
    assert.deepEqual(shares, [50, 50]);
  });

  it('fits on a phone, however long names are, and counts the series that it does not name', () => {
    const name = fc.string({ maxLength: 300 });
    fc.assert(
      fc.property(
        name,
        name,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (country, platform, value) => {
          const { short } = alert([impact(country, platform, value, 60), impact('x', 'y', 1, 1)]).text;
          assert.ok(short.length <= 160);
          assert.match(short, / and 1 more$/);
        },
      ),
    );
    assert.equal(
      alert([two[0]!]).text.short,
      'Anomaly: orders, severity 92.5: country DE, platform web, LOW 40 instead of 100',
    );
  });

  it('cuts no character in half', () => {
    for (let length = 0; length < 4; length++) {
      const { short } = alert([impact('x'.repeat(length) + '🎌'.repeat(100), 'web', 40, 60)]).text;
      assert.doesNotMatch(short, /\p{Surrogate}/u);
      assert.ok(short.length > 155 && short.length <= 160, short);
    }
  });

  it('says 0 where next to nothing was expected', () => {
    assert.match(alert([impact('DE', 'web', 3, 3, 6.5e-16)]).text.short, / LOW 3 instead of 0$/);
    assert.match(alert([impact('DE', 'web', 1e-9, 3, 2e-9)]).text.short, / LOW 1e-9 instead of 2e-9$/);
    assert.match(alert([impact('DE', 'web', -2e-16, 3, 5)]).text.short, / LOW 0 instead of 5$/);
  });

  it('says when it began, if that was before it was found', () => {
    const late = alert(two, [], { onset: since - 7_200_000 });
    assert.equal(late.startTimestamp, '2026-01-05T04:00:00.000Z');
    assert.match(
      late.text.long,
      /^Since 2026-01-05T04:00:00.000Z, found 2026-01-05T06:00:00.000Z, last seen/m,
    );
  });

  it('says of which series no rows came, and for how long', () => {
    const { impactedMetric, text } = alert([{ ...impact('DE', 'web', 0, 100), silent: 3 }, two[1]!]);
    assert.deepEqual(
      impactedMetric.relevantTimeSeries.map(({ intervalsWithoutRows }) => intervalsWithoutRows),
      [3, undefined],
    );
    assert.match(text.short, /LOW 0 instead of 100 \(no rows\) and 1 more$/);
  });

  it('tells a mail all that counts', () => {
    const related = {
      measure: 'latency',
      incident: 'def',
      relation: 'cause',
      lead: 2,
      shared: 3,
      before: { together: 4, led: 3, followed: 0 },
    } as const;
    assert.equal(
      alert(two, [related]).text.long,
      [
        'Anomaly: orders (SUM), severity 92.5 of 100',
        'Since 2026-01-05T06:00:00.000Z, last seen 2026-01-05T07:00:00.000Z',
        '',
        'Impacted series: 3',
        '- country DE, platform web, LOW 40 instead of 100; 60 % of it, severity 90',
        '- country DE, platform ios, LOW 80 instead of 100; 20 % of it, severity 90',
        '- country FR, platform web, LOW 80 instead of 100; 20 % of it, severity 90',
        'By country: DE 80 %, FR 20 %',
        'By platform: web 80 %, ios 20 %',
        '',
        'Related: latency, possibly the cause: began 2 intervals before in 3 of the same series (earlier: 4 times together, 3 times first)',
        '',
        'Incident abc',
      ].join('\n'),
    );
  });
});
