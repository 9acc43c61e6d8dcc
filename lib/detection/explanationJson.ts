import type { Direction, FieldAttribution } from './explanation';

/** One field of an explanation in the form of Kinesis Data Analytics: numbers are texts of four decimals. */
export interface PublishedAttribution {
  readonly DIRECTION: Direction;
  readonly STRENGTH: string;
  readonly ATTRIBUTION_SCORE: string;
}

/**
 * The column ANOMALY_EXPLANATION of RANDOM_CUT_FOREST_WITH_EXPLANATION, for those who have programs that read it.
 * JSON.stringify makes it the column's text. While a model was still learning the service said LOW and zeros for every
 * field, so that is what fields without attribution get.
 * Amazon Kinesis Data Analytics SQL Reference, RANDOM_CUT_FOREST_WITH_EXPLANATION.
 */
export function explanationJson(
  fields: readonly string[],
  attribution: Readonly<Record<string, FieldAttribution>> = {},
): Readonly<Record<string, PublishedAttribution>> {
  return Object.fromEntries(
    fields.map((field) => {
      const own = Object.hasOwn(attribution, field) ? attribution[field] : undefined;
      const { direction, strength, score } = own ?? { direction: 'LOW', strength: 0, score: 0 };
      return [
        field,
        { DIRECTION: direction, STRENGTH: strength.toFixed(4), ATTRIBUTION_SCORE: score.toFixed(4) },
      ];
    }),
  );
}
