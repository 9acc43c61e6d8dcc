import { CompiledKernel } from './CompiledKernel';
import type { ForestState } from './ForestState';
import { PlainKernel, type Kernel } from './Kernel';
import { heap, type Memory } from './Memory';
import { SlabMemory } from './SlabMemory';
import { Threads } from './Threads';

/** `compiled` to WebAssembly where it runs, or else `plain` TypeScript; scores are the same bit by bit. */
export type KernelName = 'compiled' | 'plain';

const slabs = SlabMemory.open();

/** Where a forest must lie for a kernel to calculate with it. */
export function memoryFor(kernel: KernelName | Threads): Memory {
  if (kernel === 'plain') return heap;
  return (kernel instanceof Threads ? kernel.memory : undefined) ?? slabs ?? heap;
}

/** @param state in the memory for the kernel */
export function kernelFor(state: ForestState, kernel: KernelName | Threads): Kernel {
  if (memoryFor(kernel) === heap) return new PlainKernel(state);
  return new CompiledKernel(state, kernel instanceof Threads ? kernel : undefined);
}
