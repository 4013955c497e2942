export const logTexts = { en: {}, fr: {} } as const;
