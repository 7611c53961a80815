import { eachContainer, type Rule } from './rule.ts';
import { text } from './workload.ts';

/** The part after the last `/` may hold a tag; a `:` before it is a registry's port. */
export function imageParts(image: string): { readonly tag: string | undefined; readonly digest: string | undefined } {
  const [name = '', digest] = image.split('@', 2);
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return { tag: colon < 0 ? undefined : last.slice(colon + 1), digest };
}

export const supplyChain: readonly Rule[] = [
  {
    id: 'supply-chain/latest',
    severity: 'medium',
    remedy: 'name a version, best with its digest',
    check: eachContainer(({ spec, path, name }) => {
      const image = text(spec['image']) ?? '';
      const { tag, digest } = imageParts(image);
      if (image === '' || digest !== undefined || (tag !== undefined && tag !== 'latest')) return [];
      return [
        { path: `${path}/image`, message: `container ${name} runs whatever ${image} means on the day it starts` },
      ];
    }),
  },
  {
    id: 'supply-chain/no-digest',
    severity: 'low',
    remedy: 'pin the image: name:tag@sha256:...',
    check: eachContainer(({ spec, path, name }) => {
      const image = text(spec['image']) ?? '';
      const { tag, digest } = imageParts(image);
      if (digest !== undefined || tag === undefined || tag === 'latest') return [];
      return [{ path: `${path}/image`, message: `container ${name} trusts that nobody moves tag ${tag}` }];
    }),
  },
];
