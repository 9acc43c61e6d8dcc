import type { SavedPart } from '../delivery/checkpoint/Keeping';

/** What a part of a checkpoint says. @param part its name. @throws Error naming the part when it is no JSON; the checkpoints have told damage */
export function readJson(part: string, saved: SavedPart | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(saved?.base ?? []).toString('utf8'));
  } catch (error) {
    throw new Error(`the saved part "${part}" cannot be used: it is no JSON`, { cause: error });
  }
}
