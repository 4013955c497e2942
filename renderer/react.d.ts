import 'react';

declare module 'react' {
  interface CSSProperties {
    /** A property of our own, for the style sheet to read. */
    [name: `--${string}`]: string | number | undefined;
  }
}
