interface Life {
  end(): Promise<void>;
}

/**
 * Keeps one thing running that begins again from its saved state whenever it reports that something was lost: however
 * often it reports, once.
 */
export class Restarts {
  private life: Life;
  private restarting: Promise<void> | undefined;
  private ended = false;

  constructor(private readonly begin: (onLost: () => void) => Life) {
    this.life = this.beginOne();
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.restarting;
    await this.life.end();
  }

  private beginOne(): Life {
    let lost = false;
    return this.begin(() => {
      if (lost) return;
      lost = true;
      this.restarting = this.life.end().then(() => {
        if (!this.ended) this.life = this.beginOne();
      });
    });
  }
}
