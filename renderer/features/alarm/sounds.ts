import type { Severity } from '../../../shared/domain/severity.ts';

/** Each severity sounds different: pitch in hertz and length in seconds, one after the other. */
const PATTERNS: Readonly<Record<Severity, readonly (readonly [number, number])[]>> = {
  CRITICAL: [
    [880, 0.16],
    [660, 0.16],
    [880, 0.16],
    [660, 0.16],
    [880, 0.3],
  ],
  HIGH: [
    [740, 0.18],
    [880, 0.25],
  ],
  MEDIUM: [[587, 0.25]],
  LOW: [[440, 0.18]],
  INFO: [],
};

/** Longer than any pattern. */
const REST_AFTER_MS = 3_000;

let audio: AudioContext | undefined;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Somebody's name in a note: rising, and like no alert. */
const MENTION: readonly (readonly [number, number])[] = [
  [523, 0.09],
  [784, 0.16],
];

/** A flood: one sound that stands for all its alerts, falling as no other does. */
const FLOOD: readonly (readonly [number, number])[] = [
  [988, 0.14],
  [784, 0.14],
  [587, 0.14],
  [988, 0.14],
  [784, 0.14],
  [587, 0.4],
];

/** Plays a severity's sound. Silent until the browser has seen a click or a key, as browsers want it. */
export const playSound = (severity: Severity, volume: number): void => play(PATTERNS[severity], volume);

export const playFlood = (volume: number): void => play(FLOOD, volume);

export const playMention = (volume: number): void => play(MENTION, volume);

const play = (pattern: readonly (readonly [number, number])[], volume: number): void => {
  if (volume <= 0) return;
  audio ??= new AudioContext();
  // Also while it runs: a rest that has just begun would silence what is played now.
  void audio.resume();
  clearTimeout(resting);
  let at = audio.currentTime + 0.02;
  for (const [pitch, seconds] of pattern) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.type = 'triangle';
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(volume * 0.4, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + seconds);
    at += seconds;
  }
  // A context that plays nothing computes its silence all the same: on a laptop's battery, all night.
  const playing = audio;
  resting = setTimeout(() => void playing.suspend(), REST_AFTER_MS);
};
