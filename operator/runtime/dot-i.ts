/**
 * The lifecycle of @dot-i/k8s-operator over our own engine: `start` and `stop` are its, everything between them is ours
 * (runtime.md section 3 says why). The only file that imports the package; `main.ts` alone builds the class, because
 * its constructor loads a kubeconfig, which nothing here uses.
 */
import dotI, { type OperatorLogger, type ResourceMeta } from '@dot-i/k8s-operator';
import { Bug, InvalidSpec } from '../api/errors.ts';

/** What begins and ends with the operator. */
export interface Lifecycle {
  /** Resolves when all rooms are registered and work is under way; rejects with what hinders it. */
  start(): Promise<void>;
  /** Resolves when everything has stopped in order. */
  stop(): Promise<void>;
}

export class CodeOperator extends dotI.default {
  readonly #lifecycle: Lifecycle;
  #stopped: Promise<void> | undefined;

  private constructor(lifecycle: Lifecycle, logger: OperatorLogger) {
    super(logger);
    this.#lifecycle = lifecycle;
  }

  /** @throws InvalidSpec `UnreadableKubeconfig` when the kubeconfig that the package loads by itself is broken. */
  static over(lifecycle: Lifecycle, logger: OperatorLogger): CodeOperator {
    try {
      return new CodeOperator(lifecycle, logger);
    } catch (thrown) {
      const message = `could not read the ambient kubeconfig, which @dot-i/k8s-operator loads when it starts: ${thrown instanceof Error ? thrown.message : String(thrown)}; mend or unset KUBECONFIG`;
      throw new InvalidSpec('UnreadableKubeconfig', message, thrown);
    }
  }

  /** Resolves when a `stop` that was asked for is complete. */
  get stopped(): Promise<void> {
    return this.#stopped ?? Promise.resolve();
  }

  override stop(): void {
    this.#stopped ??= this.#lifecycle.stop();
  }

  protected override init(): Promise<void> {
    return this.#lifecycle.start();
  }

  protected override async watchResource(): Promise<void> {
    throw replaced('watchResource', 'a trigger of a room and the caches of runtime/caches.ts');
  }

  protected override async registerCustomResourceDefinition(): Promise<never> {
    throw replaced('registerCustomResourceDefinition', 'config/crd, which an admin applies');
  }

  protected override getCustomResourceApiUri(): string {
    throw replaced('getCustomResourceApiUri', 'runtime/resource-path.ts');
  }

  protected override async setResourceStatus(): Promise<ResourceMeta | null> {
    throw replaced('setResourceStatus', 'the report of a room');
  }

  protected override async patchResourceStatus(): Promise<ResourceMeta | null> {
    throw replaced('patchResourceStatus', 'the report of a room');
  }

  protected override async handleResourceFinalizer(): Promise<boolean> {
    throw replaced('handleResourceFinalizer', 'the teardown steps of a room');
  }

  protected override async setResourceFinalizers(): Promise<void> {
    throw replaced('setResourceFinalizers', 'the teardown steps of a room');
  }

  protected override async applyAxiosKubeConfigAuth(): Promise<void> {
    throw replaced('applyAxiosKubeConfigAuth', 'adapters/kube/credentials.ts');
  }

  protected override async applyGaxiosKubeConfigAuth(): Promise<void> {
    throw replaced('applyGaxiosKubeConfigAuth', 'adapters/kube/credentials.ts');
  }
}

/** The package's own ways lose events, hide failed writes and end the process: nobody gets back to them by accident. */
function replaced(method: string, by: string): Bug {
  return new Bug('ReplacedMethod', `${method} of @dot-i/k8s-operator is not used here; use ${by}`);
}
