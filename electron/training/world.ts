import { type Cents, cents } from '../../shared/domain/money.ts';
import type { Random } from './random.ts';

/** What a bar sells. A drink in a cup adds the cup's deposit. */
export type Product = { readonly name: string; readonly price: Cents; readonly cup: boolean };

/** A bar or a recharge point, and the readers on its counter. */
export type PointOfSale = { readonly name: string; readonly readers: readonly [string, ...string[]] };

const point = (name: string, id: string, readers: number): PointOfSale => ({
  name,
  readers: [`${id}-1`, ...Array.from({ length: readers - 1 }, (_, index) => `${id}-${index + 2}`)],
});

export const BARS: readonly [PointOfSale, ...PointOfSale[]] = [
  point('Bar Grande Scène', 'reader-grande-scene', 4),
  point('Bar du Lac', 'reader-lac', 3),
  point('Bar de la Forêt', 'reader-foret', 2),
  point('Bar Électro', 'reader-electro', 3),
  point('Buvette Camping', 'reader-camping', 2),
  point('Bar à vins', 'reader-vins', 1),
  point('Cantine', 'reader-cantine', 2),
  point('Bar VIP', 'reader-vip', 1),
];

export const RECHARGE_POINTS: readonly [PointOfSale, ...PointOfSale[]] = [
  point('Recharge Entrée', 'recharge-entree', 2),
  point('Recharge Grande Scène', 'recharge-grande-scene', 1),
  point('Recharge Camping', 'recharge-camping', 1),
  point('Recharge Lac', 'recharge-lac', 1),
];

export const PRODUCTS: readonly [Product, ...Product[]] = [
  { name: 'Bière blonde 25 cl', price: cents(350), cup: true },
  { name: 'Bière blonde 50 cl', price: cents(650), cup: true },
  { name: 'IPA 33 cl', price: cents(500), cup: true },
  { name: 'Cidre 25 cl', price: cents(400), cup: true },
  { name: 'Vin rouge 12 cl', price: cents(400), cup: true },
  { name: 'Soft 33 cl', price: cents(300), cup: true },
  { name: 'Eau 50 cl', price: cents(150), cup: false },
  { name: 'Café', price: cents(150), cup: false },
  { name: 'Frites', price: cents(450), cup: false },
  { name: 'Galette-saucisse', price: cents(550), cup: false },
  { name: 'Crêpe au sucre', price: cents(300), cup: false },
];

/** The cheapest thing, for a visitor who has nearly nothing left. */
export const WATER: Product = { name: 'Eau 50 cl', price: cents(150), cup: false };

export const CUP_DEPOSIT = cents(100);
export const RECHARGE_AMOUNTS: readonly [Cents, ...Cents[]] = [
  cents(1000),
  cents(2000),
  cents(2000),
  cents(3000),
  cents(4000),
  cents(5000),
];

export const VISITORS = 2_000;

/** Ids as NFC chips have them: seven bytes, the first of the maker. All different. */
export const cardIds = (random: Random, count: number): string[] => {
  const ids = new Set<string>();
  while (ids.size < count) {
    const bytes = Array.from({ length: 6 }, () => random.between(0, 255).toString(16).padStart(2, '0'));
    ids.add(`04${bytes.join('')}`.toUpperCase());
  }
  return [...ids];
};
