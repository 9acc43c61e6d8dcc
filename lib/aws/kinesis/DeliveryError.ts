/** A record that could not be stored in a stream, and why. */
export class DeliveryError extends Error {
  constructor(stream: string, reason: string, cause?: unknown) {
    const detail = cause instanceof Error ? `: ${cause.name}: ${cause.message}` : '';
    super(`record for stream "${stream}" was ${reason}${detail}`, { cause });
    this.name = 'DeliveryError';
  }
}
