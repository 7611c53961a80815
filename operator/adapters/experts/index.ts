import type { ExpertProvider } from '../../ports/experts.ts';
import { builtin } from './builtin.ts';

/** Every provider of experts: a new one is a file here and a line below. */
export const expertProviders: readonly ExpertProvider[] = [builtin];
