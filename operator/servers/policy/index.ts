import type { ToolServer } from '../tool.ts';
import { evaluate } from './evaluate.ts';

export const policy: ToolServer = { name: 'policy', title: "The gate's policies", tools: [evaluate] };
