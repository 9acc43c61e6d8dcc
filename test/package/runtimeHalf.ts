import type { NodeInitializer } from 'node-red';

export interface RegisteredType {
  readonly type: string;
  readonly credentials: readonly string[];
}

/** Loads a built node with a stand-in for the runtime and tells which types it registers. */
export async function readRuntimeHalf(file: string): Promise<RegisteredType[]> {
  const registered: RegisteredType[] = [];
  const nodes = {
    registerType(type: string, _constructor: unknown, options: { credentials?: object } = {}) {
      registered.push({ type, credentials: Object.keys(options.credentials ?? {}) });
    },
  };
  const initializer = require(file) as NodeInitializer;
  await initializer(standIn({ nodes }) as never);
  return registered;
}

/** Answers every property and every call that `known` lacks with another stand-in. */
function standIn(known: object): object {
  return new Proxy(() => undefined, {
    get: (_target, name) => (Reflect.get(known, name) as unknown) ?? standIn({}),
    apply: () => standIn({}),
  });
}
