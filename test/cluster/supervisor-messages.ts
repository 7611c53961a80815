/** What the harness tells its supervisor process. */
export type ToSupervisor =
  | {
      readonly type: 'start';
      readonly id: number;
      readonly program: string;
      readonly parameters: readonly string[];
      readonly environment: Readonly<Record<string, string | undefined>>;
      readonly directory: string;
      readonly log: string;
    }
  | { readonly type: 'stop' };

/** What the supervisor process tells the harness; `id` is the one of the start message. */
export type FromSupervisor =
  | { readonly type: 'started'; readonly id: number; readonly pid: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  | { readonly type: 'exited'; readonly id: number; readonly code: number | null; readonly signal: string | null };
