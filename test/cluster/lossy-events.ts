import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Random } from '../../operator/ports/random.ts';

export type EventFault = 'drop' | 'duplicate' | 'hold' | 'reorder';

const FAULTS: readonly EventFault[] = ['drop', 'duplicate', 'hold', 'reorder'];
/** Milliseconds that an event is held back, and all after it. */
const HELD_FOR = 400;
const FORGOTTEN = {
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Expired',
    code: 410,
    message: 'made by the fault proxy: too old resource version',
  },
};

export interface LossyOptions {
  /** Of the events that something happens to. */
  readonly share: number;
  /** Milliseconds after which the watch ends with 410, once it is complete. */
  readonly forgets: number;
  /** Whether the watch begins with a list. */
  readonly lists: boolean;
}

/**
 * The events of one watch, badly told. A bookmark, and what comes before the end of a list by watching, stays as it is: a
 * list is right or it fails.
 */
export function lossyEvents(
  { share, forgets, lists }: LossyOptions,
  random: Random,
  struck: (fault: EventFault) => void,
): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let listing = lists;
  let later: string | undefined;
  let forgetting: NodeJS.Timeout | undefined;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      let wait = 0;
      for (const line of lines) wait = Math.max(wait, tell(line));
      if (wait === 0) done();
      else setTimeout(done, wait);
    },
    flush(done) {
      clearTimeout(forgetting);
      done();
    },
  });
  // What the server still writes after the end is lost like the rest.
  stream.on('error', () => undefined);
  stream.once('close', () => clearTimeout(forgetting));
  if (!listing) forgetting = setTimeout(forget, forgets);
  return stream;

  function forget(): void {
    stream.push(`${JSON.stringify(FORGOTTEN)}\n`);
    stream.end();
  }

  /** How long what comes next is held back. */
  function tell(line: string): number {
    const isBookmark = line.startsWith('{"type":"BOOKMARK"');
    if (isBookmark && line.includes('k8s.io/initial-events-end')) listing = false;
    if (!listing) forgetting ??= setTimeout(forget, forgets);
    if (listing || isBookmark || random() >= share) return pass(line, 0);
    const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? 'drop';
    struck(fault);
    switch (fault) {
      case 'drop':
        return 0;
      case 'duplicate':
        pass(line, 0);
        return pass(line, 0);
      case 'hold':
        return pass(line, HELD_FOR);
      case 'reorder':
        if (later !== undefined) return pass(line, 0);
        later = line;
        return 0;
    }
  }

  function pass(line: string, wait: number): number {
    stream.push(`${line}\n`);
    if (later !== undefined) stream.push(`${later}\n`);
    later = undefined;
    return wait;
  }
}
