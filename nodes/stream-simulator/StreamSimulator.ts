import { RecordError } from '../../lib/records/RecordError';
import type { Message } from '../../lib/records/messageProperty';
import { topicOf } from '../../lib/records/topicOf';
import { Pacer, type Timers } from '../../lib/simulation/Pacer';
import { simulation, type Simulation } from '../../lib/simulation/simulate';
import type { Label, SimulatedRecord } from '../../lib/simulation/Scenario';
import { momentTime } from '../../lib/settings/moment';
import type { SimulatorSettings } from './settings';

export type State = 'waiting' | 'running' | 'stopped' | 'finished';

/** Where a simulation stands, for the status. */
export interface Progress {
  readonly state: State;
  /** what the latest record was; undefined before the first */
  readonly label: Label | undefined;
}

export interface Outlet {
  send(msg: Message): void;
  progress(progress: Progress): void;
}

/** Plays a scenario: starts, stops and begins again when told to, and sends each record at its time. */
export class StreamSimulator {
  private readonly simulation: Simulation;
  private pacer: Pacer<SimulatedRecord> | undefined;
  private state: State = 'waiting';
  private label: Label | undefined;

  /**
   * @param timers paces the records
   * @param clock milliseconds since the epoch: when virtual time begins, if the settings do not fix it
   * @throws SettingError when the scenario cannot have one of the anomalies
   */
  constructor(
    private readonly settings: SimulatorSettings,
    private readonly outlet: Outlet,
    private readonly timers: Timers,
    private readonly clock: () => number = Date.now,
  ) {
    this.simulation = simulation(settings.scenario, settings);
    this.enter('waiting');
  }

  /** Obeys a message. @throws RecordError when it says nothing that the simulator understands */
  command(msg: Message): void {
    // A stream to flush or a model to train is further down the flow.
    if (msg.flush || msg.train) return;
    if (msg.reset) {
      const topic = topicOf(msg);
      if (topic === undefined || topic === this.settings.scenario) this.reset();
      return;
    }
    switch (msg.payload) {
      case true:
      case 'start':
        return this.start();
      case false:
      case 'stop':
        return this.stop();
      default:
        throw new RecordError('payload', msg.payload, 'true or "start", false or "stop"');
    }
  }

  /** Starts, goes on after a stop, or begins again after the end. */
  start(): void {
    if (this.state === 'running') return;
    if (this.state === 'finished') this.rewind();
    this.pacer ??= this.newPacer();
    this.enter('running');
    this.pacer.start();
  }

  /** Virtual time stands still until the next start. */
  stop(): void {
    if (this.state !== 'running') return;
    this.pacer?.stop();
    this.enter('stopped');
  }

  /** Back to the first record; what was running runs on from there. */
  reset(): void {
    const running = this.state === 'running';
    this.rewind();
    this.enter('waiting');
    if (running) this.start();
  }

  /** Lets go of the timer, without a word: the node goes away. */
  close(): void {
    this.pacer?.stop();
  }

  private rewind(): void {
    this.pacer?.stop();
    this.pacer = undefined;
    this.label = undefined;
  }

  private newPacer(): Pacer<SimulatedRecord> {
    const { startTime, speed } = this.settings;
    const start = momentTime(startTime) ?? this.clock();
    return new Pacer(
      this.simulation.records(start),
      start,
      {
        speed,
        deliver: (records) => this.deliver(records),
        finished: () => this.enter('finished'),
      },
      this.timers,
    );
  }

  private deliver(records: readonly SimulatedRecord[]): void {
    const last = records[records.length - 1]!;
    const topic = this.settings.scenario;
    if (this.settings.emit === 'batch') {
      this.outlet.send({
        payload: records.map(({ payload }) => payload),
        topic,
        timestamp: last.timestamp,
        label: records.map(({ label }) => ({ ...label })),
      });
    } else {
      for (const { payload, timestamp, label } of records)
        this.outlet.send({ payload, topic, timestamp, label: { ...label } });
    }
    this.label = last.label;
    this.outlet.progress({ state: this.state, label: this.label });
  }

  private enter(state: State): void {
    this.state = state;
    this.outlet.progress({ state, label: this.label });
  }
}
