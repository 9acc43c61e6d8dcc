import type { ModelKind } from '../delivery/models/ModelStore';
import { pack, unpack } from '../detection/series/packing';
import { SeriesDetector, type DetectorOptions } from '../detection/series/SeriesDetector';

/** A detector for each measure of one combination of dimensions' values. */
export type SeriesModel = readonly SeriesDetector[];

const version = 1;

/** The models of a cube. A lesson is the start of an interval (ms since the epoch) and the value of each measure. */
export class SeriesModels implements ModelKind<SeriesModel> {
  readonly width: number;

  /**
   * @param measures names of the measures
   * @param skipsMissing whether an interval without a value is not told to the detector
   */
  constructor(
    private readonly measures: readonly string[],
    private readonly options: Omit<DetectorOptions, 'names'>,
    private readonly skipsMissing: boolean,
  ) {
    this.width = 1 + measures.length;
  }

  create(): SeriesModel {
    return this.measures.map((name) => new SeriesDetector({ ...this.options, names: [name] }));
  }

  open(saved: Uint8Array): SeriesModel {
    const states = unpack(version, saved);
    if (states.length !== this.measures.length) {
      throw new Error(`it must be of ${this.measures.length} measures, got ${states.length}`);
    }
    return this.measures.map(
      (name, index) => new SeriesDetector({ ...this.options, names: [name] }, states[index]),
    );
  }

  save(model: SeriesModel): Uint8Array {
    return pack(
      version,
      model.map((detector) => detector.state()),
    );
  }

  learn(model: SeriesModel, lessons: Float64Array): void {
    for (let at = 0; at < lessons.length; at += this.width) {
      const time = lessons[at]!;
      model.forEach((detector, index) => {
        const value = lessons.subarray(at + 1 + index, at + 2 + index);
        if (!this.isSkipped(value[0]!)) detector.learn(time, value);
      });
    }
  }

  /** Whether a value is missing and nothing is to stand in for it. */
  isSkipped(value: number): boolean {
    return this.skipsMissing && Number.isNaN(value);
  }

  byteLength(model: SeriesModel): number {
    return model.reduce((sum, detector) => sum + detector.byteLength, 0);
  }

  free(model: SeriesModel): void {
    for (const detector of model) detector.free();
  }
}
