// The x509 library resolves its parts through tsyringe, which needs this polyfill loaded first.
import 'reflect-metadata';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key, both PEM. */
export type KeyedCertificate = { readonly certificate: string; readonly key: string };

/** A certificate authority that lives in memory for as long as one plane. */
export type CertificateAuthority = {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** A certificate for servers at 127.0.0.1, localhost and the given further host names. */
  servingCertificate(name: string, hosts?: readonly string[]): Promise<KeyedCertificate>;
  /** A certificate by which the API server knows the user and the groups. */
  clientCertificate(user: string, groups?: readonly string[]): Promise<KeyedCertificate>;
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR = 3_600_000;
const LIFETIME = 30 * 24 * HOUR;

/** Makes a new authority; `now` is in milliseconds, and certificates are valid from an hour before to 30 days after. */
export async function createAuthority(now: number): Promise<CertificateAuthority> {
  const validity = { notBefore: new Date(now - HOUR), notAfter: new Date(now + LIFETIME) };
  const keys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: [{ CN: ['code-operator throw-away plane'] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  async function sign(subject: x509.JsonName, extensions: readonly x509.Extension[]): Promise<KeyedCertificate> {
    const own = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity,
      subject,
      issuer: authority.subjectName.toJSON(),
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...extensions,
      ],
    });
    return { certificate: certificate.toString('pem'), key: await privateKeyPem(own.privateKey) };
  }

  return {
    certificate: authority.toString('pem'),
    servingCertificate: (name, hosts = []) =>
      sign(
        [{ CN: [name] }],
        [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([
            { type: 'ip', value: '127.0.0.1' },
            ...['localhost', ...hosts].map((value) => ({ type: 'dns', value }) as const),
          ]),
        ],
      ),
    clientCertificate: (user, groups = []) =>
      sign(
        [{ CN: [user] }, ...groups.map((group) => ({ O: [group] }))],
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
      ),
  };
}

/** The key pair that signs and checks the ServiceAccount tokens of one plane, PEM. */
export function createTokenKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
