import type { Log } from '../../ports/log.ts';
import type { JsonObject, ToolResult } from '../tool.ts';
import { redact } from './redact.ts';
import type { ToolEntry } from './under-way.ts';

/** Nothing leaves that the output schema does not allow, that is a credential, or that is too large. */
export function checkResult({ name, tool, wrongResult }: ToolEntry, result: ToolResult, log: Log): ToolResult {
  if ('error' in result) {
    const { message, remedy } = result.error;
    return { error: { ...result.error, message: String(redact(message)), remedy: String(redact(remedy)) } };
  }
  const content = redact(result.content) as JsonObject; // border: redaction keeps an object an object
  const [wrong] = wrongResult(content);
  if (wrong !== undefined) {
    log.error('a tool broke its own output schema', { tool: name, field: wrong.field, rule: wrong.rule });
    const message = `${name} made a result that breaks its schema`;
    return { error: { type: 'Bug', message, retryable: false, remedy: 'report it' } };
  }
  const size = Buffer.byteLength(JSON.stringify(content));
  if (size <= tool.limits.resultBytes) return { content };
  const message = `the result of ${name} has ${size} bytes, ${tool.limits.resultBytes} are allowed`;
  return { error: { type: 'TooLarge', message, retryable: false, remedy: 'ask for fewer or smaller objects' } };
}
