import { readFile } from 'node:fs/promises';
import { Agent, fetch as undiciFetch } from 'undici';
import { Upstream } from '../../api/errors.ts';

/** How one configured server is asked, beyond its address. */
export interface PrometheusAccess {
  /** Read at each question: it may be rotated. Never told to anybody but the server. */
  readonly bearer?: () => Promise<string>;
  /** Trusts the authorities of a file alone. */
  readonly dial?: typeof fetch;
}

/** Files by the name of their server, as the settings name them. */
export interface PrometheusFiles {
  readonly tokenFiles: Readonly<Record<string, string>>;
  readonly authorityFiles: Readonly<Record<string, string>>;
}

export function prometheusAccess({
  tokenFiles,
  authorityFiles,
}: PrometheusFiles): ReadonlyMap<string, PrometheusAccess> {
  const names = new Set([...Object.keys(tokenFiles), ...Object.keys(authorityFiles)]);
  return new Map([...names].map((name) => [name, accessOf(tokenFiles[name], authorityFiles[name])] as const));
}

function accessOf(token: string | undefined, authority: string | undefined): PrometheusAccess {
  return {
    ...(token === undefined ? {} : { bearer: () => tokenIn(token) }),
    ...(authority === undefined ? {} : { dial: dialWith(authority) }),
  };
}

async function tokenIn(file: string): Promise<string> {
  const token = (await contentsOf(file, 'token')).trim();
  // fetch would quote what it refuses as a header.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Upstream('TokenUnreadable', `the token file ${file} of a Prometheus holds no bearer token; write one line`);
}

/** Connections are kept for as long as the file holds the same authorities. */
function dialWith(file: string): typeof fetch {
  let known: { readonly authorities: string; readonly agent: Agent } | undefined;
  const dial = async (input: string | URL, init: object) => {
    const authorities = await contentsOf(file, 'authority');
    if (known?.authorities !== authorities) {
      const before = known?.agent;
      known = { authorities, agent: new Agent({ connect: { ca: authorities } }) };
      // Ends when its last answer is read.
      before?.close().catch(() => undefined);
    }
    return undiciFetch(input, { ...init, dispatcher: known.agent });
  };
  return dial as unknown as typeof fetch; // border: undici's own fetch, for its dispatcher; its types differ in name only
}

async function contentsOf(file: string, what: 'token' | 'authority'): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Upstream('FileUnreadable', `the ${what} file ${file} of a Prometheus cannot be read`, { cause });
  }
}
