/** The steps every delivery goes through, in their order; `roll-back` is told only where it has something to do. */
export const DELIVERY_STEPS: readonly string[] = [
  'claim-identity',
  'validate',
  'review',
  'prepare',
  'roll-out',
  'promote',
  'analyse',
  'finish',
];
