/** Appends to a journal, in a process that may write only short files, and prints what came of it. */
import { StateJournal } from '../../../../lib/delivery/checkpoint/StateJournal';
import { append } from './changes';

export interface Attempt {
  readonly bytes: number;
  readonly added: boolean;
}

async function main(folder: string): Promise<void> {
  const journal = StateJournal.open(folder);
  const attempts: Attempt[] = [];
  for (const bytes of [1, 1_000_000, 100_000, 1_000_000, 2]) {
    const added = await journal.append(append('.'.repeat(bytes))).then(
      () => true,
      () => false,
    );
    attempts.push({ bytes, added });
  }
  await journal.close();
  console.log(JSON.stringify(attempts));
}

if (require.main === module) void main(process.argv[2]!);
