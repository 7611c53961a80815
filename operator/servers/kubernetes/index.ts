import type { ToolServer } from '../tool.ts';
import { canI } from './can-i.ts';
import { events } from './events.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { rolloutStatus } from './rollout-status.ts';

export const kubernetes: ToolServer = {
  name: 'kubernetes',
  title: 'Kubernetes, as the caller',
  tools: [get, list, events, canI, rolloutStatus],
};
