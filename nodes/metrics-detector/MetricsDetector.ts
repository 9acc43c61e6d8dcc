import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import type { ActivePartitions } from '../../lib/delivery/partitions';
import type { ReviewedIncident } from '../../lib/detection/feedback/Feedback';
import type { FeedbackCommand } from '../../lib/detection/feedback/feedbackCommand';
import type { Events } from '../../lib/metrics/announced';
import { Cube } from '../../lib/metrics/Cube';
import type { Interval, Taken } from '../../lib/metrics/Interval';
import type { SeriesFault } from '../../lib/metrics/Judge';
import { mostImpacted } from '../../lib/metrics/contributions';
import type { Progress } from '../../lib/metrics/progress';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { originOf, type ShardOrigin } from '../../lib/records/partitionOf';
import type { Steps } from '../../lib/steps/Steps';
import type { Instant } from '../../lib/windows/Watermark';
import { CombinationRoutes } from './CombinationRoutes';
import { incidentMessage, pointsMessage, type IncidentMessage, type PointsMessage } from './messages';
import { cubeOptions } from './options';
import { combinationOf, isOurs, packShape, shapeChange, shapePart } from './saved';
import type { MetricsSettings } from './settings';
import { Watch } from './Watch';

/** What an interval that is over has brought. */
export interface Outcome {
  readonly incidents: readonly IncidentMessage[];
  /** undefined for history, which is not judged */
  readonly points: PointsMessage | undefined;
  readonly faults: readonly SeriesFault[];
}

interface Load extends Progress {
  readonly series: number;
  readonly refused: number;
  readonly incidents: number;
}

/** What tells a node from others, and what it knows beforehand. */
export interface Surroundings extends Listener {
  /** tells this node's incidents from those of others */
  readonly sender: string;
  readonly events: Events;
  /** of the state, see States; all of it, if left out */
  readonly scope?: string;
  /** that the rows' source reads now; undefined when it does not tell */
  readonly partitions?: ActivePartitions;
}

/** Who is told what nobody has asked for. */
interface Listener {
  /** saved series are given up, as this setting has changed, which decides what they are */
  dropped?(setting: string, combinations: number): void;
  /** a row of a new series had no room, for the first time */
  refused?(key: string): void;
  /** why a model cannot be written to its file, once until one can */
  notWritten?(error: unknown): void;
}

/**
 * Watches measures in every combination of dimensions' values as their rows come, and tells of incidents. What takes long is
 * done in steps, in between which others may have their turn, but not with this detector: one thing after the other. What
 * `restore` or `close` finds in the midst is given up, and its steps come to an end without telling anything.
 */
export class MetricsDetector implements Keeping {
  readonly version = 1;
  private readonly cube: Cube;
  private readonly watch: Watch;
  private readonly routes: CombinationRoutes;
  /** the one shard that all rows come from, in a flow that several instances share */
  private readonly origin: ShardOrigin | undefined;
  /** what is under way belongs to the state as it was before the last of these */
  private lives = 0;
  private refusedRows = 0;
  private savedShape = false;
  private obsolete: readonly string[] = [];

  /**
   * @param blobs where models are written to
   */
  constructor(
    private readonly settings: MetricsSettings,
    readonly blobs: BlobFolder,
    private readonly around: Surroundings,
  ) {
    const { sender, scope = '', events, partitions } = around;
    this.routes = new CombinationRoutes(scope);
    this.origin = scope === '' ? undefined : originOf(scope);
    this.cube = new Cube(cubeOptions(settings), partitions);
    this.watch = new Watch(settings, blobs, sender, events, (error) => around.notWritten?.(error));
  }

  /** Series watched, how far they are, rows of series that had no room, incidents that go on. */
  get load(): Load {
    const { series, progress, open } = this.watch;
    return { ...progress, series, refused: this.refusedRows, incidents: open };
  }

  /** Series whose models are in memory. */
  get live(): number {
    return this.watch.live;
  }

  /** Bytes of the models in memory. */
  get byteLength(): number {
    return this.watch.byteLength;
  }

  /** Rows of history in the order of their times. */
  inOrder(items: readonly RecordInMessage[]): RecordInMessage[] {
    return this.cube.inOrder(items);
  }

  /**
   * Counts one row. Call `advance` with the same instant first.
   * @param onOutcome gets what the intervals have brought that the row's time closes
   * @returns undefined when it was given up
   * @throws RecordError when the row cannot be counted; then nothing but the time has changed
   */
  *take(
    item: RecordInMessage,
    now: Instant,
    onOutcome: (outcome: Outcome) => void,
  ): Steps<Taken | undefined> {
    let key = '';
    const admit = (of: string) => {
      key = of;
      return this.watch.admit(key);
    };
    const steps = this.cube.take(item, now, admit, (interval) => this.finish(interval, onOutcome));
    const taken = yield* this.inThisLife(steps);
    if (taken === 'counted') this.routes.note(key, item);
    if (taken === 'refused' && this.refusedRows++ === 0) this.around.refused?.(key);
    return taken;
  }

