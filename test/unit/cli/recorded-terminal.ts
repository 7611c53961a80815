import type { Terminal } from '../../../operator/cli/terminal.ts';

/** Keeps what was written; answers questions with what it was given, or with nobody there. */
export class RecordedTerminal implements Terminal {
  readonly interactive: boolean;
  readonly colours: boolean;
  readonly canAsk: boolean;
  readonly #answer: string | undefined;
  readonly #size: { readonly columns: number; readonly rows: number };
  output = '';
  complaints = '';

  constructor(options: { interactive?: boolean; answer?: string; columns?: number; rows?: number } = {}) {
    this.interactive = options.interactive ?? false;
    this.colours = this.interactive;
    this.canAsk = options.answer !== undefined;
    this.#answer = options.answer;
    this.#size = { columns: options.columns ?? 100, rows: options.rows ?? 40 };
  }

  size() {
    return this.#size;
  }

  write(text: string): void {
    this.output += text;
  }

  complain(text: string): void {
    this.complaints += text;
  }

  async ask(): Promise<string | undefined> {
    return this.#answer;
  }
}
