/** Uniform in [0, 1). Tests bring a seeded one. */
export type Random = () => number;
