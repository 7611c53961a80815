/** One file a generator wants, as text: nothing is written before all generators are done. */
export interface Generated {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}
