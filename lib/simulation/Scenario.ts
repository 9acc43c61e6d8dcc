/** The names of the scenarios, apart from what they do, so that the editor can list them. */
export const scenarioNames = ['clickstream', 'vpc-flow-logs', 'shop'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What is true about one simulated record: the answer that a detector should find. */
export interface Label {
  /** true when an injected anomaly shaped this record */
  readonly anomaly: boolean;
  /** `normal`, `holiday`, or the anomaly's kind, such as `high-ctr` or `outage` */
  readonly kind: string;
  /** the pass that the record belongs to, counted from 0 in each round */
  readonly pass: number;
  /** 0 for the first run through all passes, 1 for its first repetition, and so on */
  readonly round: number;
  /** the site, network interface or series of a shop that the record is about */
  readonly target?: string;
  /** what is wrong with a record that is meant to fail in the pipeline */
  readonly fault?: string;
}

export interface SimulatedRecord {
  readonly payload: unknown;
  /** the record's own time in milliseconds since the epoch; never smaller than that of the record before */
  readonly timestamp: number;
  readonly label: Label;
}

/** An anomaly put into the data: which passes differ, and how. */
export interface Injection {
  /** the first pass that is different */
  readonly from: number;
  /** how many passes are */
  readonly length: number;
  /** what holds instead: the scenario's `value` says in which unit and between which limits */
  readonly value: number;
  /** the site, the network interface, or a shop's country, category or platform; '' for all */
  readonly target: string;
}

/** What all scenarios need; each takes what concerns it. */
export interface SimulationOptions {
  /** length of a round */
  readonly passes: number;
  readonly repeat: boolean;
  readonly seed: number;
  /** passes per second of virtual time */
  readonly pace: number;
  /** null stands for the scenario's own */
  readonly anomalies: readonly Injection[] | null;
  /** the probability that an impression is clicked */
  readonly clickRate: number;
  readonly sites: readonly string[];
  readonly interfaces: readonly string[];
  /** the share of envelopes that a broken one accompanies */
  readonly corruptRate: number;
  readonly extractedFields: boolean;
  /** minutes that a row of the shop stands for */
  readonly interval: number;
}

/** One run through all passes. */
export interface Round {
  readonly index: number;
  /** virtual time of the first pass, milliseconds since the epoch */
  readonly start: number;
  readonly injections: readonly Injection[];
}

/** A kind of data to simulate. Pure: the same options and round give the same records. */
export interface Scenario {
  /** limits of an injection's value */
  readonly value: { readonly min: number; readonly max: number };
  /** what an injection may be aimed at */
  targets(options: SimulationOptions): readonly string[];
  /** what is injected when the options leave it open */
  usualAnomalies(options: SimulationOptions): readonly Injection[];
  /** milliseconds of virtual time that a pass takes */
  passLength(options: SimulationOptions): number;
  records(options: SimulationOptions, round: Round): Iterable<SimulatedRecord>;
}
