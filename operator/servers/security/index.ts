import type { ToolServer } from '../tool.ts';
import { scanManifest } from './scan-manifest.ts';

export const security: ToolServer = { name: 'security', title: 'Security', tools: [scanManifest] };
