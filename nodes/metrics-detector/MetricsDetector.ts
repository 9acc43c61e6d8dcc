import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { ModelFiles } from '../../lib/delivery/models/ModelFiles';
import { ModelStore } from '../../lib/delivery/models/ModelStore';
import type { ActivePartitions } from '../../lib/delivery/partitions';
import { Calendar } from '../../lib/detection/calendar/Calendar';
import { parseEventLines } from '../../lib/detection/calendar/eventLines';
import { withCalendar } from '../../lib/metrics/announced';
import { Causes } from '../../lib/metrics/Causes';
import { Cube, type Interval, type Taken } from '../../lib/metrics/Cube';
import { filterBy, keyOf, type DimensionValues } from '../../lib/metrics/dimensions';
import { Incidents, strangeFrom } from '../../lib/metrics/Incidents';
import type { Incident, IncidentEvent } from '../../lib/metrics/Incident';
import { Judge, type SeriesFault } from '../../lib/metrics/Judge';
import type { Point } from '../../lib/metrics/Point';
import { SeriesModels, type SeriesModel } from '../../lib/metrics/SeriesModels';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import type { Instant } from '../../lib/windows/Watermark';
import { cubeOptions, detectorOptions, incidentRules } from './options';
import { incidentMessage, pointsMessage, type IncidentMessage, type PointsMessage } from './messages';
import { isOurs, packIncidents, readIncidents, shapeChange, shapePart, packShape } from './saved';
import type { MetricsSettings } from './settings';

/** What an interval that is over has brought. */
export interface Outcome {
  readonly incidents: readonly IncidentMessage[];
  /** undefined for history, which is not judged */
  readonly points: PointsMessage | undefined;
  readonly faults: readonly SeriesFault[];
}

/** Who is told what nobody has asked for. */
export interface Listener {
  /** saved series are given up, as this setting has changed, which decides what they are */
  dropped?(setting: string, series: number): void;
  /** a row of a new series had no room, for the first time */
  refused?(key: string): void;
  /** why a model cannot be written to its file, once until one can */
  notWritten?(error: unknown): void;
}

/** Watches measures in every combination of dimensions' values, and tells of incidents. */
export class MetricsDetector implements Keeping {
  readonly version = 1;
  private readonly cube: Cube;
  private readonly models: ModelStore<SeriesModel>;
  private readonly judge: Judge;
  private readonly incidents: Incidents;
  private readonly causes: Causes;
  private readonly calendar: Calendar;
  private readonly limit: number;
  private readonly isTold: (point: Point) => boolean;
  private refusedRows = 0;
  private learningSeries = 0;
  private savedShape = false;
  private causesChanged = false;
  private obsolete: readonly string[] = [];

  /**
   * @param blobs where models are written to
   * @param sender tells this node's incidents from those of others
   * @param partitions that the rows' source reads now; undefined when it does not tell
   */
  constructor(
    private readonly settings: MetricsSettings,
    readonly blobs: BlobFolder,
    sender: string,
    private readonly listener: Listener = {},
    partitions: ActivePartitions = () => undefined,
  ) {
    const { measures, maxMemory, missing } = settings;
    const names = measures.map(({ name }) => name);
    const kind = new SeriesModels(names, detectorOptions(settings), missing === 'skip' || missing === 'zero');
    this.cube = new Cube(cubeOptions(settings), partitions);
    this.models = new ModelStore(kind, new ModelFiles(blobs), maxMemory * 1e6, (error) =>
      this.listener.notWritten?.(error),
    );
    this.judge = new Judge(kind, this.models, names);
    const rules = incidentRules(settings, sender);
    this.incidents = new Incidents(rules);
    this.causes = new Causes(rules.interval);
    this.limit = strangeFrom(rules);
    this.calendar = new Calendar(parseEventLines(settings.calendar, settings.timeZone));
    const passes = filterBy(settings.alertFilters, settings.dimensions);
    this.isTold = ({ dimensions }) => passes(dimensions);
  }

  /** Series held, those of them that were learning when last looked at, rows of refused series, incidents that go on. */
  get load(): { series: number; learning: number; refused: number; incidents: number } {
    return {
      series: this.models.size * this.settings.measures.length,
      learning: this.learningSeries,
      refused: this.refusedRows,
      incidents: this.incidents.current.length,
    };
  }

  /** Series whose models are in memory. */
  get live(): number {
    return this.models.liveSize * this.settings.measures.length;
  }

  /** Bytes of the models in memory. */
  get byteLength(): number {
    return this.models.byteLength;
  }

  /** Rows of history in the order of their times. */
  inOrder(items: readonly RecordInMessage[]): RecordInMessage[] {
    return this.cube.inOrder(items);
  }

