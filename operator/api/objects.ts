/** The parts every Kubernetes object has, as they arrive: plain JSON, never serialised through a model (runtime.md section 2). */

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  /** Whole in what was read live; of what a cache keeps, only what others wrote of fields that are ours (`core/edits.ts`). */
  readonly managedFields?: readonly ManagedFields[];
}

/** metav1.ManagedFieldsEntry, as far as it is read. */
export interface ManagedFields {
  readonly manager?: string;
  readonly fieldsV1?: object;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, whole seconds; moves with `status` only. */
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

/** One of our own three kinds, as far as the runtime needs to know it. */
export interface CodeObject extends KubeObject {
  readonly spec: object;
  readonly status?: CodeStatus;
}

export interface CodeStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}
