/**
 * The controller of a Gateway, played: it answers for every parent of every HTTPRoute of the plane. It splits no traffic, since
 * nothing of that is asked of a controller here but its word.
 */
import type { KubeObject } from '../../operator/api/objects.ts';
import type { HttpRoute } from '../../operator/controllers/deployment/cluster-objects.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { gatewayApiFiles } from '../cluster/gateway-api/crd-files.ts';
import { kubectl } from './kubectl.ts';
import { until } from './until.ts';

const GROUP = '/apis/gateway.networking.k8s.io/v1';
const LOOK: number = 100;

export class PlayedGateway {
  /** While false it has not seen what changed. */
  accepts = true;
  /** Percent of the traffic for the second backend, at each change it accepted: `namespace/name 25`. */
  readonly accepted: string[] = [];
  readonly #cluster: Cluster;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();

  /** Defines the kinds of the Gateway API first, as a platform team does. */
  static async install(cluster: Cluster): Promise<PlayedGateway> {
    const files = await gatewayApiFiles('httproutes');
    const { code, stderr } = await kubectl(cluster, [
      ...['apply', '--server-side'],
      ...files.flatMap((file) => ['-f', file]),
    ]);
    if (code !== 0) throw new Error(`could not apply the CRDs of the Gateway API: ${stderr}`);
    await until('HTTPRoute was served', 30_000, async () => {
      const { status } = await cluster.request({ path: `${GROUP}/httproutes` });
      return status === 200;
    });
    return new PlayedGateway(cluster);
  }

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#answerAll());
    }, LOOK);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #answerAll(): Promise<void> {
    if (!this.accepts || this.#cluster.stopped) return;
    const { status, body } = await this.#cluster.request({ path: `${GROUP}/httproutes` });
    if (status !== 200) return;
    const { items } = body as { readonly items: readonly HttpRoute[] }; // border: the answer to a list
    for (const route of items) if (this.accepts && !isAnswered(route)) await this.#answer(route);
  }

  async #answer({ metadata, spec }: HttpRoute): Promise<void> {
    const now = new Date().toISOString();
    const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
      type,
      status: 'True',
      reason: type,
      message: '',
      observedGeneration: metadata.generation,
      lastTransitionTime: now,
    }));
    const parents = (spec.parentRefs ?? []).map((parentRef) => ({
      parentRef,
      controllerName: 'test.code-engine.dev/gateway',
      conditions,
    }));
    const answer = await this.#cluster.request({
      method: 'PATCH',
      path: `${GROUP}/namespaces/${metadata.namespace}/httproutes/${metadata.name}/status`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion: metadata.resourceVersion }, status: { parents } },
    });
    // Another write in between: the next look answers for that.
    if (answer.status !== 200) return;
    const [stable, canary] = spec.rules?.[0]?.backendRefs ?? [];
    const [rest, share] = [stable?.weight ?? 1, canary?.weight ?? 1];
    this.accepted.push(`${metadata.namespace}/${metadata.name} ${(100 * share) / (rest + share)}`);
  }
}

/** A route as it is stored. */
export async function readRoute(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<
  HttpRoute & { readonly metadata: KubeObject['metadata'] & { readonly managedFields?: readonly Manager[] } }
> {
  return (await cluster.expectSuccess({ path: `${GROUP}/namespaces/${namespace}/httproutes/${name}` })) as never; // border: a GET
}

export interface Manager {
  readonly manager: string;
  readonly operation: string;
}

function isAnswered({ metadata, status }: HttpRoute): boolean {
  const conditions = (status?.parents ?? []).flatMap((one) => one.conditions ?? []);
  return conditions.length > 0 && conditions.every((one) => one.observedGeneration === metadata.generation);
}
