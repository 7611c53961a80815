import type { Deployment } from '../../api/generated/deployment.ts';
import type { Json } from '../../core/json.ts';

/** The template goes back, what its ConfigMaps and Secrets hold is not part of it: a sentence for each that holds something else now. */
export function configLeftBehind({ status }: Deployment, config: readonly Json[]): readonly string[] {
  const now = new Map((status?.plan?.config ?? []).map((line) => [line.replace(/ \S+$/, ''), line.split(' ').at(-1)]));
  return config.flatMap((one) => {
    const { kind, name, digest } = textsOf(one);
    const present = now.get(`${kind} ${name}`);
    if (present === undefined || present === digest) return [];
    return [`${kind} ${name} held ${digest} in that revision and holds ${present} now; its copy ends in -${digest}`];
  });
}

function textsOf(value: Json): Readonly<Record<'kind' | 'name' | 'digest', string>> {
  const text = (key: string) => {
    const member = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    return String(member.find(([name]) => name === key)?.[1] ?? '');
  };
  return { kind: text('kind'), name: text('name'), digest: text('digest') };
}
