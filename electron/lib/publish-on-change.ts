/**
 * Publishes a value when it differs from the last one, as JSON shows it.
 * @param options.initial counts as published already; without it the first value is always published
 * @param options.keyOf the part whose change matters, where not every change does
 * @returns a function that takes the current value and says whether it was published
 */
export const publishOnChange = <T>(
  publish: (value: T) => void,
  options: { initial?: T; keyOf?: (value: T) => unknown } = {},
): ((value: T) => boolean) => {
  const keyOf = options.keyOf ?? ((value: T): unknown => value);
  let published = 'initial' in options ? JSON.stringify(keyOf(options.initial as T)) : undefined;
  return (value) => {
    const key = JSON.stringify(keyOf(value));
    if (key === published) return false;
    const before = published;
    published = key;
    try {
      publish(value);
    } catch (error) {
      // Nobody has it yet: it is published next time.
      published = before;
      throw error;
    }
    return true;
  };
};
