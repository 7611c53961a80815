import { toldData } from './told-data.ts';
import type { Wire } from './wire.ts';

/** The payload that Standard Webhooks recommends: type, timestamp, data. */
export const webhook: Wire = {
  signed: true,
  letter: (notice, url) => ({
    url,
    contentType: 'application/json',
    body: JSON.stringify({ id: notice.id, type: notice.type, timestamp: notice.at, data: toldData(notice) }),
  }),
};
