/**
 * Lets the tests of a suite change environment variables; call it in the suite's body. Those whose names match `cleared`
 * are away at the start of every test, and everything is as it was after it.
 */
export function useEnvironment(cleared: RegExp): (values: Readonly<Record<string, string>>) => void {
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    for (const name of Object.keys(process.env))
      if (cleared.test(name)) Reflect.deleteProperty(process.env, name);
  });
  afterEach(() => {
    for (const name of Object.keys(process.env))
      if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  });
  return (values) => void Object.assign(process.env, values);
}
