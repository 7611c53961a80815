/** What every call of every tool passes, whoever makes it: the stages of tools.md section 4. */
export type { InvokeDoors } from './doors.ts';
export { invokableTools } from './invoke.ts';
export type { InvokableTool } from './under-way.ts';
