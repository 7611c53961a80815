/** JSON Schema 2020-12 for our own schemas. Foreign ones are interpreted by the MCP client, never compiled. */

export interface SchemaIssue {
  /** JSON pointer of the field: `/manifests/0/kind`; empty for the whole value. */
  readonly field: string;
  /** Keyword that was broken: `required`, `maxLength` ... */
  readonly rule: string;
  /** What is allowed there, as one lower-case sentence. */
  readonly message: string;
}

export interface Schemas {
  /** @throws Bug for a schema that is itself wrong. */
  compile(schema: object): (value: unknown) => readonly SchemaIssue[];
}
