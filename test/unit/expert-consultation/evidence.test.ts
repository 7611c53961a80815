import { assert } from 'chai';
import { observe } from '../../../operator/controllers/expert-consultation/observe.ts';
import type { Reader } from '../../../operator/ports/kube.ts';
import { consultation } from './consultation.ts';

describe('the evidence of a consultation', () => {
  for (const kind of ['Secret', 'ConfigMap'] as const) {
    it(`is never a ${kind}, which the tenant may read for other reasons`, async () => {
      const read: string[] = [];
      const reader: Reader = {
        get: () => undefined,
        by: () => [],
        serves: () => false,
        read: async ({ resource, name }) => {
          read.push(`${resource} ${name}`);
          return undefined;
        },
      };
      const asked = consultation({
        subject: { kind: 'Deployment', name: 'shop', planHash: 'p1' },
        context: { references: [{ apiVersion: 'v1', kind, name: 'keys' }] },
      });
      const doors = { reader, config: { look: async () => [] }, now: 0 };
      const { gathering } = await observe(asked, doors, new AbortController().signal);
      assert.deepEqual(gathering, { state: 'missing', what: `${kind} keys: a kind the operator does not read` });
      assert.isEmpty(read);
    });
  }
});