  /**
   * Counts one row. Call `advance` with the same instant first.
   * @param onOutcome gets what the intervals have brought that the row's time closes
   * @throws RecordError when the row cannot be counted; then nothing but the time has changed
   */
  take(item: RecordInMessage, now: Instant, onOutcome: (outcome: Outcome) => void): Taken {
    const taken = this.cube.take(
      item,
      now,
      (key, dimensions) => this.admit(key, dimensions),
      (closed) => closed.forEach((interval) => onOutcome(this.finish(interval))),
    );
    if (taken === 'refused') this.refusedRows++;
    return taken;
  }

  /** Closes the intervals that are over by now, whether or not a row comes. */
  advance(now: Instant): Outcome[] {
    return this.cube.advance(now).map((interval) => this.finish(interval));
  }

  /** Closes all intervals as they stand. */
  flush(): Outcome[] {
    return this.cube.flush().map((interval) => this.finish(interval));
  }

  /** Forgets the series of one combination of dimensions' values, or everything. */
  reset(key?: string): void {
    this.cube.reset(key);
    this.models.forget(key);
    this.incidents.forget(key);
    if (key !== undefined) return;
    this.causes.load([]);
    this.causesChanged = true;
    this.refusedRows = 0;
    this.learningSeries = 0;
  }

  changes(): PartChange[] {
    const changes: PartChange[] = this.obsolete.map((part) => ({ part, remove: true }));
    this.obsolete = [];
    if (!this.savedShape) changes.push({ part: shapePart, put: packShape(this.settings) });
    this.savedShape = true;
    changes.push(...this.cube.changes(), ...this.models.changes());
    changes.push(...packIncidents(this.incidents, this.causesChanged ? this.causes : undefined));
    this.causesChanged = false;
    return changes;
  }

  /** @throws Error when a part is damaged; nothing has changed then */
  restore(parts: SavedParts, version: number): void {
    if (parts.size > 0 && version !== this.version) {
      throw new Error(`the series must be saved in version ${this.version}, got ${version}`);
    }
    const changed = shapeChange(parts, this.settings);
    if (changed !== undefined) return this.discard(parts, changed);
    const { incidents, pairs } = readIncidents(parts);
    this.cube.restore(parts);
    this.models.restore(parts);
    this.incidents.load(incidents);
    this.causes.load(pairs);
    this.savedShape = parts.has(shapePart);
    this.causesChanged = false;
    this.obsolete = [];
  }

  /** Gives the memory of all models back; what no checkpoint has is lost. */
  close(): void {
    this.models.close();
  }

  private discard(parts: SavedParts, setting: string): void {
    this.cube.discard(parts);
    this.models.discard(parts);
    this.incidents.load([]);
    this.causes.load([]);
    this.savedShape = false;
    this.causesChanged = false;
    this.obsolete = [...parts.keys()].filter(isOurs);
    const combinations = [...parts.keys()].filter((part) => part.startsWith('model ')).length;
    this.listener.dropped?.(setting, combinations);
  }

  /** Whether there is room for a series, which is then taken. */
  private admit(key: string, dimensions: DimensionValues): boolean {
    if (this.models.has(key)) return true;
    const { measures, maxSeries } = this.settings;
    if ((this.models.size + 1) * measures.length > maxSeries) {
      if (this.refusedRows === 0) this.listener.refused?.(keyOf(dimensions));
      return false;
    }
    this.models.add(key, dimensions);
    return true;
  }

  private finish(interval: Interval): Outcome {
    if (interval.isHistory) {
      return { incidents: [], points: undefined, faults: this.judge.learn(interval) };
    }
    const { measures } = this.settings;
    const { points: judged, faults } = this.judge.judge(interval);
    const points = judged.map((of) => of.map((point) => this.withKnown(point, interval.start)));
    this.learningSeries = points.flat().filter(({ verdict }) => verdict.warmup).length;
    const events = points.flatMap(
      (of, at) => this.incidents.judge(measures[at]!.name, interval.start, of.filter(this.isTold)) ?? [],
    );
    const incidents = events.map((event) => this.tell(event, interval));
    this.noteOrder(events.filter(({ state }) => state === 'open').map(({ incident }) => incident));
    return { incidents, points: pointsMessage(interval, points, this.settings), faults };
  }

  /** A point with what was known beforehand of its time. */
  private withKnown(point: Point, time: number): Point {
    const verdict = withCalendar(point.verdict, this.limit, this.calendar, time, point.key);
    return verdict === point.verdict ? point : { ...point, verdict };
  }

  /** Each pair of incidents is noted once, when the later one of the two has begun. */
  private noteOrder(begun: readonly Incident[]): void {
    const others = this.incidents.current.filter(({ id }) => !begun.some((incident) => incident.id === id));
    for (const incident of begun) {
      this.causes.note(incident, others);
      others.push(incident);
      this.causesChanged = true;
    }
  }

  private tell(event: IncidentEvent, interval: Interval): IncidentMessage {
    const related = this.causes.of(event.incident, this.incidents.current);
    return incidentMessage(event, interval, this.settings, related);
  }
}
