import type { NoticeType } from '../../api/notices.ts';
import type { Notice } from '../../ports/notifier.ts';
import type { Wire } from './wire.ts';

const SIGNS: Readonly<Record<NoticeType, string>> = {
  started: ':rocket:',
  stage_completed: ':heavy_check_mark:',
  completed: ':white_check_mark:',
  failed: ':x:',
  cancelled: ':no_entry_sign:',
  rolled_back: ':rewind:',
  approval_needed: ':raised_hand:',
};

/**
 * An incoming webhook: whoever knows its address may post, so the address is the key. It has to be of the origin that the
 * settings name, since no other is dialled.
 */
export const slack: Wire = {
  signed: false,
  letter: (notice, url, [address = url]) => ({
    url: address,
    contentType: 'application/json',
    body: JSON.stringify({ text: headline(notice), blocks: blocks(notice) }),
  }),
};

function headline({ type, namespace, name, reminder }: Notice): string {
  const what = type.replace('_', ' ');
  return `${SIGNS[type]} ${escaped(`${namespace}/${name}: ${what}${reminder === true ? ' (reminder)' : ''}`)}`;
}

function blocks(notice: Notice): readonly object[] {
  const { message, delivery, revision, step, cause, rejected, serving } = notice;
  const facts = { step, revision, delivery, cause, rejected, serving };
  const told = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`*${name}* ${escaped(value)}`],
  );
  return [
    { type: 'section', text: { type: 'mrkdwn', text: `*${headline(notice)}*\n${escaped(message)}` } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: told.join('  ') }] },
  ];
}

/** The three characters that Slack takes for markup of its own: a message mentions nobody and links nowhere. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
