/*
** What one connection asks of SQLite and of the disk, by SQLite's own counters: an extension that tests load.
**
** work_counts() returns, as JSON, what was counted since it was last called:
**   statements  runs of a statement, BEGIN and COMMIT among them
**   commits     ends of transactions that held the write lock, whether they wrote or not
**   steps       instructions of SQLite's virtual machine: what grows with each row that is read or written
**   scanned     rows that were stepped over in scans of tables without an index
**   read        pages that were not in the cache
**   syncs       waits for the disk (xSync), of the file and of its log
*/
#include "sqlite3ext.h"
SQLITE_EXTENSION_INIT1

static struct {
  sqlite3_int64 statements, commits, steps, scanned, syncs;
} counts;

/* The methods of a file are read-only: it gets a copy of them. The log has others than the file. */
static const sqlite3_io_methods *own[2];
static sqlite3_io_methods counted[2];

static int syncFile(sqlite3_file *file, int flags) {
  counts.syncs++;
  return own[0]->xSync(file, flags);
}

static int syncLog(sqlite3_file *file, int flags) {
  counts.syncs++;
  return own[1]->xSync(file, flags);
}

static void countSyncsOf(sqlite3 *db, int which) {
  sqlite3_file *file = 0;
  sqlite3_file_control(db, "main", which ? SQLITE_FCNTL_JOURNAL_POINTER : SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == 0 || file->pMethods == 0 || file->pMethods == &counted[which]) return;
  own[which] = file->pMethods;
  counted[which] = *own[which];
  counted[which].xSync = which ? syncLog : syncFile;
  file->pMethods = &counted[which];
}

static void takeFrom(sqlite3_stmt *statement) {
  counts.steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
  counts.scanned += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
}

/* At the end of each run, so that statements that are soon forgotten count too. */
static int countRun(unsigned event, void *data, void *statement, void *time) {
  counts.statements++;
  takeFrom(statement);
  return 0;
}

static int countCommit(void *data) {
  counts.commits++;
  return 0;
}

static void workCounts(sqlite3_context *context, int argc, sqlite3_value **values) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  int read = 0, highest = 0;
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_MISS, &read, &highest, 1);
  countSyncsOf(db, 0);
  countSyncsOf(db, 1);
  char *json = sqlite3_mprintf(
      "{\"statements\":%lld,\"commits\":%lld,\"steps\":%lld,\"scanned\":%lld,\"read\":%d,\"syncs\":%lld}",
      counts.statements, counts.commits, counts.steps, counts.scanned, read, counts.syncs);
  counts.statements = counts.commits = counts.steps = counts.scanned = counts.syncs = 0;
  sqlite3_result_text(context, json, -1, sqlite3_free);
}

int sqlite3_extension_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  /* What they ran before is not counted: the first answer is thrown away. */
  for (sqlite3_stmt *each = sqlite3_next_stmt(db, 0); each; each = sqlite3_next_stmt(db, each)) takeFrom(each);
  sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, countRun, 0);
  sqlite3_commit_hook(db, countCommit, 0);
  return sqlite3_create_function(db, "work_counts", 0, SQLITE_UTF8, 0, workCounts, 0, 0);
}
