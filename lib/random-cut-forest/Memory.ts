/** A piece of memory that belongs to one forest. Its bytes are 0 at first. */
export interface Block {
  readonly buffer: ArrayBufferLike;
  /** a multiple of 16 */
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Gives it back, at most once. */
  free(): void;
}

/** Where the states of forests lie. */
export interface Memory {
  /** @param stride float32 places of one point of the forest, to which the room for calculations must be fit */
  allocate(byteLength: number, stride: number): Block;
}

/** A buffer for each forest, which the garbage collector takes back. */
export const heap: Memory = {
  allocate: (byteLength) => ({
    buffer: new ArrayBuffer(byteLength),
    byteOffset: 0,
    byteLength,
    free: () => undefined,
  }),
};
