import { writeFileSync } from 'node:fs';
import { makeUglyLake, LISTS } from './ugly-lake.ts';
import { openClickHouse } from './chdb.ts';
import { openDuck } from '../support/duckdb.ts';
import { engineStatements } from '../../src/store/engines/statements.ts';
import { viewsOf } from '../../src/store/views/views.ts';
const lake = await makeUglyLake(1, 60);
const sq = lake.file.world.db.raw;
const views = viewsOf(LISTS).filter(v => v.name !== 'credit_use');
const IDS = new Set(['snapshot_id','baseline_id','origin']);
const norm = (rows: unknown[][]) => rows.map(r => JSON.stringify(r.map(v => typeof v === 'bigint' ? Number(v) : typeof v==='number' ? v+0 : v))).sort();
async function check(label: string, engine: 'clickhouse'|'duckdb', by: 'log'|'folders', run: (s:string)=>Promise<unknown>, rows: (s:string)=>Promise<unknown[][]>) {
  const st = engineStatements({engine, by, root: lake.folder, lists: LISTS, hasAlerts: true});
  for (const s of st) { try { await run(s); } catch (e) { console.log(label, 'FAIL', String(e).slice(0,600)); writeFileSync('/tmp/eng/fail.sql', s); } }
  for (const v of views) {
    const cols = v.columns.map(c=>c.name).filter(n=>!IDS.has(n));
    const q = `SELECT ${cols.map(c=>`"${c}"`).join(', ')} FROM ${v.name}`;
    const a = norm(sq.prepare(q).raw().all() as unknown[][]);
    try { const t=Date.now(); const b = norm(await rows(q));
      const A=new Set(a), B=new Set(b);
      const miss=a.filter(x=>!B.has(x)), extra=b.filter(x=>!A.has(x));
      console.log(label, v.name, a.length, b.length, miss.length, extra.length, Date.now()-t+'ms');
      if (miss.length+extra.length) { const m=JSON.parse(miss[0]??'[]'); const near = extra.map(x=>JSON.parse(x)).sort((x,y)=>x.filter((v:unknown,i:number)=>v!==m[i]).length-y.filter((v:unknown,i:number)=>v!==m[i]).length)[0]??[]; console.log(cols.flatMap((c,i)=>m[i]!==near[i]?[[c,m[i],near[i]]]:[]).slice(0,8)); }
    } catch(e) { console.log(label, v.name, 'QFAIL', String(e).slice(0,500)); }
  }
}
const duck = await openDuck();
await check('duck', 'duckdb','folders', s=>duck.runAndReadAll(s), async s=>(await duck.runAndReadAll(s)).getRowsJS());
for (const by of ['log','folders'] as const) {
const ch = openClickHouse();
await check('ch-'+by, 'clickhouse', by, s=>ch.run(s), async s=>(await ch.rows(s)).rows);
await ch.close();
}
duck.closeSync();
lake.file.close();
