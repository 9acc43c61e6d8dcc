/** The body of a thread that takes jobs for a crew, and rests in between until the crew ends it. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Board } from './Board';
import type { Apprenticeship, Notice } from './Crew';
import { takeJobs, type Hand } from './jobs';
import { instantiate } from './Slab';

const { module, words, hand } = workerData as Apprenticeship;
const board = new Board(words);
const hands = new Map<number, Hand>();

/** Notices are read when they are needed, as this thread never comes to its event loop. */
function readNotices(): void {
  for (;;) {
    const notice = receiveMessageOnPort(parentPort!)?.message as Notice | undefined;
    if (!notice) return;
    const kernel = instantiate(module, notice.memory);
    kernel.place(...notice.place);
    hands.set(notice.slab, { kernel, scratch: notice.place[0] });
  }
}

function handFor(slab: number): Hand {
  if (!hands.has(slab)) readNotices();
  return hands.get(slab)!;
}

for (;;) {
  takeJobs(board, hand, handFor);
  board.rest(hand);
}
