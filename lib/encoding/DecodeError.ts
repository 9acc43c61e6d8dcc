/** An input that cannot be decoded: what it had to be, and what it was. */
export class DecodeError extends Error {
  /**
   * @param expected completes "… must be"
   * @param seen undefined stands for the input itself
   */
  constructor(
    readonly expected: string,
    readonly seen?: unknown,
    readonly tooLarge = false,
  ) {
    super(`must be ${expected}`);
    this.name = 'DecodeError';
  }
}
