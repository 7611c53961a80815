import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CertificateAuthority, createTokenKeys, type KeyedCertificate } from './certificates.ts';

/** Every file the programs of one plane read and write, by path. */
export type PlaneFiles = {
  readonly directory: string;
  readonly data: string;
  readonly logs: string;
  readonly auditLog: string;
  readonly auditPolicy: string;
  readonly stages: string;
  readonly authority: string;
  readonly servingCertificate: string;
  readonly servingKey: string;
  readonly tokenPublicKey: string;
  readonly tokenPrivateKey: string;
  /** A kubeconfig for each program and the administrator goes here. */
  readonly kubeconfigs: string;
};

/** Lays out the directory of a new plane and writes its keys and certificates. */
export async function layPlaneFiles(directory: string, authority: CertificateAuthority): Promise<PlaneFiles> {
  const files: PlaneFiles = {
    directory,
    data: join(directory, 'etcd'),
    logs: join(directory, 'logs'),
    auditLog: join(directory, 'logs', 'audit.log'),
    auditPolicy: fileURLToPath(new URL('./audit-policy.yaml', import.meta.url)),
    stages: fileURLToPath(new URL('./stages.yaml', import.meta.url)),
    authority: join(directory, 'pki', 'authority.pem'),
    servingCertificate: join(directory, 'pki', 'serving.pem'),
    servingKey: join(directory, 'pki', 'serving-key.pem'),
    tokenPublicKey: join(directory, 'pki', 'token.pem'),
    tokenPrivateKey: join(directory, 'pki', 'token-key.pem'),
    kubeconfigs: join(directory, 'kubeconfigs'),
  };
  for (const folder of [files.logs, join(directory, 'pki'), files.kubeconfigs]) mkdirSync(folder, { recursive: true });
  const serving: KeyedCertificate = await authority.servingCertificate('code-operator plane');
  const tokens = createTokenKeys();
  writeFileSync(files.authority, authority.certificate);
  writeFileSync(files.servingCertificate, serving.certificate);
  writeFileSync(files.servingKey, serving.key, { mode: 0o600 });
  writeFileSync(files.tokenPublicKey, tokens.publicKey);
  writeFileSync(files.tokenPrivateKey, tokens.privateKey, { mode: 0o600 });
  return files;
}
