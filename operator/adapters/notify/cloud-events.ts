import { GROUP, VERSION } from '../../api/names.ts';
import { toldData } from './told-data.ts';
import type { Wire } from './wire.ts';

/** CloudEvents 1.0, structured mode over HTTP. `source` and `id` together name an event for ever. */
export const cloudEvents: Wire = {
  signed: true,
  letter: (notice, url) => ({
    url,
    contentType: 'application/cloudevents+json',
    body: JSON.stringify({
      specversion: '1.0',
      id: notice.id,
      source: `/apis/${GROUP}/${VERSION}/namespaces/${notice.namespace}/deployments/${notice.name}`,
      type: `dev.code-engine.delivery.${notice.type}`,
      subject: notice.delivery,
      time: notice.at,
      datacontenttype: 'application/json',
      data: toldData(notice),
    }),
  }),
};
