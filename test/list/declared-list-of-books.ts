// A list of books as a config declares it.

export const LIST = {
  title: 'Best sellers',
  row: 'book',
  request: { url: '/v1/best', query: { shop: '{shop}' } },
  rows: 'items',
  id: 'sku',
  name: 'title',
  link: 'https://shop.example.org/book/{id}',
  parameters: { shop: { values: ['us', 'gb'], required: true } },
  metrics: {
    sold: { path: 'sales.sold', kind: 'count', order: true, headline: true, label: 'copies sold' },
    price: { kind: 'money' },
  },
};
