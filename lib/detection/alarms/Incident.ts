/** How the anomalies of a key become incidents. */
export interface IncidentRules {
  /** Whether anomalies belong together at all; otherwise each is told. */
  readonly grouped: boolean;
  /** milliseconds that an incident goes on after the last record that held it */
  readonly cooldown: number;
  /** anomalies that it takes among the last `outOf` records of the key */
  readonly breaches: number;
  readonly outOf: number;
  /** how much worse than when it was told last an incident must be to be told again; '' for never */
  readonly escalateBy: number | '';
  readonly tellEnd: boolean;
}

/** One record of a key, as its limit sees it. */
export interface Sighting {
  /** milliseconds since the epoch */
  readonly time: number;
  readonly breaks: boolean;
  /** neither an anomaly nor between the limit and its clearing value */
  readonly isClear: boolean;
  /** Whether the limit says itself when an incident is over, so that time alone does not end it. */
  readonly lasting: boolean;
  /** NaN where values have no order */
  readonly level: number;
  /** 1 where a higher level is worse, -1 where a lower one is, 0 where levels have no order */
  readonly worse: -1 | 0 | 1;
}

/** What is remembered of an incident that goes on. Times in milliseconds since the epoch. */
export interface OpenIncident {
  readonly id: string;
  readonly since: number;
  /** the last record that held it */
  readonly until: number;
  readonly count: number;
  readonly peak: number;
  /** the level that was told last */
  readonly told: number;
  readonly escalation: number;
}

/** What is remembered of a key. */
export interface KeyState {
  /** how many records ago anomalies will have come when the next record does, the newest first */
  readonly recent: readonly number[];
  /** when the latest incident began, and how many of the key had begun at that same time before it */
  readonly since: number;
  readonly nth: number;
  readonly incident: OpenIncident | undefined;
}

/** What a message says about an incident. Times in milliseconds since the epoch. */
export interface Incident {
  readonly id: string;
  readonly key: string;
  readonly state: 'open' | 'update' | 'close';
  /** the time of the record that opened it */
  readonly since: number;
  /** the time of the last record that held it, once it is closed */
  readonly until?: number;
  /** the worst value so far, where values have an order */
  readonly peak?: number;
  /** anomalies so far */
  readonly count: number;
  /** how often it has been told again because it got worse */
  readonly escalation: number;
}

export interface Step {
  /** the same object when nothing has changed */
  readonly state: KeyState;
  readonly outcome: 'told' | 'same-incident' | 'too-few' | 'calm';
  /** what becomes of incidents: one may end and another begin with the same record */
  readonly changes: readonly (readonly [Incident['state'], OpenIncident])[];
}

const none: Step['changes'] = [];

/** What lies further back than this did not come late: the time before it was wrong, or the past is read once more; ms. */
const mostLate = 24 * 3_600_000;

export const untouched: KeyState = { recent: [], since: NaN, nth: 0, incident: undefined };

/** Takes in one record of a key. @param idOf names an incident by its beginning */
export function advance(
  before: KeyState,
  seen: Sighting,
  rules: IncidentRules,
  idOf: (since: number, nth: number) => string,
): Step {
  const single = rules.outOf === 1;
  const counted = seen.breaks && !single ? [0, ...before.recent] : before.recent;
  const enough = single ? seen.breaks : counted.length >= rules.breaches;
  const recent = aged(counted, rules);
  if (!rules.grouped) {
    const outcome = !seen.breaks ? 'calm' : enough ? 'told' : 'too-few';
    return { state: withIncident(before, recent, before.incident), outcome, changes: none };
  }
  const { incident } = before;
  if (incident && !isOver(incident, seen, enough, rules)) {
    return goOn(before, recent, incident, seen, enough, rules);
  }
  const ended = incident && rules.tellEnd ? ([['close', incident]] as const) : none;
  if (!seen.breaks || !enough) {
    const outcome = ended.length > 0 ? 'told' : seen.breaks ? 'too-few' : 'calm';
    return { state: withIncident(before, recent, undefined), outcome, changes: ended };
  }
  const nth = seen.time === before.since ? before.nth + 1 : 0;
  const opened: OpenIncident = {
    id: idOf(seen.time, nth),
    since: seen.time,
    until: seen.time,
    count: 1,
    peak: seen.level,
    told: seen.level,
    escalation: 0,
  };
  return {
    state: { recent, since: seen.time, nth, incident: opened },
    outcome: 'told',
    changes: [...ended, ['open', opened]],
  };
}

/** The anomalies that still count when the next record comes; more than are needed would never be asked for. */
function aged(recent: readonly number[], { breaches, outOf }: IncidentRules): readonly number[] {
  if (recent.length === 0) return recent;
  return recent
    .map((age) => age + 1)
    .filter((age) => age < outOf)
    .slice(0, breaches);
}

function isOver(
  { until }: OpenIncident,
  { time, breaks, isClear, lasting }: Sighting,
  enough: boolean,
  { cooldown, outOf }: IncidentRules,
): boolean {
  if (isLate(time, until)) return false;
  const quiet = cooldown === 0 || Math.abs(time - until) > cooldown;
  if (breaks) return !lasting && outOf === 1 && cooldown > 0 && quiet;
  return isClear && !enough && quiet;
}

/** A record that comes late says nothing about now. */
function isLate(time: number, until: number): boolean {
  return time < until && until - time <= mostLate;
}

function goOn(
  state: KeyState,
  recent: readonly number[],
  incident: OpenIncident,
  seen: Sighting,
  enough: boolean,
  { escalateBy }: IncidentRules,
): Step {
  const { time, breaks, isClear, level, worse } = seen;
  if (!breaks) {
    const holds = !isClear || enough;
    const until = holds && !isLate(time, incident.until) ? time : incident.until;
    const next = until === incident.until ? incident : { ...incident, until };
    return { state: withIncident(state, recent, next), outcome: 'calm', changes: none };
  }
  const told = orElse(incident.told, level);
  const escalates = escalateBy !== '' && worse * (level - told) >= escalateBy;
  const next: OpenIncident = {
    id: incident.id,
    since: incident.since,
    until: isLate(time, incident.until) ? incident.until : time,
    count: incident.count + 1,
    peak: worse * (level - incident.peak) <= 0 ? incident.peak : level,
    told: escalates ? level : told,
    escalation: incident.escalation + (escalates ? 1 : 0),
  };
  return {
    state: withIncident(state, recent, next),
    outcome: escalates ? 'told' : 'same-incident',
    changes: escalates ? [['update', next]] : none,
  };
}

/** A level that was not known yet. */
function orElse(known: number, level: number): number {
  return Number.isNaN(known) ? level : known;
}

/** The state after a record: the same object when the record has changed nothing. */
function withIncident(
  state: KeyState,
  recent: readonly number[],
  incident: OpenIncident | undefined,
): KeyState {
  if (recent === state.recent && incident === state.incident) return state;
  return { recent, since: state.since, nth: state.nth, incident };
}
