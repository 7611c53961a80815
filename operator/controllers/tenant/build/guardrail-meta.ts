import { labels } from '../../../api/names.ts';
import type { ObjectMeta } from '../../../api/objects.ts';

/** `wall` keeps something out, `door` lets somebody in: a refused namespace loses its doors and keeps its walls. */
export type Guardrail = 'wall' | 'door';

/** The labels by which admission guards the object and by which its changes wake the Tenant. */
export function guardrailMeta(tenant: string, namespace: string, name: string, kind: Guardrail): ObjectMeta {
  return { name, namespace, labels: { [labels.guardrail]: kind, [labels.tenant]: tenant } };
}
