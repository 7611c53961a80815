/** What `kubectl code` can do: one file a command, in the order of the help. */
import type { Command } from '../command.ts';
import { status } from './status.ts';
import { watch } from './watch.ts';

export const commands: readonly Command[] = [status, watch];
