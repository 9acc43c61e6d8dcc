import { mostJobs } from './Board';
import { CompiledKernel, runOn } from './CompiledKernel';
import type { Crew } from './Crew';
import type { Intake, Place } from './Intake';
import { ask } from './Kernel';
import type { Slab } from './Slab';
import type { Threads } from './Threads';

/** The records of one forest, which are scored and learned. */
export interface Task {
  readonly intake: Intake;
  readonly records: Float64Array;
  readonly scores: Float64Array;
  readonly parts: Float64Array | undefined;
}

type CompiledTask = Task & { readonly intake: Intake<CompiledKernel> };

/** A task of which the first records are done. */
interface Begun {
  readonly task: CompiledTask;
  done: number;
}

/** Lets forests take their records: those of the same threads at once, each whole in one thread. No forest comes twice. */
export function takeMany(tasks: readonly Task[]): void {
  const shared = new Map<Threads, CompiledTask[]>();
  for (const task of tasks) {
    const threads = isCompiled(task) ? task.intake.kernel.threads : undefined;
    if (!threads || !isCompiled(task)) takeAlone(task);
    else if (!shared.get(threads)?.push(task)) shared.set(threads, [task]);
  }
  for (const [threads, some] of shared) share(threads, some);
}

function share(threads: Threads, tasks: readonly CompiledTask[]): void {
  const work = tasks.reduce((sum, task) => sum + workOf(task), 0);
  const crew = threads.crewFor(work);
  if (!crew) return tasks.forEach(takeAlone);
  const begun: Begun[] = [];
  for (const task of tasks) {
    // A whole of which there are not several for each thread would keep the others waiting; its trees share it out.
    if (2 * threads.count * workOf(task) > work) takeAlone(task);
    else begun.push({ task, done: task.intake.takeFirst(task.records, task.scores, task.parts) });
  }
  let left = begun.filter(isUnfinished);
  while (left.length > 0) {
    new Round(crew, left).run();
    left = left.filter(isUnfinished);
  }
}

function takeAlone({ intake, records, scores, parts }: Task): void {
  intake.takeAll(records, scores, parts);
}

function isCompiled(task: Task): task is CompiledTask {
  return task.intake.kernel instanceof CompiledKernel;
}

function isUnfinished({ task, done }: Begun): boolean {
  return done < task.scores.length;
}

function workOf({ intake, scores }: CompiledTask): number {
  return intake.kernel.work(scores.length);
}

/** As many batches of different forests as there is room for, each of which is a job. */
class Round {
  private readonly rooms = new Map<Slab, Place>();
  private readonly batches: { readonly begun: Begun; readonly count: number; readonly place: Place }[] = [];

  constructor(
    private readonly crew: Crew,
    left: readonly Begun[],
  ) {
    for (const begun of left) {
      if (this.batches.length === mostJobs) break;
      this.add(begun);
    }
  }

  run(): void {
    const states = this.batches.map(({ begun }) => begun.task.intake.state);
    runOn(this.crew, states.length, states);
    for (const slab of this.rooms.keys()) slab.clear();
    for (const { begun, count, place } of this.batches) {
      const { intake, scores, parts } = begun.task;
      intake.learned(count, place);
      intake.give(begun.done, count, place, scores, parts);
      begun.done += count;
    }
  }

  /** Puts a batch on the board, unless the workspace of its slab is full. */
  private add(begun: Begun): void {
    const { intake, records, scores, parts } = begun.task;
    const { state, kernel } = intake;
    const count = Math.min(scores.length - begun.done, kernel.batch);
    // It may move the forest to another slab.
    state.reserveRows(count);
    const { slab } = kernel;
    const place = this.rooms.get(slab) ?? { value: 0, point: 0 };
    const end = {
      value: place.value + Math.ceil((count * state.stride) / 4) * 4,
      point: place.point + count,
    };
    if (end.value > slab.points.length || end.point > slab.scores.length) return;
    this.rooms.set(slab, end);
    intake.put(records, begun.done, count, place);
    this.crew.meet(slab);
    this.crew.board.put(this.batches.length, {
      slab: slab.number,
      state: state.block.byteOffset,
      what: parts ? ask.parts : ask.score,
      group: -1,
      from: 0,
      to: count,
      points: slab.desk.points + 4 * place.value,
      scores: slab.desk.scores + 8 * place.point,
      parts: slab.desk.parts + 16 * place.value,
      weights: slab.desk.weights,
    });
    this.batches.push({ begun, count, place });
  }
}
