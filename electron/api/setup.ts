import { answered } from '../../shared/contract/errors.ts';
import type { setupCalls } from '../../shared/contract/setup.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const setupHandlers = ({ setup }: Parts): HandlersOf<typeof setupCalls> => ({
  'setup.get': () => answered(setup.view()),
  'setup.examine': async ({ settings }) => {
    const { findings, plan } = await setup.examine(settings);
    return answered({ findings: [...findings], plan });
  },
  'setup.prepare': ({ settings, login }) => setup.prepare(settings, login),
  'setup.keepCertificate': ({ content }) => setup.keepCertificate(Buffer.from(content, 'base64')),
});
