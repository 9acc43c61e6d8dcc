import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { ModelFiles } from '../../lib/delivery/models/ModelFiles';
import { ModelStore } from '../../lib/delivery/models/ModelStore';
import { Feedback, type ReviewedIncident } from '../../lib/detection/feedback/Feedback';
import type { FeedbackCommand } from '../../lib/detection/feedback/feedbackCommand';
import { unannounced, withKnown, type Events } from '../../lib/metrics/announced';
import { Causes, type Relation } from '../../lib/metrics/Causes';
import { mostImpacted } from '../../lib/metrics/contributions';
import type { Interval } from '../../lib/metrics/Interval';
import { filterBy } from '../../lib/metrics/dimensions';
import { Groups } from '../../lib/metrics/Groups';
import type { IncidentEvent } from '../../lib/metrics/Incident';
import { Incidents, strangeFrom } from '../../lib/metrics/Incidents';
import { Judge, type Impacted, type Judged, type SeriesFault } from '../../lib/metrics/Judge';
import type { Point } from '../../lib/metrics/Point';
import { noProgress, progressOf, type Progress } from '../../lib/metrics/progress';
import { Silences } from '../../lib/metrics/Silences';
import { SeriesModels, type SeriesModel } from '../../lib/metrics/SeriesModels';
import type { Steps } from '../../lib/steps/Steps';
import { detectorOptions, groupRules, incidentRules } from './options';
import { packIncidents, readIncidents } from './saved';
import { intervalOf, type MetricsSettings } from './settings';

/** One in so many intervals of the past; 24 hours and 1,440 minutes are no multiples of it. */
const sampledEvery = 7;

/** What it takes to group a point, see Steps. */
const perGrouped = 0.1;

/** What has become of an incident, and what other measures have to do with it. */
export interface Told extends IncidentEvent {
  readonly related: readonly Relation[];
}

/** What an interval has brought. */
export interface Seen {
  readonly told: readonly Told[];
  /** of each measure, in their order */
  readonly points: readonly (readonly Point[])[];
  readonly faults: readonly SeriesFault[];
}

/**
 * Watches the series of a cube, interval by interval, and groups what is strange into incidents. Between the steps of an
 * interval nothing else may be done with it, but for `restore`, `discard` and `close`, after which they must not go on.
 */
export class Watch {
  /** the severity from which on a single value is strange */
  readonly limit: number;
  private readonly models: ModelStore<SeriesModel>;
  private readonly judge: Judge;
  private readonly incidents: Incidents;
  private readonly causes: Causes;
  private readonly groups: Groups;
  private readonly silences = new Silences();
  private readonly feedback: Feedback;
  private readonly isTold: (point: Point) => boolean;
  private latest = noProgress;

  /**
   * @param blobs where models are written to
   * @param sender tells these incidents from those of others
   * @param events known beforehand
   * @param notWritten is told why a model cannot be written to its file, once until one can
   */
  constructor(
    private readonly settings: MetricsSettings,
    blobs: BlobFolder,
    sender: string,
    private readonly events: Events,
    notWritten?: (error: unknown) => void,
  ) {
    const { measures, maxMemory, missing } = settings;
    const names = measures.map(({ name }) => name);
    const kind = new SeriesModels(names, detectorOptions(settings), missing === 'skip' || missing === 'zero');
    this.models = new ModelStore(kind, new ModelFiles(blobs), maxMemory * 1e6, notWritten);
    this.judge = new Judge(kind, this.models, this.silences, names);
    this.feedback = new Feedback(settings.timeZone);
    const rules = incidentRules(settings, sender, this.feedback);
    this.incidents = new Incidents(rules);
    this.causes = new Causes(rules.interval);
    this.groups = new Groups(groupRules(settings));
    this.limit = strangeFrom(rules);
    const passes = filterBy(settings.alertFilters, settings.dimensions);
    this.isTold = ({ dimensions }) => passes(dimensions);
  }

  /** Series watched: measures times combinations of dimensions' values. */
  get series(): number {
    return this.models.size * this.settings.measures.length;
  }

  /** How far the series were in the last interval. */
  get progress(): Progress {
    return this.latest;
  }

  /** Incidents that go on. */
  get open(): number {
    return this.incidents.current.length;
  }

  /** The combination of dimensions' values that a measure's incident impacts most; undefined without an incident. */
  incidentAt(measure: string): string | undefined {
    const incident = this.incidents.current.find((each) => each.measure === measure);
    return incident && mostImpacted([...incident.impacts.values()])?.key;
  }

  /** Series whose models are in memory. */
  get live(): number {
    return this.models.liveSize * this.settings.measures.length;
  }

  /** Bytes of the models in memory. */
  get byteLength(): number {
    return this.models.byteLength;
  }

  /** Whether there is room for a combination of dimensions' values, which is watched from now on. */
  admit(key: string): boolean {
    if (this.models.has(key)) return true;
    const { measures, maxSeries } = this.settings;
    if ((this.models.size + 1) * measures.length > maxSeries) return false;
    this.models.add(key);
    return true;
  }

