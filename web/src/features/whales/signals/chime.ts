/** Two short tones, in Hz. */
const TONES = [587.33, 880];
const TONE_S = 0.16;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

/** Makes the sound of a whale. Until somebody has touched the page, browsers keep it silent. */
export function playChime(): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') return void context.resume().catch(() => undefined);
  const { currentTime: now, destination } = context;
  TONES.forEach((frequency, index) => {
    if (!context) return;
    const starts = now + index * TONE_S;
    const tone = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.linearRampToValueAtTime(LOUDNESS, starts + 0.02);
    volume.gain.linearRampToValueAtTime(0, starts + TONE_S);
    tone.connect(volume).connect(destination);
    tone.start(starts);
    tone.stop(starts + TONE_S);
  });
}
