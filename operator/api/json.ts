/** JSON as data: what travels to the API server, the policy engine and the hashes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
