import type { ReadingKind } from './readings';

/** What is usual on machines of a kind. */
export interface MachineKind {
  /** between records in ms */
  readonly interval: number;
  /** part of the load's variance that the time of day brings; how much lower weekends are */
  readonly daily: number;
  readonly weekend: number;
  /** records after which the rest of the load is another one */
  readonly loadMemory: number;
  /** part of a metric's variance that is its own */
  readonly own: number;
  /** chance a record that the load goes to another level and stays for hundreds of records */
  readonly regimes: number;
  /** a job at night: its hour, its records, and the part of the metrics that it moves; none of 0 records */
  readonly job: { readonly hour: number; readonly records: number; readonly part: number };
  /** deploys and changes of configuration among 10,000 records, each of which moves some metrics for good */
  readonly deploys: number;
  /** part of the metrics that slowly rise or fall */
  readonly trends: number;
  /** stretches among 10,000 records in which some values are missing */
  readonly gaps: number;
  readonly readings: Readonly<Partial<Record<ReadingKind, number>>>;
}

const minute = 60_000;

/** Machines to develop on. */
export const developmentKinds: Readonly<Record<string, MachineKind>> = {
  'web server': {
    interval: minute,
    daily: 0.6,
    weekend: 0.3,
    loadMemory: 60,
    own: 0.3,
    regimes: 0,
    job: { hour: 3, records: 20, part: 0.2 },
    deploys: 2,
    trends: 0.05,
    gaps: 2,
    readings: { utilisation: 4, rate: 5, sparse: 3, constant: 3, count: 3, sawtooth: 1, latency: 3, slow: 1 },
  },
  database: {
    interval: 5 * minute,
    daily: 0.4,
    weekend: 0,
    loadMemory: 20,
    own: 0.5,
    regimes: 0.0005,
    job: { hour: 1, records: 12, part: 0.5 },
    deploys: 3,
    trends: 0.15,
    gaps: 0,
    readings: { utilisation: 3, rate: 5, sparse: 4, constant: 2, count: 2, sawtooth: 2, latency: 4, slow: 2 },
  },
  'batch worker': {
    interval: minute,
    daily: 0.1,
    weekend: 0,
    loadMemory: 15,
    own: 0.4,
    regimes: 0.003,
    job: { hour: 0, records: 0, part: 0 },
    deploys: 4,
    trends: 0.1,
    gaps: 3,
    readings: { utilisation: 6, rate: 4, sparse: 6, constant: 4, count: 3, sawtooth: 3, latency: 1, slow: 1 },
  },
  cache: {
    interval: minute / 2,
    daily: 0.3,
    weekend: 0,
    loadMemory: 200,
    own: 0.2,
    regimes: 0,
    job: { hour: 4, records: 40, part: 0.1 },
    deploys: 1,
    trends: 0.25,
    gaps: 1,
    readings: { utilisation: 3, rate: 8, sparse: 2, constant: 6, count: 4, sawtooth: 1, latency: 3, slow: 3 },
  },
};

/** Machines that no choice was made on. */
export const validationKinds: Readonly<Record<string, MachineKind>> = {
  queue: {
    interval: minute,
    daily: 0.5,
    weekend: 0.5,
    loadMemory: 10,
    own: 0.6,
    regimes: 0.001,
    job: { hour: 2, records: 30, part: 0.3 },
    deploys: 2,
    trends: 0.05,
    gaps: 1,
    readings: { utilisation: 2, rate: 4, sparse: 8, constant: 2, count: 6, sawtooth: 1, latency: 2, slow: 1 },
  },
  'build host': {
    interval: 2 * minute,
    daily: 0.3,
    weekend: 0.8,
    loadMemory: 8,
    own: 0.5,
    regimes: 0.006,
    job: { hour: 5, records: 15, part: 0.6 },
    deploys: 5,
    trends: 0.1,
    gaps: 4,
    readings: { utilisation: 6, rate: 3, sparse: 5, constant: 3, count: 3, sawtooth: 3, latency: 2, slow: 1 },
  },
  'file server': {
    interval: 5 * minute,
    daily: 0.5,
    weekend: 0.6,
    loadMemory: 40,
    own: 0.3,
    regimes: 0,
    job: { hour: 23, records: 24, part: 0.4 },
    deploys: 1,
    trends: 0.3,
    gaps: 2,
    readings: { utilisation: 3, rate: 6, sparse: 3, constant: 5, count: 2, sawtooth: 3, latency: 2, slow: 4 },
  },
  gateway: {
    interval: minute,
    daily: 0.7,
    weekend: 0.2,
    loadMemory: 100,
    own: 0.15,
    regimes: 0.0002,
    job: { hour: 0, records: 0, part: 0 },
    deploys: 3,
    trends: 0.02,
    gaps: 1,
    readings: {
      utilisation: 4,
      rate: 9,
      sparse: 3,
      constant: 2,
      count: 4,
      sawtooth: 0.5,
      latency: 5,
      slow: 1,
    },
  },
};
