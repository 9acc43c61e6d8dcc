import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  later,
  memory,
  range,
  remembered,
  remembers,
  stranger,
  tape,
  tapeOf,
  useCrashes,
} from '../helpers/checkpoints';
import { drawn, redeploy, touch, type FlowJson } from '../helpers/deploys';
import { Bench, loggedErrors } from '../helpers/nodeRed';
import { until } from '../helpers/until';

interface Part {
  readonly type: 'memory' | 'later' | 'stranger';
  /** where its messages come from: the source is 0, the part before it 1, and so on, as far as there are any */
  readonly from: readonly number[];
}

interface Course {
  readonly parts: readonly Part[];
  /** what happens to the flow, one after the other; a number is that of a part which is deployed */
  readonly events: readonly ('crash' | 'rewind' | number)[];
}

const part = fc.record({
  type: fc.constantFrom('memory' as const, 'later' as const, 'later' as const, 'stranger' as const),
  from: fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1, maxLength: 2 }),
});
const courses: fc.Arbitrary<Course> = fc.record({
  parts: fc.array(part, { minLength: 3, maxLength: 7 }),
  events: fc.array(
    fc.oneof(fc.constant('crash' as const), fc.constant('rewind' as const), fc.nat({ max: 6 })),
    {
      minLength: 4,
      maxLength: 6,
    },
  ),
});

/** Ids of the parts, and of the memory at the end, which all that lead nowhere lead to. */
const idOf = (index: number) => `part ${index}`;
const end = 'end';

/** @returns the flow, what the source is wired to, and how often a memory gets each number */
function flowOf(parts: readonly Part[]): {
  readonly nodes: FlowJson[];
  readonly to: string[];
  readonly copies: ReadonlyMap<string, number>;
} {
  const wires = [-1, ...parts.keys()].map((): string[] => []);
  const ways = [1];
  parts.forEach(({ from }, index) => {
    const sources = new Set(from.map((back) => (back === 0 ? 0 : Math.max(0, index + 1 - back))));
    for (const source of sources) wires[source]!.push(idOf(index));
    ways.push([...sources].reduce((sum, source) => sum + ways[source]!, 0));
  });
  const copies = new Map([[end, 0]]);
  ways.forEach((count, index) => {
    if (parts[index - 1]?.type === 'memory') copies.set(idOf(index - 1), count);
    if (wires[index]!.length > 0) return;
    wires[index]!.push(end);
    copies.set(end, copies.get(end)! + count);
  });
  const nodes = parts.map(({ type }, index) => drawn(idOf(index), type, wires[index + 1]));
  return { nodes: [...nodes, drawn(end, 'memory')], to: wires[0]!, copies };
}

describe('checkpoints of any flow', () => {
  const disk = useCrashes();
  const length = 240;

  fc.sample(courses, { numRuns: 16, seed: 5 }).forEach(({ parts, events }, index) => {
    const types = parts.map(({ type }) => type).join(', ');
    it(`count each way of a record once, number ${index + 1}: ${types}; ${events.join(', ')}`, async () => {
      const { nodes, to, copies } = flowOf(parts);
      const deploy = () =>
        Bench.deploy([tape, memory, later, stranger], drawn('node', 'tape', to), { extra: nodes });
      await deploy();
      for (const [step, event] of events.entries()) {
        tapeOf().length = length * ((step + 1) / (events.length + 1));
        await remembers(copies.get(end)! * (tapeOf().length - 20), end);
        if (event === 'crash') {
          await disk.die();
          await deploy();
        } else if (event === 'rewind') tapeOf().rewind();
        else await redeploy(touch(idOf(event % parts.length)));
      }
      tapeOf().length = length;
      for (const [name, count] of copies) {
        const expected = range(length).flatMap((n) => Array.from({ length: count }, () => n));
        const sorted = () => [...remembered(name)].sort((a, b) => a - b);
        await until(
          () => sorted().join() === expected.join(),
          () => `${count} times 0 to ${length - 1} in ${name}, has ${sorted().join()}`,
        );
      }
      assert.deepEqual([tapeOf().told, loggedErrors()], [[], []]);
    });
  });
});
