import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The Node that the project runs on (D2): a dev dependency, whatever the machine has. */
export const nodeBinary = join(projectRoot, 'node_modules', 'node', 'bin', 'node');

/** A program of a dev dependency, by its path inside node_modules. */
export const tool = (path: string): string => join(projectRoot, 'node_modules', path);
