import { lookup } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from '../../../shared/domain/escalation.ts';
import { isThisMachine } from '../../../shared/domain/this-machine.ts';
import { codeOf } from '../../lib/error-code.ts';
import { NotSent } from './not-sent.ts';

const TIMEOUT_MS = 10_000;

/** What a machine answers to itself and to its hypervisor: no receiver of messages is there by a name. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('fd00:ec2::254', 'ipv6');

/** Whether an address is of the link alone, as those of a cloud's metadata are. */
export const isLinkLocal = (address: string): boolean =>
  isIP(address) !== 0 && linkLocal.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

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
    if (refused !== undefined) return done(new NotSent(`"${hostname}" leads to ${refused.address}`, false), '');
    return options.all === true ? done(null, addresses) : done(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });

/** The request never reached anybody. */
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Posts to a receiver, with a connection of its own, and goes nowhere else: a redirection is an answer like another. Of
 * the answer only the status is read.
 * @throws NotSent where it certainly was not sent, anything else where nobody knows
 */
export const post = async (
  address: string,
  options: { headers: Readonly<Record<string, string>>; id: string } & ({ json: object } | { form: URLSearchParams }),
): Promise<void> => {
  if (!isPrivateAddress(address)) throw new NotSent('the address is not encrypted (https)', false);
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
  const answer = await statusOf(request, body, secure);
  if (answer >= 200 && answer < 300) return;
  throw new NotSent(`the receiver answered ${answer}`, answer === 429 || answer >= 500);
};

const statusOf = (request: ClientRequest, body: string, secure: boolean): Promise<number> =>
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
      resolve(response.statusCode ?? 0);
    });
    request.on('error', (error) => {
      if (error instanceof NotSent) return reject(error);
      const code = codeOf(error);
      // Nothing is written before the other side is known to be who it is.
      const unsent = !connected || (code !== undefined && UNREACHED.has(code));
      return reject(unsent ? new NotSent(code ?? error.message, true) : error);
    });
    request.end(body);
  });
