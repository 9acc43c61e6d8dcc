import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { applyChanges, changesBetween, RandomCutForest, withTimeDecay } from '../../../lib/random-cut-forest';
import { checksum, swapped } from '../../../lib/random-cut-forest/checksum';
import { aligned, headerOf, lengthOf, magic, sections } from '../../../lib/random-cut-forest/layout';
import { version2 } from '../../../lib/random-cut-forest/upgrades/version2';
import { noise } from '../../helpers/noise';
import { assertInvariants } from './invariants';

const small = { dimensions: 3, numberOfTrees: 6, subSampleSize: 20, timeDecay: 100, shingleSize: 2 };

function grown(records: number, seed = 1): RandomCutForest {
  const random = noise(seed);
  const forest = new RandomCutForest(small);
  for (let i = 0; i < records; i++) forest.update([random(), random(), random()]);
  return forest;
}

/** The scores that follow, which tell any two states apart. */
function future(forest: RandomCutForest, records = 60): number[] {
  const random = noise(99);
  return Array.from({ length: records }, () => forest.scoreAndUpdate([random(), random(), random()]));
}

describe('a snapshot', () => {
  /** As a machine of the other byte order would have written it: each number turned round by itself. */
  const fromOtherMachine = (snapshot: ArrayBuffer): ArrayBuffer => {
    const { options, rows } = headerOf(snapshot);
    const bytes = new Uint8Array(snapshot.slice(0));
    let at = 0;
    for (const [, View, length] of sections(options, rows)) {
      const size = View.BYTES_PER_ELEMENT;
      for (let i = 0; i < length; i++) bytes.subarray(at + i * size, at + (i + 1) * size).reverse();
      at = aligned(at + length * size);
    }
    // The checksum is over words of 32 bits as that machine reads them.
    const words = new Uint32Array(bytes.buffer);
    let hash = 0x811c9dc5;
    words.forEach((word, i) => (hash = Math.imul(hash ^ (i === 2 ? 0 : swapped(word)), 0x01000193)));
    words[2] = swapped(hash >>> 0);
    return bytes.buffer;
  };

  it('may stand anywhere in a larger buffer, as what is read from a file may', () => {
    const forest = grown(40);
    const snapshot = Buffer.from(forest.snapshot());
    const larger = Buffer.concat([Buffer.from('...'), snapshot, Buffer.from('!')]);
    const read = larger.subarray(3, 3 + snapshot.length);
    assert.deepEqual(future(RandomCutForest.from(read)), future(forest));
    assert.equal(RandomCutForest.from(withTimeDecay(read, 7)).options.timeDecay, 7);
  });

  it('moves to a machine of the other byte order', () => {
    for (const records of [0, 3, 15, 300]) {
      const forest = grown(records);
      const moved = RandomCutForest.from(fromOtherMachine(forest.snapshot()));
      assert.deepEqual(moved.snapshot(), forest.snapshot());
      assertInvariants(moved);
      assert.deepEqual(future(moved), future(forest));
    }
  });

  it('is refused when any bit of it is flipped', () => {
    const snapshot = grown(300).snapshot();
    fc.assert(
      fc.property(fc.nat(snapshot.byteLength - 1), fc.nat(7), (at, bit) => {
        const damaged = new Uint8Array(snapshot.slice(0));
        damaged[at]! ^= 1 << bit;
        assert.throws(() => RandomCutForest.from(damaged.buffer), Error);
      }),
      { seed: 1, numRuns: 1000 },
    );
    for (let bit = 0; bit < 64 * 8; bit++) {
      const damaged = new Uint8Array(snapshot.slice(0));
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => RandomCutForest.from(damaged.buffer), Error, `bit ${bit} of the header`);
    }
  });

  it('is refused wherever it is cut off, or when something follows it', () => {
    const snapshot = grown(300).snapshot();
    fc.assert(
      fc.property(fc.nat(snapshot.byteLength - 1), (length) => {
        assert.throws(() => RandomCutForest.from(snapshot.slice(0, length)), /bytes.*, got \d+/);
      }),
      { seed: 2, numRuns: 300 },
    );
    const longer = new Uint8Array(snapshot.byteLength + 16);
    longer.set(new Uint8Array(snapshot));
    assert.throws(() => RandomCutForest.from(longer.buffer), /must have \d+ bytes, got \d+/);
  });

  it('is left as it is by the forest made from it', () => {
    const snapshot = grown(50).snapshot();
    const copy = snapshot.slice(0);
    future(RandomCutForest.from(snapshot));
    assert.deepEqual(snapshot, copy);
  });
});

