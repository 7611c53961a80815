/** Steps whose calls a delivery that does not end well takes back. */
export const UNDONE_STEPS = ['prepare', 'roll-out'] as const;
