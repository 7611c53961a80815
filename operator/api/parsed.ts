/** The result of reading something at a border: a value to trust, or what is wrong with it, field by field. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

export interface FieldError {
  /** Dotted path, such as `spec.strategy.type`. */
  readonly field: string;
  /** What is wrong and what to do, in one sentence. */
  readonly message: string;
}
