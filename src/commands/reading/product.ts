// `tidemark product WATCH PRODUCT`: one product's record and history in a watch.
import { plural } from '../../lib/text.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import { findProducts, productJson, readProduct } from '../../report/product.ts';
import type { Io } from '../../terminal/io.ts';
import { readCount, readLimit } from '../../terminal/options.ts';
import { productChoice, productText } from '../../terminal/product-text.ts';

export type ProductArgs = {
  watch: string;
  product: string;
  days?: number | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_DAYS = 30;
const DEFAULT_LIMIT = 30;
/** Older than any history. */
const ALL_DAYS = 36_500;

/**
 * Prints a product's history; as JSON one object. Exit code 1 when the name stands for several
 * products, which are listed.
 */
export function runProduct(io: Io, args: ProductArgs, deps: ReadDeps): number {
  const { watch, product: asked } = args;
  // Who asks for all snapshots does not mean all of a month.
  const days = readCount('--days', args.days) ?? (args.limit === 0 ? ALL_DAYS : DEFAULT_DAYS);
  const limit = readLimit(args.limit) ?? DEFAULT_LIMIT;
  const { newest, products } = findProducts(deps, watch, asked, io.clock.now());
  const [product] = products;
  if (product === undefined || products.length > 1) {
    const count = plural(products.length, 'product');
    io.stderr(
      `${count} of ${watch} could be meant by ${JSON.stringify(asked)}. Ask again with an id:\n\n`,
    );
    io.stderr(productChoice(products, io));
    return 1;
  }
  const report = readProduct(deps.db, watch, newest, product, days);
  io.stdout(
    args.json
      ? `${JSON.stringify(productJson(report), null, 2)}\n`
      : productText(report, limit, deps.config.timezone, io),
  );
  return 0;
}
