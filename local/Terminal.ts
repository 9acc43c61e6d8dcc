import type { Notification } from './sns';

const progressInterval = 5_000;

/** What `npm start` shows: where to look, a line of progress for each pipeline, and every notification. */
export class Terminal {
  /** pipeline -> part of it -> what that part last said */
  private readonly pipelines = new Map<string, Map<string, string>>();
  private readonly printed = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly print: (line: string) => void = console.log) {}

  welcome(places: Readonly<Record<string, string>>): void {
    this.print('');
    for (const [what, where] of Object.entries(places)) this.print(`  ${what.padEnd(16)}${where}`);
    this.print('');
    this.print('  Anomalies are on their way. Ctrl-C stops everything.');
    this.print('');
    this.timer = setInterval(() => this.progress(), progressInterval);
  }

  status(pipeline: string, part: string, text: string): void {
    const parts = this.pipelines.get(pipeline) ?? new Map<string, string>();
    this.pipelines.set(pipeline, parts.set(part, text));
  }

  notification({ subject, message }: Notification): void {
    const lines = message.split('\n');
    this.print('');
    this.print(`${clock()}  SNS notification: ${subject ?? '(no subject)'}`);
    for (const line of lines) this.print(`          ${line}`);
    this.print('');
  }

  problem(line: string): void {
    this.print(`${clock()}  ${line}`);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private progress(): void {
    for (const [pipeline, parts] of this.pipelines) {
      const text = [...parts].map(([part, status]) => `${part}: ${status}`).join('   ');
      if (this.printed.get(pipeline) === text) continue;
      this.printed.set(pipeline, text);
      this.print(`${clock()}  ${pipeline.padEnd(16)}${text}`);
    }
  }
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
