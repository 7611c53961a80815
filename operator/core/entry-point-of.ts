/** The policy of a step: `deployment`, `roll-out` -> `code/deployment/roll_out/decision`. */
export function entryPointOf(kind: string, step: string): string {
  const name = (text: string) => text.replaceAll('-', '_');
  return `code/${name(kind)}/${name(step)}/decision`;
}
