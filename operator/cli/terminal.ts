/** Where a command writes to, and who may be asked. */
export interface Terminal {
  /** True where standard output is a terminal: only there is anything coloured, cut to the width or drawn again. */
  readonly interactive: boolean;
  /** A terminal, and the user did not set NO_COLOR. */
  readonly colours: boolean;
  size(): { readonly columns: number; readonly rows: number };
  /** Standard output; the text brings its own line ends. */
  write(text: string): void;
  /** Standard error, for what is no result: warnings, errors, which cluster is meant. */
  complain(text: string): void;
  /** Whether somebody can type an answer. */
  readonly canAsk: boolean;
  /** The line a person typed; `undefined` where there is nobody to ask. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}