  /** Learns an interval of the past. @returns what could not be learned */
  *learn(interval: Interval): Steps<readonly SeriesFault[]> {
    const faults = yield* this.isSample(interval) ? this.learnGroups(interval) : this.judge.learn(interval);
    this.retire(interval.retired);
    return faults;
  }

  /** Judges an interval and then learns it. */
  *look(interval: Interval): Steps<Seen> {
    const { points, faults } = yield* this.pointsOf(interval);
    this.latest = progressOf(points);
    const events = this.incidents.closeAbsorbed();
    for (const [at, of] of points.entries()) {
      const { name } = this.settings.measures[at]!;
      const series = of.filter(this.isTold);
      const usual = yield* unannounced(series, { measure: name, interval }, this.events);
      const groups = this.groups.judge(name, interval.start, usual);
      yield perGrouped * of.length;
      const event = this.incidents.judge(name, interval.start, series, groups);
      if (event) events.push(event);
    }
    const told = events.map((event) => ({
      ...event,
      related: this.causes.of(event.incident, this.incidents.current),
    }));
    for (const { incident } of events) this.feedback.tell({ ...incident.kind, id: incident.id });
    const begun = events.filter(({ state }) => state === 'open').map(({ incident }) => incident);
    this.causes.note(begun, this.incidents.current);
    this.retire(interval.retired);
    return { told, points, faults };
  }

  /** The latest incidents, and what people said of them. */
  get reviewed(): ReviewedIncident[] {
    return this.feedback.list();
  }

  /** Whether it is one of these incidents that something is said of. */
  knows(command: FeedbackCommand): boolean {
    return this.feedback.find(command) !== undefined;
  }

  /** @throws RecordError when the incident is not known */
  obey(command: FeedbackCommand): void {
    this.feedback.obey(command);
  }

  /** Forgets one combination of dimensions' values, or everything. */
  reset(key?: string): void {
    this.models.forget(key);
    this.incidents.forget(key);
    this.silences.forget(key);
    if (key !== undefined) return;
    this.causes.forget();
    this.groups.forget();
    this.feedback.reset();
    this.latest = noProgress;
  }

  /** See Keeping. */
  changes(): PartChange[] {
    const changes = this.models.changes();
    changes.push(...packIncidents(this.incidents, this.causes));
    changes.push(...this.silences.changes(), ...this.groups.changes(), ...this.feedback.changes());
    return changes;
  }

  /**
   * Goes on from what `changes` has told, which may stand among other parts.
   * @throws Error naming the part that cannot be used; nothing has changed then
   */
  restore(parts: SavedParts): void {
    const { incidents, pairs } = readIncidents(parts);
    this.silences.restore(parts);
    this.groups.restore(parts);
    this.feedback.restore(parts);
    this.models.restore(parts);
    this.incidents.load(incidents);
    this.causes.load(pairs);
  }

  /** Begins anew, but for what people said; the next `changes` removes what was saved. @returns how many combinations are given up */
  discard(parts: SavedParts): number {
    this.models.restore(parts);
    this.feedback.restore(parts);
    const given = this.models.size;
    this.models.forget();
    this.silences.restore(new Map());
    this.groups.restore(new Map());
    this.incidents.load([]);
    this.causes.load([]);
    return given;
  }

  /** Gives the memory of all models back; what no checkpoint has is lost. */
  close(): void {
    this.models.close();
  }

  private *pointsOf(interval: Interval): Steps<Judged> {
    const impacted: Impacted = (measure, key) => this.incidents.impactOn(measure, key);
    const { points, faults } = yield* this.judge.judge(interval, impacted);
    const known: Point[][] = [];
    for (const [at, of] of points.entries()) {
      const { name: measure } = this.settings.measures[at]!;
      known.push(yield* withKnown(of, { measure, interval }, this.events, this.limit));
    }
    return { faults, points: known };
  }

  /** Learns an interval of the past, and what it says of the groups. */
  private *learnGroups(interval: Interval): Steps<readonly SeriesFault[]> {
    const { points, faults } = yield* this.pointsOf(interval);
    for (const [at, of] of points.entries()) {
      const { name: measure } = this.settings.measures[at]!;
      const series = of.filter(this.isTold);
      const usual = yield* unannounced(series, { measure, interval }, this.events);
      this.groups.judge(measure, interval.start, usual);
      yield perGrouped * of.length;
    }
    return faults;
  }

  /** Whether an interval of the past is judged, which takes twice as long: some are, at all times of day and week. */
  private isSample({ start }: Interval): boolean {
    return Math.round(start / intervalOf(this.settings)) % sampledEvery === 0;
  }

  /** Forgets combinations that have had no rows for long. */
  private retire(keys: readonly string[]): void {
    for (const key of keys) {
      this.models.forget(key);
      this.incidents.forget(key);
      this.silences.forget(key);
    }
  }
}
