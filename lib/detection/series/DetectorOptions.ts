/** What a detector of one series is told; what is left out it finds out, or takes the default. */
export interface DetectorOptions {
  /** names of the values of a record, in their order; one for a single metric */
  readonly names: readonly string[];
  /** IANA name of the zone whose hours and weekdays people keep. UTC */
  readonly timeZone?: string;
  /** between records in ms; learned from the stream when left out */
  readonly interval?: number;
  /** `full` remembers thousands of records; `compact` is for very many series. full */
  readonly size?: 'full' | 'compact';
  /** any 32-bit whole number; the same seed and the same records give the same verdicts, bit by bit. 42 */
  readonly seed?: number;
  /** what stands in for values that are NaN. skip */
  readonly missing?: Missing;
  /** which strange values are to be anomalies. both */
  readonly direction?: 'both' | 'high' | 'low';
  /** records before which nothing is called an anomaly; the first 100 are not judged at all. 100 */
  readonly learnFor?: number;
}

/**
 * What stands in for values that are missing:
 *
 * | missing    |                                                                                               |
 * | ---------- | --------------------------------------------------------------------------------------------- |
 * | `skip`     | nothing                                                                                       |
 * | `zero`     | 0, judged as any other: nothing counted is nothing there                                      |
 * | `previous` | the latest value there was                                                                    |
 * | `expected` | the value that was expected then                                                              |
 * | `linear`   | the line to the next value, once that has come; of long gaps nothing                          |
 * | `forest`   | what the forest finds likely at that time of day; of several values, beside those that came   |
 *
 * But for `zero`, a record is judged by what came; what stands in teaches only what is to be expected.
 */
export type Missing = 'skip' | 'zero' | 'previous' | 'expected' | 'linear' | 'forest';
