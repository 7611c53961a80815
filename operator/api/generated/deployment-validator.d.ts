// Generated from crds/deployment.yaml by `npm run generate`: change that file.
import type { SchemaError } from '../schema-error.ts';

/** Whether a value has the shape of the CRD; if not, `errors` says why until the next call. */
declare const validate: { (value: unknown): boolean; errors?: readonly SchemaError[] | null };
export default validate;
