import type { Json } from '../../../operator/core/json.ts';
import type { Random } from '../../../operator/ports/random.ts';
import { pathsOf, replaced } from './json-nodes.ts';
import type { JsonObject, Question } from './questions.ts';

/** What a node may become that it should not be. */
export const SHAPELESS: readonly Json[] = [null, 0, true, '', [], {}];

/** Values that get past shape checks and reach the rules. */
const TEMPTING: readonly Json[] = [
  false,
  -1,
  1.5,
  '*',
  'code:tenant-identity',
  'system:serviceaccount:code-system:code-operator',
  'nginx:latest',
  'ReplicaSet',
  'Namespace',
  'create-object',
  'privileged',
  'kube-system',
  '\u{1F511} é "quoted" \\ \u0000',
  [null],
  [[]],
  ['ALL', 'SYS_ADMIN'],
  { name: 'acme' },
  { hostPath: { path: '/' } },
  { privileged: true },
];

/** Questions that differ from the given ones in one to three random nodes; the same row for the same random numbers. */
export function mutatedQuestions(from: readonly Question[], count: number, random: Random): readonly Question[] {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  return Array.from({ length: count }, () => {
    const { entryPoint, input } = pick(from) ?? { entryPoint: '', input: {} };
    let changed: Json = input;
    for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
      const path = pick(pathsOf(changed)) ?? [];
      changed = replaced(changed, path, pick([undefined, ...SHAPELESS, ...TEMPTING]));
    }
    return { entryPoint, input: isObject(changed) ? changed : {} };
  });
}

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
