import { mock } from 'node:test';
import type { Keeping } from '../../lib/delivery/checkpoint/Keeping';
import type { Member, Source } from '../../lib/delivery/checkpoint/members';
import { Pipeline } from '../../lib/delivery/checkpoint/Pipeline';
import { States } from '../../lib/delivery/checkpoint/States';
import { StateTable, type NodeChanges } from '../../lib/delivery/checkpoint/StateTable';
import type { Journey, Traffic } from '../../lib/delivery/Traffic';
import { FakeSource, Notes, text } from './pipelineParts';

/** A pipeline with one node that remembers and one source, on a clock that only the test moves. */
class PipelineBench {
  notes!: Notes;
  /** those of the node that remembers */
  states!: States<Keeping>;
  source!: FakeSource;
  traffic!: Traffic;
  table!: StateTable;
  /** what the next commits do */
  disk!: () => Promise<void>;
  pipeline!: Pipeline;
  /** ms; moves with the timers, however long the machine takes */
  private now = 0;
  readonly clock = () => this.now;

  reset(): void {
    this.notes = new Notes();
    this.source = new FakeSource();
    this.table = new StateTable();
    this.disk = () => Promise.resolve();
    this.pipeline = this.piped([this.member(this.notes)], [this.source]);
  }

  member(keeping: Notes): Member {
    this.states = new States<Keeping>(() => keeping);
    return { id: 'notes', identity: 'notes', type: 'notes', states: this.states };
  }

  /** Another pipeline, whose traffic is that of the bench from now on. */
  piped(members: Member[], sources: Source[]): Pipeline {
    const { table } = this;
    const commit = async (changes: readonly NodeChanges[]) => {
      await this.disk();
      for (const each of changes) table.apply(each);
    };
    const made = new Pipeline(members, sources, () => ({ table, commit }), this.clock);
    this.traffic = made.traffic;
    return made;
  }

  /** Lets the node be in the midst of something. @returns ends it */
  work(): () => void {
    const { states } = this;
    let end!: () => void;
    states.underWay = new Promise((resolve) => (end = resolve));
    return () => {
      states.underWay = undefined;
      end();
    };
  }

  /** Lets promises go on. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  }

  async wait(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed++) {
      this.now++;
      mock.timers.tick(1);
      await this.settle();
    }
  }

  /** The notes and the position that are committed. */
  saved(): [notes: string, at: number] {
    const { appended = [] } = this.table.partsOf('notes', 'notes').parts.get('notes') ?? {};
    const at = this.table.partsOf('source', 'source').parts.get('at')?.base;
    return [appended.map(text).join(''), Number(text(at))];
  }

  /** Sends a message, which the notes take as soon as the barrier lets them, and which some node holds on to. */
  send(note: string, holder = 'somebody') {
    const { notes, source, traffic } = this;
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
  }
}

/** A new bench for each test of a suite; call it in the suite's body. */
export function usePipeline(): PipelineBench {
  const bench = new PipelineBench();
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    bench.reset();
  });
  afterEach(() => mock.timers.reset());
  return bench;
}
