/** The seed of a run's random choices: `CODE_SEED`, or another one each time; a failing test prints it. */
export function testSeed(): number {
  return Number(process.env['CODE_SEED'] ?? Date.now() % 2 ** 31);
}