  /** The latest incidents, and what people said of them. */
  get reviewed(): ReviewedIncident[] {
    return this.watch.reviewed;
  }

  /** Whether it is one of these incidents that something is said of. */
  knows(command: FeedbackCommand): boolean {
    return this.watch.knows(command);
  }

  /** Ranks incidents like one that was marked lower or higher. @throws RecordError when the incident is not known */
  obey(command: FeedbackCommand): void {
    this.watch.obey(command);
  }

  /** Whether intervals are over by now that are to be closed. */
  isDue(now: Instant): boolean {
    return this.cube.isDue(now);
  }

  /**
   * Closes the intervals that are over by now, whether or not a row comes.
   * @param onOutcome gets what they have brought, one after the other
   */
  *advance(now: Instant, onOutcome: (outcome: Outcome) => void): Steps {
    yield* this.inThisLife(this.cube.advance(now, (interval) => this.finish(interval, onOutcome)));
  }

  /** Closes all intervals as they stand. @param onOutcome see `advance` */
  *flush(onOutcome: (outcome: Outcome) => void): Steps {
    yield* this.inThisLife(this.cube.flush((interval) => this.finish(interval, onOutcome)));
  }

  /** Forgets the series of one combination of dimensions' values, or everything. */
  reset(key?: string): void {
    this.cube.reset(key);
    this.watch.reset(key);
    if (key === undefined) this.refusedRows = 0;
  }

  changes(): PartChange[] {
    const changes: PartChange[] = this.obsolete.map((part) => ({ part, remove: true }));
    this.obsolete = [];
    if (!this.savedShape) changes.push({ part: shapePart, put: packShape(this.settings) });
    this.savedShape = true;
    return this.routes.addTo([...changes, ...this.cube.changes(), ...this.watch.changes()], this.keyOf);
  }

  /** @throws Error when a part is damaged */
  restore(parts: SavedParts, version: number): void {
    this.lives++;
    if (parts.size > 0 && version !== this.version) {
      throw new Error(`the series must be saved in version ${this.version}, got ${version}`);
    }
    const changed = shapeChange(parts, this.settings);
    if (changed !== undefined) return this.discard(parts, changed);
    this.watch.restore(parts);
    this.cube.restore(parts);
    this.routes.restore(parts, this.keyOf);
    this.savedShape = parts.has(shapePart);
    this.obsolete = [];
  }

  /** Gives the memory of all models back; what no checkpoint has is lost. */
  close(): void {
    this.lives++;
    this.watch.close();
  }

  private discard(parts: SavedParts, setting: string): void {
    const combinations = this.watch.discard(parts);
    this.cube.discard(parts);
    this.routes.restore(new Map(), this.keyOf);
    this.savedShape = false;
    this.obsolete = [...parts.keys()].filter(isOurs);
    if (combinations > 0) this.around.dropped?.(setting, combinations);
  }

  private *finish(interval: Interval, onOutcome: (outcome: Outcome) => void): Steps {
    if (interval.isHistory) {
      const faults = yield* this.watch.learn(interval);
      return onOutcome({ incidents: [], points: undefined, faults });
    }
    const { told, points, faults } = yield* this.watch.look(interval);
    const incidents = told.map((each) => {
      const { key } = mostImpacted([...each.incident.impacts.values()]) ?? {};
      const message = incidentMessage(each, interval.end, this.settings);
      return this.origin ? { ...message, kinesis: this.originFor(key, this.origin) } : message;
    });
    const message = yield* pointsMessage(interval, points, this.settings);
    const kinesis = this.origin && points.flat().map(({ key }) => this.originFor(key, this.origin!));
    onOutcome({ incidents, points: kinesis ? { ...message, kinesis } : message, faults });
  }

  /** Goes on with it until the state is another one. */
  private *inThisLife<T>(steps: Steps<T>): Steps<T | undefined> {
    const { lives } = this;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      yield step.value;
      if (this.lives !== lives) return undefined;
    }
  }

  private originFor(key: string | undefined, shard: ShardOrigin): ShardOrigin {
    const partitionKey = key === undefined ? undefined : this.routes.of(key);
    return partitionKey === undefined ? shard : { ...shard, partitionKey };
  }

  private readonly keyOf = (part: string): string | undefined =>
    combinationOf(part, (measure) => this.watch.incidentAt(measure));
}
