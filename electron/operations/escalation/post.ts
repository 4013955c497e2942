import { lookup } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from '../../../shared/domain/escalation.ts';
import { isThisMachine } from '../../../shared/domain/this-machine.ts';
import { codeOf } from '../../lib/error-code.ts';
import { NotSent, Unconfirmed } from './not-sent.ts';

const TIMEOUT_MS = 10_000;

/**
 * What a machine answers to itself and to its hypervisor: no receiver of messages is there by a name. Made when it is asked:
 * a module that has it from the start can't be kept in a frozen program (electron/testing/bundle.ts).
 */
const linkLocal = (): BlockList => {
  const addresses = new BlockList();
  addresses.addSubnet('169.254.0.0', 16, 'ipv4');
  addresses.addSubnet('fe80::', 10, 'ipv6');
  addresses.addAddress('fd00:ec2::254', 'ipv6');
  return addresses;
};

/** Whether an address is of the link alone, as those of a cloud's metadata are. */
export const isLinkLocal = (address: string): boolean =>
  isIP(address) !== 0 && linkLocal().check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/**
 * Resolves the host of a receiver. A name that leads to a link-local address is refused, and "localhost" that leads
 * elsewhere; whoever means such an address writes it out.
 */
const lookUp: LookupFunction = (hostname, options, done) =>
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, '');
    const refused = addresses.find(({ address }) =>
      isThisMachine(hostname) ? !isThisMachine(address) : isLinkLocal(address),
    );
    if (refused !== undefined) return done(new NotSent('wrong_address', `${hostname}: ${refused.address}`), '');
    return options.all === true ? done(null, addresses) : done(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });

/** The request never reached anybody. */
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** "Come back later", in the ways in which receivers say it: nothing was done with the request. */
const BUSY = new Set([408, 425, 429, 503]);

/**
 * Posts to a receiver, with a connection of its own, and goes nowhere else: a redirection is an answer like another. Of
 * the answer only the head is read. An error of the server's own leaves it open: it may have made the call before it failed.
 * @throws NotSent where it certainly was not sent, anything else where nobody knows
 */
export const post = async (
  address: string,
  options: { headers: Readonly<Record<string, string>>; id: string } & ({ json: object } | { form: URLSearchParams }),
): Promise<void> => {
  if (!isPrivateAddress(address)) throw new NotSent('not_encrypted');
  const url = new URL(address);
  const body = 'json' in options ? JSON.stringify(options.json) : options.form.toString();
  const secure = url.protocol === 'https:';
  const request = (secure ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    lookup: lookUp,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      'Content-Type': 'json' in options ? 'application/json' : 'application/x-www-form-urlencoded;charset=UTF-8',
      'Content-Length': Buffer.byteLength(body),
      ...options.headers,
      'Idempotency-Key': options.id,
    },
  });
  const { status, retryAfter } = await answerOf(request, body, secure);
  if (status >= 200 && status < 300) return;
  if (BUSY.has(status)) throw new NotSent('busy', String(status), secondsUntil(retryAfter));
  if (status === 401) throw new NotSent('login_refused', '401');
  throw status >= 500 ? new Unconfirmed('server_failed', String(status)) : new NotSent('refused', String(status));
};

/** `Retry-After`, as seconds or as a date; null where it says nothing that can be used. */
const secondsUntil = (value: string | undefined): number | null => {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? Math.max(0, Math.ceil((at - Date.now()) / 1_000)) : null;
};

type Head = { readonly status: number; readonly retryAfter: string | undefined };

const answerOf = (request: ClientRequest, body: string, secure: boolean): Promise<Head> =>
  new Promise((resolve, reject) => {
    let connected = false;
    request.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
    });
    request.on('response', (response: IncomingMessage) => {
      // Whatever else it has to say is not read: it may be endless.
      response.destroy();
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    });
    request.on('error', (error) => {
      if (error instanceof NotSent) return reject(error);
      const code = codeOf(error);
      // Nothing is written before the other side is known to be who it is.
      const unsent = !connected || (code !== undefined && UNREACHED.has(code));
      const why = code === 'ABORT_ERR' ? 'ETIMEDOUT' : (code ?? error.message);
      return reject(unsent ? new NotSent('unreached', why) : new Unconfirmed('unanswered', why));
    });
    request.end(body);
  });
