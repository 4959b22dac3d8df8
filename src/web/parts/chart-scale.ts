// The scale of a chart: round ticks that fit what is shown.

export type Scale = { low: number; high: number; ticks: readonly number[] };

const STEPS = [1, 2, 5];

/** The smallest round step that fits at most `most` times into a span. */
function stepFor(span: number, most: number, least: number): number {
  for (let power = Math.floor(Math.log10(Math.max(span, 1e-9) / most)); ; power++)
    for (const step of STEPS) {
      const size = step * 10 ** power;
      if (size >= least && span / size <= most) return size;
    }
}

/** For ranks: whole steps, with #1 at the top if the best ranks are near it. */
export function rankScale(values: readonly number[]): Scale {
  const [best, worst] = [Math.min(...values), Math.max(...values)];
  const step = Math.max(1, stepFor(Math.max(4, worst - best), 6, 1));
  const low = best <= step ? 1 : Math.floor(best / step) * step;
  const high = Math.max(low + 4, Math.ceil(worst / step) * step);
  const ticks: number[] = [];
  for (let tick = low === 1 ? 0 : low; tick <= high; tick += step) ticks.push(Math.max(1, tick));
  return { low, high, ticks: [...new Set(ticks)] };
}

/** For a metric: from 0 if 0 is near. */
export function valueScale(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const from = least >= 0 && least < most * 0.6 ? 0 : least;
  const step = stepFor(Math.max(most - from, Math.abs(most) * 0.01, 1e-6), 5, 0);
  const low = Math.floor(from / step) * step;
  const high = Math.max(low + step, Math.ceil(most / step) * step);
  const ticks: number[] = [];
  for (let tick = low; tick <= high + step / 2; tick += step)
    ticks.push(Number(tick.toPrecision(12)));
  return { low, high, ticks };
}
