import type { Severity } from '../../shared/domain/severity.ts';

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

let audio: AudioContext | undefined;

/** Plays a severity's sound. Silent until the browser has seen a click or a key, as browsers want it. */
export const playSound = (severity: Severity, volume: number): void => {
  if (volume <= 0) return;
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  let at = audio.currentTime + 0.02;
  for (const [pitch, seconds] of PATTERNS[severity]) {
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
};
