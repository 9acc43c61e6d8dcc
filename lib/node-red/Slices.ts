import { setImmediate } from 'node:timers/promises';
import type { States } from '../delivery/checkpoint/States';
import type { Keeping } from '../delivery/checkpoint/Keeping';
import type { Work as WorkOfMessage } from '../delivery/Work';
import { goOn, unfinished, type Steps } from '../steps/Steps';
import { Lane } from './Lane';

type Work = Pick<WorkOfMessage, 'goOn' | 'end'>;

/** What is done at a stretch, as steps count it: some 15 ms; then it is the others' turn. */
export const slice = 300;
/**
 * When so many messages wait nobody else gets a turn, so that whoever sends more than can be worked off is held up, as by
 * any node that is busy, and what waits here does not grow without bound.
 */
const mostWaiting = 20_000;

/**
 * Does what takes long in slices, so that a node that remembers does not stop everything else. Messages keep their order:
 * one begins when the one before it is done. Checkpoints wait for what is under way, as `States` says. It is given up when
 * the node is closed, or the message called back; then nothing more of it is sent, and it never counts as done, so that
 * whoever can will send it again.
 */
export class Slices {
  private readonly lane = new Lane(mostWaiting);
  private closed = false;

  /** @param begin see FlowTracker.work */
  constructor(
    private readonly states: Pick<States<Keeping>, 'underWay'>,
    private readonly begin: (msg: object) => Work,
  ) {}

  /** Does the work that a message makes: at once, when it is small and nothing else is under way. */
  run(msg: object, steps: Steps): void | Promise<void> {
    const work = this.begin(msg);
    let state: Progress = 'begun';
    const goOn = () => (state = this.goOn(work, steps));
    const task = () => {
      try {
        goOn();
      } finally {
        if (state !== 'unfinished') work.end();
      }
      return state === 'unfinished' ? this.inTurns(work, goOn) : undefined;
    };
    const result = this.lane.run(task);
    const end = () => (state === 'given up' ? never() : undefined);
    return result ? result.then(end) : end();
  }

  /** Gives up what is under way, and what waits. */
  close(): void {
    this.closed = true;
  }

  private async inTurns(work: Work, goOn: () => Progress): Promise<void> {
    let atRest!: () => void;
    this.states.underWay = new Promise((resolve) => (atRest = resolve));
    try {
      do if (!this.lane.isFull) await setImmediate();
      while (goOn() === 'unfinished');
    } finally {
      this.states.underWay = undefined;
      atRest();
      work.end();
      // A checkpoint that has waited for it comes before the next message.
      await setImmediate();
    }
  }

  private goOn(work: Work, steps: Steps): Progress {
    let state: Progress = 'given up';
    if (!this.closed) work.goOn(() => (state = goOn(steps, slice) === unfinished ? 'unfinished' : 'done'));
    return state;
  }
}

type Progress = 'begun' | 'unfinished' | 'done' | 'given up';

function never(): Promise<never> {
  return new Promise(() => undefined);
}
