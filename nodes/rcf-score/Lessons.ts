import { RandomCutForest } from '../../lib/random-cut-forest';
import type { Anomaly, Lesson } from './SeriesModel';

/** Numbers of attribution that may wait, so that any batch takes bounded memory. */
const mostParts = 1_000_000;

interface Waiting {
  readonly lesson: Lesson;
  /** places of its records in the batch, whose outcomes are these */
  readonly places: readonly number[];
  readonly outcomes: (Anomaly | Error)[];
}

/** Lets the models of several series wait for each other, so that threads can have them all at once. */
export class Lessons {
  private waiting: Waiting[] = [];
  private readonly forests = new Set<RandomCutForest>();
  private parts = 0;

  /**
   * @param places of its records in the batch
   * @param outcomes take what is found of them, or why they could not be processed, once the lesson is taken
   */
  add(lesson: Lesson, places: readonly number[], outcomes: (Anomaly | Error)[]): void {
    const { batch } = lesson;
    const isInTurn = batch !== undefined && !this.forests.has(batch.forest) && this.parts < mostParts;
    if (!isInTurn) this.take();
    this.waiting.push({ lesson, places, outcomes });
    if (!batch) return;
    this.forests.add(batch.forest);
    this.parts += batch.parts?.length ?? 0;
  }

  /** Takes all that wait. */
  take(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.forests.clear();
    this.parts = 0;
    try {
      RandomCutForest.scoreAndUpdateMany(waiting.flatMap(({ lesson }) => lesson.batch ?? []));
      for (const { lesson, places, outcomes } of waiting) {
        lesson.finish()?.forEach((anomaly, index) => (outcomes[places[index]!] = anomaly));
      }
    } catch (error) {
      for (const { places, outcomes } of waiting)
        for (const place of places) outcomes[place] = asError(error);
    }
  }
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
