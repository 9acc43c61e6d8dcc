import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Ranges } from '../../../lib/random-cut-forest/Ranges';
import { SlabMemory } from '../../../lib/random-cut-forest/SlabMemory';

const megabyte = 1024 * 1024;

function open(): SlabMemory {
  const memory = SlabMemory.open();
  assert.ok(memory, 'this machine has vector instructions');
  return memory;
}

describe('ranges of memory', () => {
  it('never overlap, stay within bounds, and all come back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat())), (steps) => {
        const ranges = new Ranges(100, 300);
        const taken: { begin: number; length: number }[] = [];
        for (const [length, which] of steps) {
          const begin = ranges.take(length);
          if (begin !== undefined) {
            assert.ok(begin >= 100 && begin + length <= 300);
            for (const other of taken) {
              assert.ok(begin + length <= other.begin || other.begin + other.length <= begin);
            }
            taken.push({ begin, length });
          }
          if (which % 2 === 0 && taken.length > 0) {
            const [back] = taken.splice(which % taken.length, 1);
            ranges.giveBack(back!.begin, back!.length);
          }
        }
        assert.equal(ranges.isEmpty, taken.length === 0);
        for (const { begin, length } of taken) ranges.giveBack(begin, length);
        assert.ok(ranges.isEmpty);
        assert.equal(ranges.take(200), 100, 'free neighbours are one');
      }),
    );
  });
});

describe('the memory of compiled forests', () => {
  it('is shared by small ones, and grows by a slab when they fill one', () => {
    const memory = open();
    const [first, second] = [memory.allocate(megabyte, 4), memory.allocate(megabyte, 4)] as const;
    assert.equal(first.buffer, second.buffer);
    assert.equal(first.byteOffset % 64, 0);
    const one = memory.byteLength;
    for (let i = 0; i < 16; i++) memory.allocate(megabyte, 4);
    assert.equal(memory.byteLength, 2 * one);
  });

  it('is of few slabs, however much it is', () => {
    const memory = open();
    const blocks = Array.from({ length: 64 }, () => memory.allocate(15 * megabyte, 4));
    assert.ok(new Set(blocks.map(({ buffer }) => buffer)).size < 20);
  });

  it('is 0 where another was before, and where none was', () => {
    const memory = open();
    const isEmpty = (length: number) => {
      const block = memory.allocate(length, 4);
      const bytes = new Uint8Array(block.buffer, block.byteOffset, length);
      const was = bytes.every((byte) => byte === 0);
      bytes.fill(1);
      block.free();
      return was;
    };
    assert.ok([1000, 3000, 500, 3001].every(isEmpty));
  });

  it('has room for one that is larger than a slab, or wider than any other', () => {
    const memory = open();
    const large = memory.allocate(40 * megabyte, 4);
    assert.equal(large.byteLength, 40 * megabyte);
    const wide = memory.allocate(megabyte, 1_280_000);
    assert.ok(wide.slab.points.length >= 1_280_000);
    assert.ok(wide.slab.parts.length >= 2 * 1_280_000);
  });

  it('gives out zeros where another forest has been', () => {
    const memory = open();
    const kept = memory.allocate(64, 4);
    const block = memory.allocate(1000, 4);
    new Uint8Array(block.buffer, block.byteOffset, 1000).fill(7);
    block.free();
    const again = memory.allocate(1000, 4);
    assert.equal(again.byteOffset, block.byteOffset);
    assert.ok(new Uint8Array(again.buffer, again.byteOffset, 1000).every((byte) => byte === 0));
    assert.notEqual(kept.byteOffset, again.byteOffset);
  });

  it('comes back with the last forest of a slab', () => {
    const memory = open();
    const blocks = Array.from({ length: 100 }, () => memory.allocate(megabyte, 4));
    for (const block of blocks) block.free();
    assert.equal(memory.byteLength, 0);
  });

  it('comes back from forests that were forgotten without being freed', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const memory = open();
    const forget = () => Array.from({ length: 20 }, () => memory.allocate(megabyte, 4).byteLength).length;
    assert.equal(forget(), 20);
    assert.ok(memory.byteLength > 0);
    for (let tries = 0; memory.byteLength > 0 && tries < 50; tries++) {
      collect();
      await sleep(10);
    }
    assert.equal(memory.byteLength, 0);
  });

  it('is left alone where WebAssembly or its vectors are missing', () => {
    const { WebAssembly } = globalThis;
    try {
      Object.assign(globalThis, { WebAssembly: { ...WebAssembly, validate: () => false } });
      assert.equal(SlabMemory.open(), undefined);
      Object.assign(globalThis, { WebAssembly: undefined });
      assert.equal(SlabMemory.open(), undefined);
    } finally {
      Object.assign(globalThis, { WebAssembly });
    }
  });
});
