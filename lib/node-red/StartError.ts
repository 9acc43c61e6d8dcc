/** Why a node cannot start though its settings are right, such as a folder that cannot be read. */
export class StartError extends Error {
  /** @param summary a few words for the node's status */
  constructor(
    readonly summary: string,
    message: string,
    cause: unknown,
  ) {
    super(message, { cause });
    this.name = 'StartError';
  }
}
