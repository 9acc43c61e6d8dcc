import { isVariable } from '../settings/environment';
import type { Fields } from '../settings/fields';
import { SettingError } from '../settings/SettingError';
import type { Settings } from '../settings/Settings';
import type { EditorNode, EditorRuntime } from './RED';
import { settingsShown } from './showDefaults';

declare const RED: EditorRuntime;

/**
 * The dialog's validator of one setting: the runtime's own check, with the reason in the user's language. Node-RED takes
 * text for a reason only from a function of two parameters; from one of a single parameter it counts as "valid".
 */
export function validator<F extends Fields>(type: string, settings: Settings<F>, name: keyof F & string) {
  return (value: unknown, options?: object): true | string => {
    void options;
    // The runtime fills in environment variables at deploy, so only it can judge them.
    if (typeof value === 'string' && isVariable(value)) return true;
    return explain(type, name, settings.problem(name, value));
  };
}

/** As `validator`, for a setting that must also fit the node's others, such as an expression over their names. */
export function validatorInContext<F extends Fields>(
  type: string,
  settings: Settings<F>,
  name: keyof F & string,
) {
  const alone = validator(type, settings, name);
  return function (this: EditorNode, value: unknown, options?: object): true | string {
    const verdict = alone(value, options);
    if (verdict !== true) return verdict;
    try {
      settings.parse({ ...settingsShown(this, settings.fields), [name]: value });
    } catch (error) {
      // What is wrong with another setting is for that one's own validator to say.
      if (error instanceof SettingError && error.path.startsWith(name)) return explain(type, name, error);
    }
    return true;
  };
}

function explain(type: string, name: string, problem: SettingError | undefined): true | string {
  if (!problem) return true;
  const reason = RED._(`@streamcut/node-red-anomaly/${type}:settings.${problem.problem}`, problem.values);
  return `${problem.path || name} ${reason}`;
}
