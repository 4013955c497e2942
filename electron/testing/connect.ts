import pg from 'pg';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { driverOptions } from '../postgres/connection-settings.ts';

/** A plain connection, whose server may be killed while it is open. */
export const connectAs = async (settings: ConnectionSettings): Promise<pg.Client> => {
  const client = new pg.Client(driverOptions(settings));
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
