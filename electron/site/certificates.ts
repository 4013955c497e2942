import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { KeptCertificate } from '../../shared/contract/setup.ts';

const FOLDER = 'certificates';
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Keeps a root certificate in the data directory: the file that it came from may be on a stick. Its name is its contents'
 * hash, so the same one is kept once, and what is there is whole.
 * @param content one or more certificates as PEM, or one as DER
 */
export const keepCertificate = (dataDir: string, content: Buffer, now: number): Answer<KeptCertificate> => {
  const text = content.toString('latin1');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return failed('certificate_is_key');
  let certificates: X509Certificate[];
  try {
    const blocks = text.match(BLOCK) ?? [content];
    certificates = blocks.map((block) => new X509Certificate(block));
  } catch {
    return failed('certificate_unreadable');
  }
  const soonest = certificates.reduce((first, one) => (one.validToDate < first.validToDate ? one : first));
  const latest = certificates.reduce((last, one) => (one.validFromDate > last.validFromDate ? one : last));
  const expires = dayOf(soonest.validToDate);
  if (soonest.validToDate.getTime() <= now) return failed('certificate_expired', { expires });
  if (latest.validFromDate.getTime() > now) return failed('certificate_not_yet', { from: dayOf(latest.validFromDate) });
  // What a server shows of itself proves nothing about the server, unless it has signed itself.
  if (!certificates.some((one) => one.ca || one.subject === one.issuer)) return failed('certificate_no_root');
  const pem = certificates.map((one) => one.toString()).join('');
  const folder = join(dataDir, FOLDER);
  const file = join(folder, `${createHash('sha256').update(pem).digest('hex').slice(0, 32)}.pem`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, pem, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return answered({ file, subject: subjectOf(soonest), expires });
};

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

const subjectOf = ({ subject }: X509Certificate): string =>
  (/^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ')).slice(0, 200);
