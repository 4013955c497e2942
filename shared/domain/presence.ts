/** A laptop that has sent no heartbeat for this long counts as gone. */
export const PRESENT_SECONDS = 30;
