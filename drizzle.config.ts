// What `npm run migration` reads; drizzle-kit is installed by it, and is not here to give a type.
export default {
  dialect: 'sqlite',
  schema: './src/store/schema/*.ts',
  out: './migrations',
};
