export type { Json } from '../api/json.ts';
