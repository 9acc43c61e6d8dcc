import { isVariable } from '../settings/environment';
import type { Fields } from '../settings/fields';
import { SettingError } from '../settings/SettingError';
import type { Settings } from '../settings/Settings';
import type { EditorNode, EditorRuntime } from './RED';
import { settingsShown } from './showDefaults';

declare const RED: EditorRuntime;

/**
 * The dialog's validators of a node's settings, by name: the runtime's own check, of the setting alone and beside the
 * others, with the reason in the user's language. Node-RED takes text for a reason only from a function of two parameters;
 * from one of a single parameter it counts as "valid".
 */
export function validators<F extends Fields>(type: string, settings: Settings<F>) {
  return (name: keyof F & string) =>
    function (this: EditorNode, value: unknown, options?: object): true | string {
      void options;
      // The runtime fills in environment variables at deploy, so only it can judge them.
      if (typeof value === 'string' && isVariable(value)) return true;
      const problem = settings.problem(name, value) ?? problemBeside(this, settings, name, value);
      if (!problem) return true;
      const reason = RED._(`@streamcut/node-red-anomaly/${type}:settings.${problem.problem}`, problem.values);
      return `${problem.path || name} ${reason}`;
    };
}

/** What is wrong with a setting because of others, such as an expression over names that they give. */
function problemBeside<F extends Fields>(
  node: EditorNode,
  settings: Settings<F>,
  name: string,
  value: unknown,
): SettingError | undefined {
  try {
    settings.parse({ ...settingsShown(node, settings.fields), [name]: value });
    return undefined;
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    // What is wrong with another setting is for that one's own validator to say.
    const [top] = error.path.split(/[.[]/, 1);
    return top === name ? error : undefined;
  }
}
