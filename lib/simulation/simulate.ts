import { describeValue } from '../records/describeValue';
import { SettingError } from '../settings/SettingError';
import { clickstream } from './clickstream';
import { shop } from './shop';
import type { Scenario, ScenarioName, SimulatedRecord, SimulationOptions } from './Scenario';
import { vpcFlowLogs } from './vpcFlowLogs';

/** Every scenario by its name. A new one needs its name in `scenarioNames` and its entry here. */
const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  clickstream,
  'vpc-flow-logs': vpcFlowLogs,
  shop,
};

/** A simulation that can be run from the beginning any number of times, with the same records each time. */
export interface Simulation {
  /** @param start virtual time of the first pass, milliseconds since the epoch */
  records(start: number): Iterator<SimulatedRecord>;
}

/** @throws SettingError naming the anomaly that the scenario cannot have */
export function simulation(name: ScenarioName, options: SimulationOptions): Simulation {
  const scenario = scenarios[name];
  checkAnomalies(scenario, options);
  return { records: (start) => rounds(scenario, options, start) };
}

function* rounds(scenario: Scenario, options: SimulationOptions, start: number): Generator<SimulatedRecord> {
  const injections = options.anomalies ?? scenario.usualAnomalies(options);
  const length = options.passes * scenario.passLength(options);
  for (let index = 0; index === 0 || options.repeat; index++) {
    yield* scenario.records(options, { index, start: start + index * length, injections });
  }
}

function checkAnomalies(scenario: Scenario, options: SimulationOptions): void {
  const { value } = scenario;
  const targets = scenario.targets(options);
  options.anomalies?.forEach((one, index) => {
    if (one.value < value.min || one.value > value.max) {
      throw new SettingError(
        'number',
        { ...value, seen: describeValue(one.value) },
        `anomalies[${index}].value`,
      );
    }
    if (one.target !== '' && !targets.includes(one.target)) {
      throw new SettingError(
        'choice',
        { choices: targets.slice(0, 5).join(', '), seen: describeValue(one.target) },
        `anomalies[${index}].target`,
      );
    }
  });
}
