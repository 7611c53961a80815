import { type DeliveryFault, pods, stalled } from './delivery-faults.ts';

const LABEL = 'test.dev/no-way-back';

/** For `deployment/roll-back.rego`: a platform that denies even its safety steps, to what carries the label. */
export const NO_WAY_BACK = `deny contains {"rule": "test/no-way-back", "message": "nobody goes back here"} if {
	input.resource.labels["${LABEL}"] == "true"
}`;

const FAILS = pods('', 'image-pull', '', /./);

/** Until the label goes, which wakes nobody. */
export const WAY_BACK_DENIED: DeliveryFault = {
  name: 'policy denies the way back',
  change: (place, deployment) => {
    const { metadata, ...rest } = FAILS.change?.(place, deployment) ?? deployment;
    return { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, [LABEL]: 'true' } } };
  },
  ending: stalled(
    'PolicyDenied',
    /^policy denied step roll-back: nobody goes back here \[test\/no-way-back\].*was rejected \(ImagePullFailed\)/,
  ),
};

export const ALLOWED_AGAIN = { metadata: { labels: { [LABEL]: null } } };
