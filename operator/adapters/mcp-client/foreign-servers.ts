import { readFile } from 'node:fs/promises';
import { Upstream } from '../../api/errors.ts';
import { type McpServerSettings, USUAL_MCP_LIMITS } from './settings.ts';

/** As the settings name them, by the name that specs use. */
export interface ForeignServers {
  readonly servers: Readonly<Record<string, string>>;
  readonly trust: Readonly<Record<string, string>>;
  readonly tokenFiles: Readonly<Record<string, string>>;
}

/** MCP servers that are not ours: each tool is pinned as it is first seen, and believed only where the settings say so. */
export function foreignServers({ servers, trust, tokenFiles }: ForeignServers): readonly McpServerSettings[] {
  return Object.entries(servers).map(([name, url]) => {
    const file = tokenFiles[name];
    return {
      name,
      url,
      trusted: trust[name] === 'Trusted',
      pins: 'first-use',
      limits: USUAL_MCP_LIMITS,
      ...(file === undefined ? {} : { bearer: () => tokenIn(file) }),
    };
  });
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new Upstream('TokenUnreadable', `the token file ${file} of a tool server cannot be read`, { cause });
  }
}
