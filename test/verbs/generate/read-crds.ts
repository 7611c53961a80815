/** The CRDs of `crds/`, as far as the generators read them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A node of a structural schema: what `crds/*.yaml` uses of apiextensions' JSONSchemaProps, and nothing else. */
export interface StructuralSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: 'int32' | 'int64' | 'date-time';
  readonly enum?: readonly (string | number | boolean)[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly anyOf?: readonly StructuralSchema[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly Readonly<Record<string, unknown>>[];
}

export interface Crd {
  /** Without extension: `expertconsultation`. */
  readonly file: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly schema: StructuralSchema;
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly kind: string };
    readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: StructuralSchema } }];
  };
}

export const crdFiles = ['deployment', 'expertconsultation', 'tenant'] as const;

export function readCrds(root: string): readonly Crd[] {
  return crdFiles.map((file) => {
    // A border: the unit test of the CRDs and the API server judge the content.
    const crd = parse(readFileSync(join(root, 'crds', `${file}.yaml`), 'utf8')) as CustomResourceDefinition;
    return {
      file,
      kind: crd.spec.names.kind,
      namespaced: crd.spec.scope === 'Namespaced',
      schema: crd.spec.versions[0].schema.openAPIV3Schema,
    };
  });
}

/** `ExpertConsultation` as a file name: `expert-consultation`. */
export function kebab(kind: string): string {
  return kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
