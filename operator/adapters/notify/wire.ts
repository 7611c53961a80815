import type { Notice } from '../../ports/notifier.ts';

/** What is posted for one notice. */
export interface Letter {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

/** A notice in the words of one kind of sink. `keys` are the lines of the sink's key file. */
export interface Wire {
  /** True where the letter carries a signature; then the keys are what it is signed with. */
  readonly signed: boolean;
  letter(notice: Notice, url: string, keys: readonly string[]): Letter;
}
