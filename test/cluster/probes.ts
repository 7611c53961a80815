import { Agent, request } from 'undici';
import type { ApiClient } from './api-client.ts';

const DEADLINE = 2_000;

/** Whether a URL answers 200; a refused connection or silence is a plain no. */
export async function answersOk(url: string, authority?: string): Promise<boolean> {
  const agent = new Agent({ connect: authority === undefined ? {} : { ca: authority } });
  try {
    const response = await request(url, { dispatcher: agent, signal: AbortSignal.timeout(DEADLINE) });
    await response.body.dump();
    return response.statusCode === 200;
  } catch {
    return false;
  } finally {
    await agent.destroy();
  }
}

/** Whether an API server says that it is ready. */
export async function isReady(client: ApiClient): Promise<boolean> {
  try {
    return (await client.request({ path: '/readyz' })).status === 200;
  } catch {
    return false;
  }
}
