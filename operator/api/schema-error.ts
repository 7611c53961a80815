/** A broken keyword of a schema, as the generated validators tell it. */
export interface SchemaError {
  /** JSON pointer of the value: `/spec/tools/before/0`. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