interface Fixture {
  readonly options: object;
  readonly seen: number;
  readonly scores: readonly number[];
  readonly snapshot: string;
}

function fixtureOf(version: number): Fixture & { snapshotBytes(): ArrayBuffer } {
  const file = path.join(__dirname, 'fixtures', `forest-${version}.json`);
  const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture;
  return { ...fixture, snapshotBytes: () => Uint8Array.from(Buffer.from(fixture.snapshot, 'base64')).buffer };
}

for (const version of [1, 2, 3]) {
  describe(`a snapshot of version ${version}`, () => {
    const fixture = fixtureOf(version);

    it('becomes a forest that goes on learning as any', () => {
      const forest = RandomCutForest.from(fixture.snapshotBytes());
      assert.deepEqual(forest.options, fixture.options);
      assert.equal(forest.seen, fixture.seen);
      assertInvariants(forest);
      const random = noise(3);
      for (let i = 0; i < 500; i++) {
        assert.ok(forest.scoreAndUpdate([random(), 5 * random()]) >= 0);
        if (i % 50 === 0) assertInvariants(forest);
      }
      const again = RandomCutForest.from(forest.snapshot());
      assert.equal(again.score([1, 2]), forest.score([1, 2]));
      assert.ok(forest.neighbours([1, 2]).every(({ age }) => age >= 0));
    });

    it('is refused when a bit of it is flipped', () => {
      fc.assert(
        fc.property(fc.nat(fixture.snapshotBytes().byteLength - 1), fc.nat(7), (at, bit) => {
          const damaged = new Uint8Array(fixture.snapshotBytes());
          damaged[at]! ^= 1 << bit;
          assert.throws(() => RandomCutForest.from(damaged.buffer), Error);
        }),
        { seed: 3, numRuns: 500 },
      );
    });
  });
}

describe('a forest from an earlier version', () => {
  it('knows what it knew in version 1', () => {
    const { scores, snapshotBytes } = fixtureOf(1);
    const forest = RandomCutForest.from(snapshotBytes());
    for (const [i, expected] of scores.entries()) {
      const score = forest.score([3 * i - 10, 40 - 3 * i]);
      // Version 1 added up distances in float64, later ones in float32.
      assert.ok(Math.abs(score - expected) < 1e-5, `${score} against ${expected}`);
    }
  });

  for (const version of [2, 3]) {
    it(`gives the score that it would have given in version ${version}, bit by bit, until it draws again`, () => {
      const { scores, snapshotBytes } = fixtureOf(version);
      for (const kernel of ['compiled', 'plain'] as const) {
        assert.equal(RandomCutForest.from(snapshotBytes(), kernel).score([1, 2]), scores[0]);
      }
    });
  }

  it('is refused with a point wider than the trees can count', () => {
    const options = {
      dimensions: 1000,
      numberOfTrees: 1,
      subSampleSize: 2,
      timeDecay: 1,
      shingleSize: 66,
      seed: 1,
    };
    const words = new Uint32Array(lengthOf(version2.sections(options, 2), version2.alignment) / 4);
    words.set([magic, 2, 0, 1000, 1, 2, 1, 66, 1, 2]);
    words[2] = checksum(words);
    assert.throws(
      () => RandomCutForest.from(words.buffer),
      /dimensions times shingleSize must be at most 65536, got 66000/,
    );
  });
});

