import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { RcfScore, type Outcome } from '../../nodes/rcf-score/RcfScore';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import type { ModelListener } from '../../nodes/rcf-score/SeriesModels';
import { settings } from '../../nodes/rcf-score/settings';
import { KeptParts } from './KeptParts';
import { noise } from './noise';

/** A model that has learned after ten records. */
export const small = { numberOfTrees: 5, subSampleSize: 10, timeDecay: 1000 };

/** Runs of rcf-score's behaviour, without Node-RED, that have their checkpoints and files in common. */
export class ScorerBench {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'rcf-checkpoints-'));
  readonly blobs = new BlobFolder(path.join(this.folder, 'models'));
  kept = new KeptParts();

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  scorer(config: object = {}, listener?: ModelListener): RcfScore {
    return new RcfScore(settings.parse({ ...small, ...config }), this.blobs, listener);
  }

  /** Another run, from the last checkpoint on. */
  restarted(config: object = {}, listener?: ModelListener): RcfScore {
    const scorer = this.scorer(config, listener);
    scorer.restore(this.kept.parts, scorer.version);
    return scorer;
  }
}

/** What becomes of so many records in a series, the same ones for the same seed. */
export function feed(scorer: RcfScore, topic: string, count = 1, seed = 1): Outcome[] {
  const random = noise(seed);
  return scorer.score(
    Array.from({ length: count }, (_, index) => ({
      msg: { topic },
      record: { x: random(), y: random() },
      index,
    })),
  );
}

/** Feeds one record to a series that is learning. @returns how many it has seen */
export function seen(scorer: RcfScore, topic: string): number {
  return (feed(scorer, topic)[0] as Anomaly).warmup!.seen;
}
