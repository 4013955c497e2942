import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';

/** The least that an answer over HTTP costs: an empty route, in a process of its own. */
const app = new Hono();
app.get('/', (context) => context.body(null));
const server = createServer(getRequestListener(app.fetch));
const asked = z.object({ id: z.int() });
const listening = new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
});
process.on('message', (message) => {
  const { id } = asked.parse(message);
  void listening.then((port) => process.send?.({ id, value: port }));
});
process.on('disconnect', () => process.exit(0));
