/** What `kubectl code` can do: one file a command, in the order of the help. */
import type { Command } from '../command.ts';
import { abort } from './abort.ts';
import { answer } from './answer.ts';
import { explain } from './explain.ts';
import { promote } from './promote.ts';
import { retry } from './retry.ts';
import { rollback } from './rollback.ts';
import { status } from './status.ts';
import { tenant } from './tenant.ts';
import { tenants } from './tenants.ts';
import { watch } from './watch.ts';

export const commands: readonly Command[] = [
  status,
  watch,
  explain,
  promote,
  abort,
  retry,
  rollback,
  answer,
  tenants,
  tenant,
];
