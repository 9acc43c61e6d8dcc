import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Keeping } from '../../../../lib/delivery/checkpoint/Keeping';
import type { Member, Source } from '../../../../lib/delivery/checkpoint/members';
import { Pipeline } from '../../../../lib/delivery/checkpoint/Pipeline';
import { States } from '../../../../lib/delivery/checkpoint/States';
import { StateTable, type NodeChanges } from '../../../../lib/delivery/checkpoint/StateTable';
import type { Journey, Traffic } from '../../../../lib/delivery/Traffic';
import { FakeSource, Notes, text } from './fakes';

describe('pipeline', () => {
  let notes: Notes;
  let source: FakeSource;
  let traffic: Traffic;
  let table: StateTable;
  /** what the next commits do */
  let disk: () => Promise<void>;
  let pipeline: Pipeline;

  const member = (keeping: Notes): Member => {
    const states = new States<Keeping>(() => keeping);
    return { id: 'notes', identity: 'notes', type: 'notes', states };
  };
  const piped = (members: Member[], sources: Source[]) => {
    const commit = async (changes: readonly NodeChanges[]) => {
      await disk();
      for (const each of changes) table.apply(each);
    };
    const made = new Pipeline(members, sources, () => ({ table, commit }));
    traffic = made.traffic;
    return made;
  };
  /** Lets promises go on. */
  const settle = async () => {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  };
  const wait = async (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      mock.timers.tick(1);
      await settle();
    }
  };
  const saved = () => {
    const kept = (table.partsOf('notes', 'notes').parts.get('notes')?.appended ?? []).map(text).join('');
    return [kept, Number(text(table.partsOf('source', 'source').parts.get('at')?.base))];
  };
  /** Sends a message, which the notes take as soon as the barrier lets them, and which some node holds on to. */
  const send = (note: string, holder = 'somebody') => {
    let finish!: () => void;
    const epoch = traffic.barrier.sending;
    const journey: Journey & { back: boolean } = {
      back: false,
      epoch,
      done: new Promise<void>((resolve) => (finish = resolve)),
      holders: () => [holder],
      callBack() {
        this.back = true;
        traffic.ended(this);
        traffic.left(epoch);
      },
    };
    traffic.began(journey);
    traffic.entered(epoch);
    source.sent++;
    const arrive = () => void (journey.back || notes.take(note));
    if (traffic.barrier.stops('notes', epoch)) traffic.barrier.hold(arrive);
    else arrive();
    return {
      journey,
      /** it lies with an outlet from now on */
      handOver: () => traffic.left(epoch),
      done() {
        source.done++;
        traffic.ended(journey);
        finish();
      },
    };
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    notes = new Notes();
    source = new FakeSource();
    table = new StateTable();
    disk = () => Promise.resolve();
    pipeline = piped([member(notes)], [source]);
  });
  afterEach(() => mock.timers.reset());

  it('collects nothing before it is told to go', async () => {
    notes.take('a');
    await wait(50);
    assert.deepEqual(saved(), ['', 0]);
  });

  it('collects only when nothing from before the barrier is on its way', async () => {
    pipeline.go();
    const message = send('a');
    await wait(30);
    assert.deepEqual(saved(), ['', 0]);
    message.handOver();
    message.done();
    await settle();
    assert.deepEqual(saved(), ['a', 1]);
    assert.deepEqual(source.told, []);
  });

  it('saves what was sent before the barrier, and lets in afterwards what came later', async () => {
    pipeline.go();
    const before = send('a');
    await wait(12);
    const behind = [send('b'), send('c')];
    assert.deepEqual([source.paused, notes.notes], [false, 'a']);
    before.handOver();
    before.done();
    await settle();
    assert.deepEqual([notes.notes, saved()], ['abc', ['a', 1]]);
    for (const message of behind) {
      message.handOver();
      message.done();
    }
    await wait(12);
    assert.deepEqual(saved(), ['abc', 3]);
  });

  it('notes all sources at the same moment, however far they send on', async () => {
    const other = new FakeSource('other');
    pipeline = piped([member(notes)], [source, other]);
    pipeline.go();
    const before = send('a');
    other.sent = 5;
    await wait(12);
    other.sent = 9;
    before.handOver();
    before.done();
    await settle();
    assert.equal(text(table.partsOf('other', 'source').parts.get('at')?.base), '5');
  });

  it('waits for what a node sends by itself at the moment at which all else is worked off', async () => {
    pipeline.go();
    const message = send('a');
    await wait(12);
    message.handOver();
    // Before those who wait for it have had their turn.
    traffic.entered(traffic.barrier.present);
    notes.take('!');
    message.done();
    await settle();
    assert.deepEqual(saved(), ['', 0]);
    traffic.left(traffic.barrier.present);
    await settle();
    assert.deepEqual(saved(), ['a!', 1]);
  });

  it('does not let what came behind the barrier hold a commit up', async () => {
    pipeline.go();
    const before = send('a');
    await wait(12);
    send('b').handOver();
    before.handOver();
    before.done();
    await settle();
    assert.deepEqual(saved(), ['a', 1]);
  });

  it('stops the sources only while too much waits for the disk', async () => {
    let written!: () => void;
    let writes = 0;
    disk = () =>
      writes++ === 0 ? Promise.reject(new Error('no room')) : new Promise((resolve) => (written = resolve));
    pipeline.go();
    notes.take('a'.repeat(65 * 1024 * 1024));
    await wait(24);
    assert.equal(source.paused, true);
    written();
    await settle();
    assert.equal(source.paused, false);
  });

  it('commits when the outside world has what was sent, and not what came later', async () => {
    pipeline.go();
    const first = send('a');
    first.handOver();
    await wait(12);
    assert.equal(source.paused, false);
    const second = send('b');
    second.handOver();
    await wait(50);
    assert.deepEqual(saved(), ['', 0]);
    first.done();
    await settle();
    assert.deepEqual(saved(), ['a', 1]);
    second.done();
    await wait(12);
    assert.deepEqual(saved(), ['ab', 2]);
  });

  it('says who keeps the flow from an exact checkpoint, and takes one of what is done', async () => {
    pipeline.go();
    const first = send('a');
    first.handOver();
    first.done();
    const held = send('b', 'a slow node');
    const told = () => source.told.map(({ guarantee, holder }) => [guarantee, holder]);
    await wait(3005);
    assert.deepEqual(told(), []);
    await wait(6);
    assert.deepEqual(told(), [['at-least-once', 'a slow node']]);
    assert.deepEqual(saved(), ['ab', 1]);
    held.handOver();
    held.done();
    await wait(80);
    assert.deepEqual(told().slice(1), [['exactly-once', undefined]]);
    assert.deepEqual(saved(), ['ab', 2]);
  });

  it('waits longer for a flow that goes on, though slowly', async () => {
    pipeline.go();
    const messages = Array.from({ length: 5 }, (_, index) => send(String(index)));
    for (const message of messages) {
      await wait(2500);
      message.handOver();
      message.done();
    }
    await wait(12);
    assert.deepEqual(source.told, []);
    assert.deepEqual(saved(), ['01234', 5]);
  });

  it('does not wait forever for a flow that goes on', async () => {
    pipeline.go();
    const messages = Array.from({ length: 14 }, (_, index) => send(String(index)));
    for (const message of messages.slice(0, -1)) {
      await wait(2500);
      message.handOver();
      message.done();
    }
    assert.deepEqual(
      source.told.map(({ guarantee }) => guarantee),
      ['at-least-once'],
    );
  });

  it('does not wait longer where a node keeps messages by design', async () => {
    pipeline.go('delay');
    const messages = [send('a'), send('b')];
    await wait(2500);
    messages[0]!.handOver();
    messages[0]!.done();
    await wait(520);
    assert.deepEqual(saved(), ['ab', 1]);
  });

  for (const holder of [undefined, 'delay']) {
    const who = holder === undefined ? 'somebody keeps messages' : 'a node keeps messages by design';
    it(`holds messages back only for a moment once it is known that ${who}`, async () => {
      source = new FakeSource('source', 1000);
      pipeline = piped([member(notes)], [source]);
      pipeline.go(holder);
      send('a');
      await wait(4005);
      let up = 0;
      for (let ms = 0; ms < 3000; ms++) {
        await wait(1);
        if (traffic.barrier.isUp) up++;
      }
      assert.ok(up > 0 && up <= 3 * 55, `held back for ${up} of 3000 ms`);
    });
  }

  it('takes the positions of the barrier where no later ones are done', async () => {
    // As sources do, it tells only what has changed since it was asked last.
    let told = 0;
    source.positions = (of) => {
      const at = source[of];
      if (at === told) return new Map();
      told = at;
      return new Map([['', [{ part: 'at', put: Buffer.from(String(at)) }]]]);
    };
    pipeline.go();
    send('a');
    await wait(12);
    source.done = 1;
    await wait(3000);
    assert.deepEqual(saved(), ['a', 1]);
    assert.equal(source.told[0]?.guarantee, 'at-least-once');
  });

  it('goes on at once, when it may, with what waited behind a barrier while it was halted', async () => {
    pipeline = piped([member(notes)], [new FakeSource('slow', 1000)]);
    pipeline.go();
    const before = send('a');
    await wait(1005);
    send('b');
    pipeline.halt();
    before.handOver();
    before.done();
    await settle();
    assert.deepEqual([notes.notes, saved()], ['a', ['', 0]]);
    pipeline.go();
    await wait(2);
    assert.equal(notes.notes, 'ab');
    assert.equal(saved()[0], 'a');
  });

  it('commits nothing for a scope that has gone to another instance meanwhile', async () => {
    const states = new States<Keeping>(() => new Notes());
    states.open('shard');
    source.positions = () => new Map([['shard', [{ part: 'at', put: Buffer.from('1') }]]]);
    const committed: string[] = [];
    const commit = (scope: string) => () => Promise.resolve(void committed.push(scope));
    const owner = { id: 'notes', identity: 'notes', type: 'notes', states };
    pipeline = new Pipeline([owner], [source], (scope) => ({ table, commit: commit(scope) }));
    traffic = pipeline.traffic;
    pipeline.go();
    const first = send('a');
    await wait(12);
    pipeline.forget('shard');
    first.handOver();
    await settle();
    first.done();
    await settle();
    assert.deepEqual(committed, []);
    const second = send('b');
    second.handOver();
    await wait(12);
    pipeline.forget('shard');
    second.done();
    await settle();
    assert.deepEqual(committed, []);
    await wait(12);
    assert.deepEqual(committed, ['shard']);
  });

  it('tries again what the disk did not take, with what has come since, and says so meanwhile', async () => {
    const full = new Error('no room');
    disk = () => Promise.reject(full);
    pipeline.go();
    notes.take('a');
    await wait(12);
    notes.take('b');
    source.sent = 2;
    await wait(30);
    assert.deepEqual(saved(), ['', 0]);
    assert.deepEqual(
      source.told.map(({ error }) => error),
      [full],
    );
    disk = () => Promise.resolve();
    await wait(12);
    assert.deepEqual(saved(), ['ab', 2]);
    assert.equal(source.told[1]?.error, undefined);
  });

  it('makes one checkpoint after the other, however often it is halted and goes on', async () => {
    pipeline.go();
    for (let deploys = 0; deploys < 20; deploys++) {
      // In the middle of one, that waits for a message.
      const message = send('a');
      await wait(11);
      pipeline.halt();
      pipeline.go();
      message.handOver();
      message.done();
      await settle();
    }
    await wait(50);
    source.collections = 0;
    await wait(200);
    assert.ok(source.collections <= 21, `${source.collections} collections in the time of 20`);
    assert.ok(source.collections >= 10, `${source.collections} collections in the time of 20`);
  });

  it('saves, when it is halted, what can be saved of that moment', async () => {
    pipeline.go();
    notes.take('a');
    source.sent = 1;
    pipeline.halt();
    await pipeline.settled(1000);
    assert.deepEqual([saved(), source.paused], [['a', 1], true]);
    send('b');
    pipeline.go();
    pipeline.halt();
    await wait(50);
    assert.deepEqual(saved(), ['a', 1]);
  });

  it('does not wait for ever for what cannot be committed', async () => {
    disk = () => new Promise(() => undefined);
    pipeline.go();
    notes.take('a');
    pipeline.halt();
    const settled = pipeline.settled(500).then(() => 'settled');
    await wait(499);
    assert.equal(await Promise.race([settled, Promise.resolve('waiting')]), 'waiting');
    await wait(2);
    assert.equal(await settled, 'settled');
  });

  describe('going back', () => {
    it('calls back what is on its way, and is where the last checkpoint was', async () => {
      pipeline.go();
      const first = send('a');
      first.handOver();
      first.done();
      await wait(12);
      const lost = send('b');
      await pipeline.rewind(pipeline.members);
      assert.deepEqual([lost.journey.back, notes.notes, source.sent], [true, 'a', 1]);
      assert.deepEqual([source.ended, source.begun, notes.restores], [1, 1, 1]);
      pipeline.go();
      await wait(30);
      assert.deepEqual(saved(), ['a', 1]);
    });

    it('drops what waits for the outside world to be committed', async () => {
      pipeline.go();
      const waiting = send('a');
      waiting.handOver();
      await wait(12);
      traffic.entered(traffic.barrier.present);
      await pipeline.rewind(pipeline.members);
      waiting.done();
      await settle();
      assert.deepEqual([notes.notes, saved()], ['', ['', 0]]);
    });

    it('leaves those alone that have just been restored', async () => {
      await pipeline.rewind([]);
      assert.equal(notes.restores, 0);
    });

    it('collects nothing of what is half done when nodes are stopped meanwhile', async () => {
      let ended!: () => void;
      source.end = () => new Promise<void>((resolve) => (ended = resolve));
      const rewound = pipeline.rewind(pipeline.members);
      await settle();
      notes.take('half done');
      source.sent = 5;
      pipeline.halt();
      ended();
      await rewound;
      await wait(50);
      assert.deepEqual([saved(), source.paused], [['', 0], true]);
    });

    it('lets no source begin when another cannot', async () => {
      const other = new FakeSource('other');
      other.restore = () => {
        throw new Error('damaged');
      };
      pipeline = piped([member(notes)], [source, other]);
      await assert.rejects(pipeline.rewind(pipeline.members), /damaged/);
      assert.deepEqual([source.begun, other.begun], [0, 0]);
    });
  });

  describe('without a source', () => {
    beforeEach(() => (pipeline = piped([member(notes)], [])));

    it('saves every second what has changed, whatever is on its way', async () => {
      pipeline.go();
      notes.take('a');
      traffic.entered(traffic.barrier.present);
      await wait(999);
      assert.deepEqual(saved(), ['', 0]);
      await wait(5);
      assert.deepEqual(saved(), ['a', 0]);
    });

    it('hands over, at its end, what the disk did not take', async () => {
      disk = () => Promise.reject(new Error('no room'));
      pipeline.go();
      notes.take('a');
      pipeline.halt();
      const [left] = await pipeline.dispose();
      assert.equal(text((left!.changes[0] as { append: Uint8Array }).append), 'a');
    });
  });
});