describe('a snapshot with another time decay', () => {
  it('is that of a forest which forgets at the new rate from then on', () => {
    const random = noise(6);
    const oldest = (timeDecay: number) => {
      const slow = new RandomCutForest({
        dimensions: 1,
        numberOfTrees: 50,
        subSampleSize: 50,
        timeDecay: 1e6,
      });
      for (let i = 0; i < 2000; i++) slow.update([random()]);
      const forest = RandomCutForest.from(withTimeDecay(slow.snapshot(), timeDecay));
      assert.equal(forest.options.timeDecay, timeDecay);
      // Far from all before: how strange the last of them still is tells how much of the old is left.
      for (let i = 0; i < 300; i++) forest.update([100 + random()]);
      assertInvariants(forest);
      return forest.score([0]);
    };
    assert.ok(oldest(30) > 3, 'after ten times the time decay, nothing old is left');
    assert.ok(oldest(1e6) < 2, 'after a small part of it, most of the old is left');
  });

  it('is the same snapshot when the time decay is', () => {
    const snapshot = grown(100).snapshot();
    assert.deepEqual(withTimeDecay(snapshot, small.timeDecay), snapshot);
    assert.throws(() => withTimeDecay(snapshot, 0), /timeDecay must be a whole number from 1/);
  });
});

describe('changes between two snapshots', () => {
  it('make the later one of the earlier one, whatever was learned between them', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (first, more) => {
        const forest = grown(first);
        const earlier = forest.snapshot();
        future(forest, more);
        const later = forest.snapshot();
        assert.deepEqual(applyChanges(earlier, changesBetween(earlier, later)), later);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('add up over many checkpoints', () => {
    const forest = grown(100);
    let remote = forest.snapshot();
    for (let i = 0; i < 30; i++) {
      const before = forest.snapshot();
      forest.update([i, -i, 0]);
      remote = applyChanges(remote, changesBetween(before, forest.snapshot()));
    }
    assert.deepEqual(future(RandomCutForest.from(remote)), future(forest));
  });

  it('are next to nothing when little was learned', () => {
    const forest = new RandomCutForest({ dimensions: 1 });
    const random = noise(5);
    for (let i = 0; i < 1000; i++) forest.update([random()]);
    const earlier = forest.snapshot();
    assert.equal(changesBetween(earlier, earlier).byteLength, 32);
    forest.update([random()]);
    assert.ok(changesBetween(earlier, forest.snapshot()).byteLength < 0.1 * earlier.byteLength);
  });

  it('are refused for another snapshot, and when damaged or cut off', () => {
    const forest = grown(200);
    const earlier = forest.snapshot();
    future(forest, 5);
    const changes = changesBetween(earlier, forest.snapshot());
    assert.throws(() => applyChanges(grown(200, 2).snapshot(), changes), /those of another snapshot/);
    assert.throws(() => applyChanges(forest.snapshot(), changes), /those of another snapshot/);
    assert.throws(() => applyChanges(earlier, new ArrayBuffer(4)), /at least 32 bytes, in fours, got 4/);
    assert.throws(() => applyChanges(earlier, earlier), /changes must begin with 52434644, got 52434631/);
    fc.assert(
      fc.property(fc.nat(changes.byteLength - 1), fc.nat(7), (at, bit) => {
        const damaged = new Uint8Array(changes.slice(0));
        damaged[at]! ^= 1 << bit;
        assert.throws(() => applyChanges(earlier, damaged.buffer), Error);
        assert.throws(() => applyChanges(earlier, changes.slice(0, at)), Error);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('may be applied where the bytes lie the other way round, as the snapshots do', () => {
    const forest = grown(200);
    const earlier = forest.snapshot();
    future(forest, 5);
    const later = forest.snapshot();
    const turned = (data: ArrayBuffer) => new Uint32Array(data).map(swapped).buffer;
    assert.deepEqual(applyChanges(turned(earlier), turned(changesBetween(earlier, later))), turned(later));
  });
});
