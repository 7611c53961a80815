import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { undoKey } from './undo-key.ts';

/** True for a call of a superseded delivery that had its effect, or may have had it, until what takes it back has an answer. */
export function isOwed(tools: readonly ToolCallStatus[], { key, outcome, superseded }: ToolCallStatus): boolean {
  if (superseded === undefined || (outcome !== undefined && outcome !== 'Succeeded')) return false;
  const undo = undoKey(key);
  return tools.find((entry) => entry.key === undo)?.outcome === undefined;
}
